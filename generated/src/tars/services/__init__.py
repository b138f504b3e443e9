"""A client for each service: it has the methods of what the service does, and no others. Made by topicwright from
schema/; do not edit."""

from typing import TYPE_CHECKING

from topicwright import lazy_exports

if TYPE_CHECKING:
    from tars.services.camera_service import CameraService as CameraService
    from tars.services.config_manager import ConfigManager as ConfigManager
    from tars.services.esp32_firmware import Esp32Firmware as Esp32Firmware
    from tars.services.llm_worker import LlmWorker as LlmWorker
    from tars.services.mcp_bridge import McpBridge as McpBridge
    from tars.services.memory_worker import MemoryWorker as MemoryWorker
    from tars.services.movement_service import MovementService as MovementService
    from tars.services.router import Router as Router
    from tars.services.stt_worker import SttWorker as SttWorker
    from tars.services.tts_worker import TtsWorker as TtsWorker
    from tars.services.ui import Ui as Ui
    from tars.services.ui_eink_display import UiEinkDisplay as UiEinkDisplay
    from tars.services.ui_web import UiWeb as UiWeb
    from tars.services.wake_activation import WakeActivation as WakeActivation
else:
    __getattr__, __dir__ = lazy_exports(__name__)
