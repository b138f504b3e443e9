"""The client of headers_and_bytes. Made by topicwright from catalog/camera.yaml; do not edit."""

from headers_and_bytes import camera


class HeadersAndBytesClient(
    camera.CameraTopics,
):
    """Every topic of the catalog."""
