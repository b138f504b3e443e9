"""Errors of a connection, from the broker's answers and the failures of its socket."""

from __future__ import annotations

import ssl
from typing import Final

from topicwright.errors import (
    AuthenticationError,
    BrokerProtocolError,
    BrokerUnavailableError,
    ConnectError,
    ConnectExcludedError,
    ConnectionLostError,
    OtherServerError,
    SessionTakenOverError,
    TLSError,
    reason_name,
)
from topicwright.mqtt.reason_codes import CONNECT_EXCLUDED, LOGIN_REFUSED, OTHER_SERVER, TAKEN_OVER

REFUSED_BY_3_1_1: Final = b"\x20\x02\x00\x01"
"""How a broker that knows only MQTT 3.1.1 refuses version 5 (MQTT 3.1.1, section 3.1.2.2)."""
HTTP_LOGIN_REFUSED: Final = frozenset({401, 403})
"""Answers to a WebSocket handshake that a retry with the same login gets again (RFC 9110, section 15.5)."""
TLS_ALERT: Final = b"\x15\x03"
"""How the answer of a TLS server to something else begins (RFC 8446, section 5.1)."""
LONGEST_SHOWN: Final = 200
"""How much of a text of the broker an error repeats, in characters."""


def refused(broker: str, code: int, *, said: str | None = None, reference: str | None = None) -> ConnectError:
    """Return the error for a CONNACK that refuses (MQTT 5, section 3.2.2.2); see ``closed_by_broker``."""
    text = f"{broker} refused the connection: {reason_name(code)}{_quoted(said)}"
    if code in OTHER_SERVER:
        return _other_server(text, code, reference)
    if code in LOGIN_REFUSED:
        return AuthenticationError(text, reason=code)
    kind = ConnectExcludedError if code in CONNECT_EXCLUDED else BrokerUnavailableError
    return kind(text, reason=code)


def closed_by_broker(broker: str, code: int, *, said: str | None = None, reference: str | None = None) -> ConnectError:
    """Return the error for a DISCONNECT (section 3.14.2.1) with its Reason String and its Server Reference."""
    if code == TAKEN_OVER:
        return SessionTakenOverError("another client connected with the same client id", reason=code)
    text = f"{broker} closed the connection: {reason_name(code)}{_quoted(said)}"
    if code in OTHER_SERVER:
        return _other_server(text, code, reference)
    return ConnectionLostError(text, reason=code)


def _other_server(text: str, code: int, reference: str | None) -> OtherServerError:
    names = tuple((reference or "").split())  # section 4.11
    shown = f": {ascii(' '.join(names))[:LONGEST_SHOWN]}" if names else ", and names none"
    return OtherServerError(text + shown, reason=code, references=names)


def _quoted(said: str | None) -> str:
    """Return the broker's words as part of an error: cut, and without what could forge a line of a log."""
    return f" ({ascii(said)[:LONGEST_SHOWN]})" if said else ""


def broke_rule(broker: str, what: str, reason: int) -> BrokerProtocolError:
    """Return the error for a packet that MQTT 5 forbids (section 4.13)."""
    return BrokerProtocolError(f"{broker} {what}: {reason_name(reason)}", reason=reason)


def unreachable(broker: str, error: Exception, *, tls: bool) -> ConnectError:
    """Return the error for a connection that could not be made."""
    interrupted = isinstance(error, (ssl.SSLEOFError, ConnectionResetError, BrokenPipeError))
    if isinstance(error, ssl.SSLError) or (tls and interrupted):
        hint = ": is that a port for TLS?" if interrupted else ""
        return TLSError(f"no TLS connection to {broker}: {error}{hint}", interrupted=interrupted)
    return BrokerUnavailableError(f"cannot connect to {broker}: {error}")


def refused_by_http(broker: str, status: int, text: str) -> ConnectError:
    """Return the error for a WebSocket handshake that was answered with another status than 101."""
    kind = AuthenticationError if status in HTTP_LOGIN_REFUSED else BrokerUnavailableError
    return kind(f"{broker} refused the WebSocket with HTTP {text}", http_status=status)


def unanswered(broker: str, error: Exception, *, tls: bool) -> ConnectError:
    """Return the error for a connection that ended before CONNACK."""
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
        # With TLS 1.3 a server checks the client's certificate after the handshake is complete for the client.
        return TLSError(f"{broker} ended the TLS connection: {cause} (does it want tls_cert?)")
    if tls and isinstance(cause, (ConnectionResetError, BrokenPipeError)):
        # The same, if the reset overtook the alert with the reason; or the broker is restarting.
        return TLSError(
            f"{broker} reset the TLS connection before it answered (does it want tls_cert?)", interrupted=True
        )
    hint = "" if tls else " (if the port is one for TLS, use mqtts:// instead of mqtt://)"
    return BrokerUnavailableError(f"{broker} closed the connection before it answered{hint}: {error}")


def expects_tls(broker: str) -> TLSError:
    """Return the error for a plain client on a TLS port."""
    return TLSError(f"{broker} expects TLS: use mqtts:// instead of mqtt://")
