"""Notices by webhook: a POST of JSON, by the standard library's http.client.

Redirects are not followed and proxies of the environment are not used: notices go to the configured URL and nowhere
else. Only the status of the response is read.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
import threading
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from ..model.notice import Delivery, Notice, WebhookSettings
from .sending import NotDelivered, ending, timed_out, why

_KEPT_HERE = ("read_by", "over_at", "passed_on_at", "acknowledged_by", "acknowledged_at", "acknowledged_until")
_TRY_AGAIN = (408, 429)  # temporary client errors: RFC 9110 section 15.5.9, RFC 6585 section 4


def body(notice: Notice, delivery: Delivery, workspace: str, parts: Sequence[Notice] = ()) -> bytes:
    """``{"id", "workspace", "notice": {…}}``, the same bytes for every attempt, without the read marks; a summary has
    the ``notices`` in it as well."""
    told: dict[str, object] = {"id": delivery.uuid, "workspace": workspace, "notice": _told(notice)}
    if parts:
        told["notices"] = [_told(one) for one in parts]
    return msgspec.json.encode(told)


def _told(notice: Notice) -> dict[str, object]:
    told: dict[str, object] = msgspec.to_builtins(notice)
    return {name: value for name, value in told.items() if name not in _KEPT_HERE}


def signature(secret: str, data: bytes) -> str:
    """``sha256=`` and the HMAC of the body under the secret, in hex, as GitHub and many others write it."""
    return "sha256=" + hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()


def send(
    settings: WebhookSettings,
    parts: Sequence[Notice],
    secret: str | None,
    delivery: Delivery,
    notice: Notice,
    *,
    workspace: str,
    timeout: float,
    stop: threading.Event | None,
) -> None:
    """Post a notice; raises ``NotDelivered`` unless the answer is a success (2xx)."""
    address = urlsplit(settings.url)
    data = body(notice, delivery, workspace, parts)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "certfleet",
        "X-Certfleet-Delivery": delivery.uuid,
    }
    if secret is not None:
        headers["X-Certfleet-Signature"] = signature(secret, data)
    target = address.path + (f"?{address.query}" if address.query else "")
    host = address.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, address.port, timeout=timeout, context=ssl.create_default_context())
        if address.scheme == "https"
        else http.client.HTTPConnection(host, address.port, timeout=timeout)
    )
    connected = False
    try:
        with ending(lambda: connection.sock, timeout, stop):
            connection.connect()
            connected = True
            connection.request("POST", target, data, headers)
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        of_channel = not connected or timed_out(error)
        raise NotDelivered(why(error, timeout), of_channel=of_channel, secret=secret) from None
    finally:
        connection.close()
    if 200 <= status < 300:
        return
    reason = f"the server answered {status} {http.client.responses.get(status, '')}".rstrip()
    if 300 <= status < 400:
        reason += "; redirects are not followed"
    raise NotDelivered(reason, permanent=300 <= status < 500 and status not in _TRY_AGAIN)
