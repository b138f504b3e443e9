"""A new project: which files ``topicwright init`` writes, under which names, and where topicwright comes from there."""
