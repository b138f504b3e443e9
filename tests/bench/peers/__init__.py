"""The clients that are measured, each behind the same few methods."""

from __future__ import annotations

from importlib import import_module

from .base import Peer, Place

MODULES = {
    "ours": "ours:Engine",
    "ours-3.1.1": "ours:Library",
    "bare": "bare:Bare",
    "bare+codec": "bare:BareTyped",
    "aiomqtt": "raw_aiomqtt:Aiomqtt",
    "aiomqtt-3.1.1": "raw_aiomqtt:Aiomqtt311",
    "paho": "raw_paho:Paho",
    "gmqtt": "raw_gmqtt:Gmqtt",
    "zmqtt": "raw_zmqtt:Zmqtt",
    "FastStream": "fast_stream:FastStreamPeer",
    "hand-written": "hand_written:HandWritten",
    "pydantic": "pydantic_only:PydanticOnly",
}
"""By name: the module, and the class in it. A role imports its own alone."""


def make_peer(name: str, place: Place) -> Peer:
    """Return the client of a name; only its own libraries are imported."""
    module, _, kind = MODULES[name].partition(":")
    peer: Peer = getattr(import_module(f".{module}", __name__), kind)(place)
    return peer
