"""``python -m topicwright_codegen`` is the command ``topicwright``."""

import sys

from topicwright_codegen.cli import main

if __name__ == "__main__":
    sys.exit(main())
