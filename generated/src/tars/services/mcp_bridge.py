"""The client of mcp-bridge. Made by topicwright from schema/services/mcp-bridge.yaml; do not edit."""

from topicwright import MQTTClient

from tars import camera, health, llm, movement


class McpBridge(MQTTClient):
    """Offers the tools of MCP servers to the language model and runs them. Its document asks for
    ``MQTT_CLIENT_ID=mcp-bridge``."""

    publish_llm_tools_registry = llm.LlmTopics.publish_llm_tools_registry
    publish_llm_tool_call_result = llm.LlmTopics.publish_llm_tool_call_result
    publish_camera_capture = camera.CameraTopics.publish_camera_capture
    publish_movement_command = movement.MovementTopics.publish_movement_command
    publish_health_status = health.HealthTopics.publish_health_status
    publish_health_heartbeat = health.HealthTopics.publish_health_heartbeat
    on_llm_tool_call_request = llm.LlmTopics.on_llm_tool_call_request
    on_camera_image = camera.CameraTopics.on_camera_image
    request_camera_capture = camera.CameraTopics.request_camera_capture
    serve_llm_tool_call_request = llm.LlmTopics.serve_llm_tool_call_request
