"""The commands of ``topicwright``, one a file."""
