"""What each service sends, receives, requests and serves."""

from __future__ import annotations

from topicwright_codegen.asyncapi.model import Api


def service_doc(title: str, text: str) -> str:
    return text or (f"{title}." if title else "")


def service_settings(api: Api) -> str:
    return f" Its document asks for {', '.join(f'``{setting}``' for setting in api.settings)}."
