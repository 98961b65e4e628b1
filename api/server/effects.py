"""The effects of a changing call: in its answer, and beforehand with ``?dryRun=true``."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import msgspec
from msgspec.structs import replace

from ...store.effects.effects import Effects
from ...store.effects.merging import merged
from ...store.effects.protection import ProtectedRefusal, saying_name
from ...store.errors import Refusal
from ...store.views.effects import effects_document, harm_of
from ...store.workspace import Workspace
from .answers import JSON, DoneAnswer, HttpAnswer, Success, answer, camel
from .bodies import HttpRequest
from .hints import in_routes
from .surfaces import Surface
from .threads import in_thread

DRY_RUN = "dryRun"
PARAMETER = {
    "name": DRY_RUN,
    "in": "query",
    "required": False,
    "schema": {"type": "boolean", "default": False},
    "description": "Only answer what the call would change and take down.",
}
NAME = "workspaceName"
NAME_PARAMETER = {
    "name": NAME,
    "in": "query",
    "required": False,
    "schema": {"type": "string", "maxLength": 60},
    "description": "The name of a protected workspace: the call is meant for it, whatever it stops or strands.",
}
NOTED: ContextVar[Callable[[Effects], None] | None] = ContextVar("noted", default=None)
"""Who is told of the effects of what a request changes, besides its client."""

_YES = {"true": True, "1": True, "false": False, "0": False, "": False}


def with_effects(
    workspace: Workspace, surface: Surface, handle: Callable[[], HttpAnswer], name: str | None
) -> HttpAnswer:
    """Handle a changing call, and add its effects to the answer. ``name``: what the client calls a protected
    workspace."""
    found: list[Effects] = []
    try:
        with workspace.trials.judged_by(found.append), saying_name(name):
            response = handle()
    except ProtectedRefusal as refusal:
        harm = harm_of(refusal.effects)
        raise Refusal(refusal.code, f"{refusal.message}: {harm}" if harm else refusal.message, refusal.hint) from None
    finally:
        note = NOTED.get()
        if note is not None and found:
            note(_carried_out(found))
    return _add(response, surface, _carried_out(found)) if _is_document(response) else response


def _carried_out(found: list[Effects]) -> Effects:
    """The effects of what is done: what it added has its ids."""
    return replace(merged(found), provisional=False)


async def try_out(workspace: Workspace, surface: Surface, handle: Callable[[Workspace], HttpAnswer]) -> HttpAnswer:
    """Handle a changing call on a copy of the workspace: the answer is the call's, with its effects, or a refusal."""
    with await in_thread(workspace.copy) as copy, copy.trials.together() as effects:
        response = await in_thread(handle, copy)
        if response.status >= 400:
            return response
        if not _is_document(response):
            response = answer(Success if surface.has_camel_names else DoneAnswer)
        return _add(response, surface, await in_thread(effects), dry_run=True)


def is_dry_run(request: HttpRequest) -> bool:
    """Whether the call is a dry run. Refuses with ``request-invalid`` a value other than true or false."""
    said = request.query_params.get(DRY_RUN, "").lower()
    if said not in _YES:
        raise Refusal("request-invalid", f"{DRY_RUN} is true or false, not {said!r}")
    return _YES[said]


def _in_routes(effects: Effects, surface: Surface) -> Effects:
    """The effects, which say by which calls they are undone."""
    if effects.undo is None:
        return effects
    return replace(effects, undo=replace(effects.undo, how=in_routes(effects.undo.how, surface)))


def _is_document(response: HttpAnswer) -> bool:
    return response.status < 400 and response.media_type == JSON


def _add(response: HttpAnswer, surface: Surface, effects: Effects, **more: Any) -> HttpAnswer:
    content: dict[str, Any] = msgspec.json.decode(response.body, type=dict[str, msgspec.Raw])
    more["effects"] = effects_document(_in_routes(effects, surface))
    content |= camel(more) if surface.has_camel_names else more
    return HttpAnswer(msgspec.json.encode(content), status=response.status)
