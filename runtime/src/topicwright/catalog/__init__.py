"""The classes that generated code uses: descriptors, addresses, events and models."""
