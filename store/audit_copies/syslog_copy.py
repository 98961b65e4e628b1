"""Audit lines to syslog, with the standard library's handler."""

from __future__ import annotations

import logging
import socket
from logging.handlers import SysLogHandler
from typing import Any

import msgspec

from .destination import SyslogAddress

_SECONDS = 0.5  # that a change waits at most for a full buffer
_OWN = "/dev/log"


class _Handler(SysLogHandler):
    """One that says that it failed."""

    def handleError(self, record: logging.LogRecord) -> None:
        raise  # logging calls this where the error is handled


def send(address: SyslogAddress, lines: list[dict[str, Any]]) -> None:
    """Send lines, each as one message of facility *authpriv*: ``certfleet-audit:`` and the line as JSON. By UDP, where
    the server is elsewhere. Raises ``OSError``."""
    where = _OWN if address.host is None else (address.host, address.port)
    handler = _Handler(where, SysLogHandler.LOG_AUTHPRIV, socket.SOCK_DGRAM)
    try:
        connected: socket.socket = handler.socket  # type: ignore[attr-defined]  # not in typeshed
        connected.settimeout(_SECONDS)
        handler.ident = "certfleet-audit: "
        for line in lines:
            text = msgspec.json.encode(line).decode()
            handler.emit(logging.LogRecord("certfleet", logging.INFO, "", 0, "%s", (text,), None))
    finally:
        handler.close()
