"""The draft as a document: names, schemas, comments."""
