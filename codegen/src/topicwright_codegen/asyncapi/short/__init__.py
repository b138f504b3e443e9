"""The short form of a catalog: operations as lists of events; see docs/catalog.md."""
