"""What each service sends, receives, requests and serves."""

from __future__ import annotations

from topicwright_codegen.asyncapi.model import Api


def service_doc(title: str, text: str) -> str:
    """Return the docstring of a service: its description, else its title."""
    return text or (f"{title}." if title else "")


def service_settings(api: Api) -> str:
    """Return the sentence that names the settings which a document asks for."""
    return f" Its document asks for {', '.join(f'``{setting}``' for setting in api.settings)}."
