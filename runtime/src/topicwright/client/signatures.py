"""Checks that a handler is an ``async def`` with the right number of parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable


def check_async(handler: object, what: str, *, arguments: tuple[int, ...] = (1,)) -> None:
    """Raise ``TypeError`` where ``handler`` is not an ``async def`` that takes one of these numbers of arguments.

    Otherwise its work would be lost silently, or every message would fail in it.
    """
    call: object = inspect.getattr_static(type(handler), "__call__", None)
    name = getattr(handler, "__qualname__", repr(handler))
    if inspect.isasyncgenfunction(handler):
        raise TypeError(f"the handler of {what} must be an 'async def' without 'yield'; {name} is a generator")
    if not inspect.iscoroutinefunction(handler) and not inspect.iscoroutinefunction(call):
        raise TypeError(f"the handler of {what} must be an 'async def' function; {name} is not")
    check_arguments(handler, what, arguments)


def check_arguments(handler: object, what: str, arguments: tuple[int, ...]) -> None:
    """Raise ``TypeError`` where ``handler`` takes none of these numbers of positional arguments."""
    if callable(handler) and not any(_takes(handler, number) for number in arguments):
        name = getattr(handler, "__qualname__", repr(handler))
        numbers = " or ".join(map(str, arguments))
        raise TypeError(
            f"the handler of {what} is called with {numbers} positional argument(s), which {name} does not accept"
        )


def check_generator(responder: object, what: str) -> None:
    """Raise ``TypeError`` where ``responder`` is not an ``async def`` with ``yield`` that takes one argument."""
    name = getattr(responder, "__qualname__", repr(responder))
    call: object = inspect.getattr_static(type(responder), "__call__", None)
    if not inspect.isasyncgenfunction(responder) and not inspect.isasyncgenfunction(call):
        raise TypeError(f"the responder of {what} must be an 'async def' with 'yield'; {name} is not")
    if callable(responder) and not _takes(responder, 1):
        raise TypeError(f"the responder of {what} is called with 1 positional argument, which {name} does not accept")


def _takes(handler: Callable[..., object], number: int) -> bool:
    try:
        inspect.signature(handler).bind(*range(number))
    except TypeError:
        return False
    return True
