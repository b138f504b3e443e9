"""Other import paths for names of the runtime. Made by topicwright from schema/; do not edit."""
