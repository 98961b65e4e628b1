"""The product's answers to device actions: some have a text for ``status``, and it is -1 if no device takes part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from ...store.views.effects import EffectsDocument
from ..server.answers import HttpAnswer, answer


class ActionParameters(Struct, frozen=True, kw_only=True):
    """The action, and the reasons why no device takes part."""

    description: str
    messageList: tuple[str, ...]


class ActionMessages(Struct, frozen=True, kw_only=True):
    """What is said of an action that failed."""

    devicesActionParameters: ActionParameters


class ActionAnswer(Struct, frozen=True, kw_only=True):
    """What an action came to; ``deviceActionMessages`` if it failed as a whole. ``effects`` is the difference that it
    made, or would make in a dry run."""

    status: Literal[0, -1] = 0
    message: str = "Success"
    deviceActionMessages: ActionMessages | UnsetType = UNSET
    dry_run: bool | UnsetType = UNSET
    effects: EffectsDocument | UnsetType = UNSET


class TextActionAnswer(Struct, frozen=True, kw_only=True):
    """The same, with a text for the status of success."""

    status: Literal["0", -1] = "0"
    message: str = "Success"
    deviceActionMessages: ActionMessages | UnsetType = UNSET
    dry_run: bool | UnsetType = UNSET
    effects: EffectsDocument | UnsetType = UNSET


def failed(kind: type[Struct], action: str, reasons: Iterable[str], **more: Any) -> HttpAnswer:
    """The answer to an action that no device takes part in, with our own fields beside the product's."""
    parameters = ActionParameters(description=f"{action} failed", messageList=tuple(dict.fromkeys(reasons)))
    messages = ActionMessages(devicesActionParameters=parameters)
    return answer(kind, status=-1, message="Error", deviceActionMessages=messages, **more)
