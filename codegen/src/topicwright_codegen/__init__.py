"""The topicwright compiler: AsyncAPI documents in, a typed Python SDK out."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("topicwright-codegen")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0.0.0"
