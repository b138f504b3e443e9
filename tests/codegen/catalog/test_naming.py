"""Names: digits stay, nothing hides a method of the client, every name is an identifier."""

from __future__ import annotations

import inspect

import pytest
from pydantic import BaseModel
from topicwright import Model, MQTTClient, RootModel
from topicwright_codegen import naming
from topicwright_codegen.catalog.model import VERBS


@pytest.mark.parametrize(
    ("event", "suffix"),
    [
        ("memory.query.result", "memory_query_result"),
        ("LLMRequest", "llm_request"),
        ("userSignedUp", "user_signed_up"),
        ("user/signed-up v2", "user_signed_up_v2"),
        ("Svc0000Event", "svc0000_event"),
        ("stt.audio_fft", "stt_audio_fft"),
        ("2fa", "2fa"),
        ("größe", "größe"),
        ("event", "event_"),
        ("health", "health_"),
        ("...", ""),
    ],
)
def test_event_type_makes_the_method_suffix(event: str, suffix: str) -> None:
    assert naming.method_suffix(event) == suffix


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("memory-worker", "MemoryWorker"),
        ("LLMRequest", "LLMRequest"),
        ("light measured", "LightMeasured"),
        ("Event", "Event_"),
        ("None", "None_"),
        ("2fa", "Type2fa"),
        ("", "Type"),
    ],
)
def test_class_names_are_made_of_the_words_of_a_title(text: str, name: str) -> None:
    assert naming.class_name(text) == name


@pytest.mark.parametrize("name", ["class", "match", "self", "_id", "2nd", "model_config", "a b", "str", "ok", "", "$"])
def test_field_names_are_identifiers_that_a_model_takes(name: str) -> None:
    field = naming.field(name)
    assert field.isidentifier()
    assert not field.startswith("_")
    assert not hasattr(BaseModel, field)


def test_every_method_of_the_client_that_a_verb_could_hide_is_known() -> None:
    public = {name.partition("_") for name, _ in inspect.getmembers(MQTTClient)}
    assert {suffix for verb, _, suffix in public if suffix and verb in VERBS} == naming.CLIENT_SUFFIXES - {"invalid"}


def test_every_attribute_of_a_model_is_known() -> None:
    public = {name for name in dir(BaseModel) if not name.startswith("_")}
    assert {name for name in public if naming.field(name) == name} == set()


def test_settings_of_the_client_are_free_for_parameters() -> None:
    assert naming.argument("client_id") == "client_id"
    assert naming.argument("timeout") == "timeout_"
    assert naming.argument("class") == "class_"


def test_no_field_shadows_an_attribute_of_a_model() -> None:
    names = {name for kind in (Model, RootModel, type(Model)) for name in dir(kind) if not name.startswith("_")}
    assert {"register", "mro"} <= names
    assert [name for name in names if naming.field(name) == name and name not in ("root",)] == []
