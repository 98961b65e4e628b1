"""Refusals as the REST surface gives them: the product's shape, an HTTP status, and a code; never a traceback."""

from __future__ import annotations

import logging
from typing import Annotated, Any

import msgspec
from litestar.exceptions import HTTPException
from msgspec import Meta, Struct

from ...store.errors import CANNOT_WRITE, Refusal
from . import not_offered
from .answers import HttpAnswer, described
from .bodies import HttpRequest
from .hints import hint_of
from .surfaces import PRODUCT, surface_of

LOG = logging.getLogger("certfleet.api")
_HINT = "The OpenAPI page lists what there is."

_UNAUTHORIZED = ("login-failed", "not-logged-in", "scrape-token-wrong", "session-expired")
_CONFLICTS = (
    "account-exists",
    "already-delivered",
    "already-replaced",
    "campaign-running",
    "cannot-go-back",
    "certificate-has-dependents",
    "certificate-in-use",
    "certificate-replaced",
    "certificate-replaces",
    "device-exists",
    "endpoint-differs",
    "endpoint-exists",
    "endpoint-serves-nothing",
    "freeze-exists",
    "group-exists",
    "group-in-use",
    "group-issues",
    "group-not-ready",
    "last-administrator",
    "moment-name-taken",
    "outage-exists",
    "outage-over",
    "plan-changed",
    "plan-over",
    "policy-exists",
    "push-upload-warned",
    "same-certificate",
    "same-key",
    "same-key-replacement",
    "scrape-token-exists",
    "simulator-not-running",
    "simulator-running",
    "undo-forbidden",
    "undo-overtaken",
    "workspace-protected",
)
_BUSY = ("logins-busy", *CANNOT_WRITE)
_NOT_FOUND = ("not-found",)
# What a device or a file brings, which no path names.
_BROUGHT = ("certificate-unknown", "challenge-unknown", "columns-unknown", "person-unknown", "time-zone-unknown")
NAMELESS = {404: "path-unknown", 405: "method-not-allowed", 413: "body-too-large"}
WORDS = {
    400: "What was sent can't be taken, or a rule says no.",
    401: "Nobody is logged in by that token, or its session has ended.",
    403: "The role of who is logged in doesn't allow it.",
    404: "There is no such thing.",
    409: "It doesn't go with what is there.",
    413: "It is too large.",
    423: "The account is locked for a while.",
    429: "Others are at it; try again in a second.",
}


class RefusalAnswer(Struct, frozen=True, kw_only=True):
    """Why something was refused. ``status`` is never 0; ``code`` is stable, and scripts may depend on it."""

    status: Annotated[int, Meta(ge=1)]
    message: str
    code: str
    hint: str | None


def http_status(code: str) -> int:
    """The HTTP status that a refusal comes with."""
    if code == "outcome-unknown":
        return 500
    if code == "workspace-gone":
        return 503
    if code in _UNAUTHORIZED:
        return 401
    if code == "not-permitted":
        return 403
    if code in _NOT_FOUND or (code.endswith("-unknown") and code not in _BROUGHT):
        return 404
    if code in _CONFLICTS:
        return 409
    if code in ("file-too-large", "body-too-large"):
        return 413
    if code == "account-locked":
        return 423
    return 429 if code in _BUSY else 400


def problem(status: int, code: str, message: str, hint: str | None = None) -> HttpAnswer:
    """The answer to a refused request."""
    said = RefusalAnswer(status=status, message=_clean(message), code=code, hint=None if hint is None else _clean(hint))
    return HttpAnswer(msgspec.json.encode(said), status=status, headers={"Retry-After": "1"} if status == 429 else {})


def documented(kind: type[Struct] | None, *statuses: int) -> dict[int, dict[str, Any]]:
    """The answers of an endpoint for the OpenAPI page: ``kind``, or None for a file, and its refusals."""
    success: dict[int, dict[str, Any]] = {} if kind is None else {200: described(kind, "It has been done.")}
    return {**success, **{status: described(RefusalAnswer, WORDS[status]) for status in sorted(set(statuses))}}


class RefusedItem(Struct, frozen=True, kw_only=True):
    """One of many, and why it was refused."""

    id: int
    code: str
    message: str


def refused_item(id: int, refusal: Refusal) -> RefusedItem:
    """The refusal of one of many."""
    return RefusedItem(id=id, **as_json(refusal))


def as_json(refusal: Refusal) -> dict[str, str]:
    """The refusal of one item of a batch."""
    return {"code": refusal.code, "message": _clean(refusal.message)}


def problem_of(request: HttpRequest, error: Exception) -> HttpAnswer:
    """The answer to a request that ended in an exception."""
    if isinstance(error, Refusal):
        hint = hint_of(error.code, error.hint, surface_of(request.url.path))
        return problem(http_status(error.code), error.code, error.message, hint)
    if isinstance(error, HTTPException) and error.status_code in (404, 405):
        said = not_offered.sentence(request.url.path.removeprefix(f"{PRODUCT.prefix}/"))
        if said is not None:
            return problem(404, "path-unknown", said, _HINT)
    if isinstance(error, HTTPException) and error.status_code < 500:
        code = NAMELESS.get(error.status_code, "request-refused")
        answer = problem(error.status_code, code, error.detail, _HINT)
        answer.headers.update(error.headers or {})
        return answer
    LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(500, "internal-error", "certfleet met an error of its own; its log says more")


def _clean(text: str) -> str:
    """Without lone surrogates, which JSON can contain and UTF-8 can't encode."""
    return text.encode("utf-8", "replace").decode()
