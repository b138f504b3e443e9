"""The commands of ``topicwright``, one a file with ``SUMMARY``, ``EXAMPLE``, ``add(parser)`` and ``run(options)``."""
