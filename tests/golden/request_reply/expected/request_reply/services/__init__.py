"""A client for each service: it has the methods of what the service does, and no others. Made by topicwright from
catalog/; do not edit."""

from typing import TYPE_CHECKING

from topicwright import lazy_exports

if TYPE_CHECKING:
    from request_reply.services.llm_worker import LlmWorker as LlmWorker
    from request_reply.services.memory_worker import MemoryWorker as MemoryWorker
else:
    __getattr__, __dir__ = lazy_exports(__name__)
