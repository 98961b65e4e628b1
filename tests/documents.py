"""Documents as programs read them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from certfleet.store.workspace import Workspace


def as_json(document: Struct) -> dict[str, Any]:
    """A document as JSON types."""
    record: dict[str, Any] = msgspec.to_builtins(document)
    return record


def export_of(workspace: Workspace) -> dict[str, Any]:
    """Everything that a workspace holds, by table."""
    return workspace.database.storage.read() or {}
