"""The client of llm-worker. Made by topicwright from catalog/llm-worker.yaml; do not edit."""

from topicwright import MQTTClient

from stream import llm


class LlmWorker(MQTTClient):
    """Answers prompts."""

    publish_llm_completion = llm.LlmTopics.publish_llm_completion
    publish_llm_stream = llm.LlmTopics.publish_llm_stream
    on_llm_request = llm.LlmTopics.on_llm_request
    serve_llm_request = llm.LlmTopics.serve_llm_request
