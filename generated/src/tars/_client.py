"""The client of TARS. Made by topicwright from schema/; do not edit."""

from tars import camera, character, config, health, llm, memory, movement, stt, tts, wake


class TarsClient(
    camera.CameraTopics,
    character.CharacterTopics,
    config.ConfigTopics,
    health.HealthTopics,
    llm.LlmTopics,
    memory.MemoryTopics,
    movement.MovementTopics,
    stt.SttTopics,
    tts.TtsTopics,
    wake.WakeTopics,
):
    """Every topic of the catalog."""
