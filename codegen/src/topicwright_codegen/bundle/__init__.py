"""``topicwright bundle``: a catalog as one AsyncAPI 3.0 document, of which the compiler makes the same package."""
