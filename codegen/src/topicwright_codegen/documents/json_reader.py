"""Reads JSON as values with positions; duplicate keys are refused."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from json import JSONDecodeError, JSONDecoder

from topicwright_codegen.documents.values import MAX_DEPTH, MAX_VALUES, Map, Mark, ReadError, Seq, Value

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRINGS = JSONDecoder()
_WORD = re.compile(r"true|false|null")


def read_json(text: str) -> Value:
    """Return the value in ``text``; raise ReadError if it is not JSON (RFC 8259)."""
    return _Reader(text).document()


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    count: int = 0
    line_starts: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self.line_starts = [0, *(newline.end() for newline in re.finditer("\n", self.text))]

    def document(self) -> Value:
        self._skip()
        value = self._value(0)
        self._skip()
        if self.at < len(self.text):
            raise self._error("text after the end of the value")
        return value

    def _value(self, depth: int) -> Value:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_VALUES:
            limit = f"nested deeper than {MAX_DEPTH} levels" if depth > MAX_DEPTH else f"more than {MAX_VALUES} values"
            raise ReadError(limit, self._mark(), code="TW103")
        match self.text[self.at : self.at + 1]:
            case "{":
                return self._object(depth)
            case "[":
                return self._array(depth)
            case '"':
                return self._string()
            case _:
                return self._atom()

    def _object(self, depth: int) -> Map:
        result = Map()
        self.at += 1
        if self._take("}"):
            return result
        while True:
            self._skip()
            mark = self._mark()
            key = self._string()
            if key in result:
                raise ReadError(f"duplicate key {key!r}", mark, "remove one of them", result.marks[key], code="TW102")
            if not self._take(":"):
                raise self._error("':' expected")
            self._skip()
            result[key] = self._value(depth + 1)
            result.marks[key] = mark
            if self._take("}"):
                return result
            if not self._take(","):
                raise self._error("',' or '}' expected")

    def _array(self, depth: int) -> Seq:
        result = Seq()
        self.at += 1
        if self._take("]"):
            return result
        while True:
            self._skip()
            result.marks.append(self._mark())
            result.append(self._value(depth + 1))
            if self._take("]"):
                return result
            if not self._take(","):
                raise self._error("',' or ']' expected")

    def _string(self) -> str:
        if self.text[self.at : self.at + 1] != '"':
            raise self._error("a string expected")
        try:
            value, self.at = _STRINGS.raw_decode(self.text, self.at)
        except JSONDecodeError as error:
            self.at = error.pos
            raise self._error(error.msg.lower()) from error
        if _SURROGATE.search(value):
            raise self._error("half of a surrogate pair is no character")
        return str(value)

    def _atom(self) -> Value:
        if match := _NUMBER.match(self.text, self.at):
            self.at = match.end()
            is_integer = match[1] is None and match[2] is None and len(match[0]) <= 400
            return int(match[0]) if is_integer else self._float(match[0])
        if match := _WORD.match(self.text, self.at):
            self.at = match.end()
            return _WORDS[match[0]]
        raise self._error("a value expected")

    def _float(self, text: str) -> float:
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise self._error("a number out of range")
        return value

    def _take(self, char: str) -> bool:
        self._skip()
        if self.text[self.at : self.at + 1] != char:
            return False
        self.at += 1
        return True

    def _skip(self) -> None:
        space = _SPACE.match(self.text, self.at)
        assert space is not None
        self.at = space.end()

    def _mark(self) -> Mark:
        line = bisect_right(self.line_starts, self.at)
        return line, self.at - self.line_starts[line - 1] + 1

    def _error(self, message: str) -> ReadError:
        return ReadError(f"not valid JSON: {message}", self._mark())
