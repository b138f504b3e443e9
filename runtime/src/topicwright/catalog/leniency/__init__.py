"""What devices really send, and how a reader understands it where the catalog says so."""
