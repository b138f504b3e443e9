"""Texts of a catalog to Python identifiers. Digits are kept; a reserved name gets a trailing underscore."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from topicwright_codegen.digest import digest

_WORDS = re.compile(r"[^\W_]+")
_PACKAGED = re.compile(r"(?:[a-z][a-z0-9_]*\.){2,}[A-Z]\w*(?:[.$][A-Z]\w*)*\Z", re.ASCII)
"""A class of Java, or of a language with the same customs: packages in lower case, classes with a capital."""
_PARTS = re.compile(r"[.$]")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _split(text: str) -> list[str]:
    return text.split()


CLIENT_SUFFIXES = frozenset(("bytes", "event", "health", "invalid"))
"""Suffixes that would hide ``publish_event`` or ``publish_health`` of MQTTClient, or look like ``on_invalid``."""

_ARGUMENTS = frozenset(
    ("self", "data", "handler", "responder", "timeout", "headers", "correlation_id", "concurrency", "cleared")
)

_TYPE_NAMES = frozenset(
    _split(
        """
        bool bytes dict float frozenset int list object set str tuple
        ANY Annotated Any AnyValue AsyncIterator AwareDatetime BaseModel Call CheckedModel ClassVar ConfigDict Event
        Extras Field Final Handler JsonSchema JsonSchemas Literal MQTTClient Model NoHeaders NoParams Nullable Omittable
        OnCleared Responder RootModel Stated StringConstraints Subscription TYPE_CHECKING Topic TypeAdapter TypeAlias
        UUID annotations dataclass date datetime lazy_exports new_id now
        """
    )
)
"""Names that generated modules import, and builtins that they use."""

_MODEL_ATTRIBUTES = frozenset(
    _split(
        """
        construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_dump
        model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name
        model_post_init model_rebuild model_validate model_validate_json model_validate_strings parse_file parse_obj
        parse_raw schema schema_json update_forward_refs validate
        mro register
        """
    )
)
"""Names that no field of a pydantic model can have: those of its class, and of the class of its class."""

_MODEL_PREFIXES = ("model_validate", "model_dump")


def with_digits(name: str, text: str) -> str:
    """Return a name that others have too, with four digits made of ``text`` alone."""
    return f"{name}_{digest(text.encode('utf-8', 'replace'))[:4]}"


def distinct(possible: Sequence[Sequence[str]], taken: Iterable[str] = ()) -> list[str]:
    """Return the first name of each list that nothing else has; empty where there is none.

    Two that want one name both take their next, so that which has it does not depend on their order. Names are one if
    they differ in case and punctuation only.
    """
    used = Counter(map(snake, taken))
    chosen = dict[int, str]()
    for rank in range(max(map(len, possible), default=0)):
        wanted = {at: names[rank] for at, names in enumerate(possible) if at not in chosen and rank < len(names)}
        uses = used + Counter(map(snake, wanted.values()))
        found = {at: name for at, name in wanted.items() if uses[snake(name)] == 1}
        chosen.update(found)
        used.update(map(snake, found.values()))
    return [chosen.get(at, "") for at in range(len(possible))]


def without_packages(names: Iterable[str]) -> dict[str, str]:
    """Return each name, those with a package in front (``com.acme.dto.Payload``) cut to what tells them apart.

    That is the last part, and as many before it as it takes to differ from all other names.
    """
    parts = {name: _PARTS.split(name) if _PACKAGED.match(name) else [name] for name in dict.fromkeys(names)}
    if all(len(listed) == 1 for listed in parts.values()):
        return {name: name for name in parts}
    ends = Counter(end for listed in parts.values() for end in {*_ends(listed)})
    cut: dict[str, str] = {}
    for name, listed in parts.items():
        free = (at for at, end in enumerate(_ends(listed), 1) if ends[end] == 1)
        cut[name] = " ".join(listed[-next(free, len(listed)) :])
    return cut


def _ends(parts: Sequence[str]) -> Iterator[str]:
    """Yield the last part of a name as an identifier, the last two, and so on."""
    return (snake(" ".join(parts[-count:])) for count in range(1, len(parts) + 1))


def repeats(text: str, names: Iterable[str]) -> bool:
    """Return whether a text says no more than one of the names, or than the end of one."""
    plain = "_".join(filter(None, snake(text).split("_")))
    return any(f"_{snake(name)}".endswith(f"_{plain}") for name in names)


def words(text: str) -> list[str]:
    """Split a text at everything that is not a letter or digit, compatibility forms made plain (NFKC)."""
    return _WORDS.findall(unicodedata.normalize("NFKC", text))


def snake(text: str) -> str:
    """``memory.query.result``, ``LLMRequest`` and ``userSignedUp`` as ``memory_query_result`` and so on."""
    name = "_".join(part.lower() for word in words(text) for part in _HUMPS.split(word))
    return _identifier(name)


def pascal(text: str) -> str:
    """``memory-worker`` and ``light measured`` as ``MemoryWorker`` and ``LightMeasured``; capitals inside stay."""
    name = "".join(word[0].upper() + word[1:] for word in words(text))
    return _identifier(name)


def _identifier(name: str) -> str:
    """Remove the characters that no Python identifier has; leading digits stay."""
    return "".join(char for char in name if ("_" + char).isidentifier())


def leading(name: str, prefix: str) -> str:
    """Put ``prefix`` before a name that is empty or starts with a digit."""
    return name if name and not name[0].isdigit() else prefix + name


def method_suffix(event_type: str) -> str:
    """Return the part of a method's name after its verb; empty where the event type has no letter or digit."""
    suffix = snake(event_type)
    return f"{suffix}_" if suffix in CLIENT_SUFFIXES else suffix


def constant(suffix: str) -> str:
    """Return the name of the descriptor for a method suffix."""
    name = leading(suffix.upper(), "TOPIC_")
    return f"{name}_" if name in _TYPE_NAMES else name


def class_name(text: str, prefix: str = "Type") -> str:
    """Return the name of a class."""
    name = leading(pascal(text), prefix)
    return f"{name}_" if name in _TYPE_NAMES or keyword.iskeyword(name) else name


def argument(text: str) -> str:
    """Return the name of a topic parameter, as a keyword argument and as a field."""
    name = leading(text if text.isidentifier() and text.isascii() else snake(text), "p_").lstrip("_") or "p_"
    taken = keyword.iskeyword(name) or name in _ARGUMENTS or name in _TYPE_NAMES
    return f"{name}_" if taken else name


def field(text: str) -> str:
    """Return the name of a model's field; where it differs, the JSON name becomes its alias."""
    name = text if text.isidentifier() and text.isascii() else "_".join(words(text))
    name = leading(_identifier(name).lstrip("_"), "field_")
    if name.startswith(_MODEL_PREFIXES):  # pydantic reserves these prefixes
        return f"field_{name}"
    taken = keyword.iskeyword(name) or name in _TYPE_NAMES or name in _MODEL_ATTRIBUTES
    return f"{name}_" if taken else name


def module(text: str, taken: frozenset[str] = frozenset()) -> str:
    """Return the name of a module or package; one in ``taken`` gets a trailing underscore."""
    name = leading(snake(text), "d_")
    return f"{name}_" if keyword.iskeyword(name) or name in taken else name
