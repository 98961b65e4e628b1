"""How answers are written: the product's frame, its way of naming, and quickly."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from fastapi import Response
from msgspec import Struct

SUCCESS = {"status": 0, "message": "Success"}


def answer(**content: Any) -> Response:
    """Success, with what it has to tell. Records may be in it."""
    return Response(msgspec.json.encode({**SUCCESS, **content}), media_type="application/json")


def camel(value: Any) -> Any:
    """A document whose names are those of our records (``serial_number``), with the product's (``serialNumber``)."""
    if isinstance(value, Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, Mapping):
        return {camel_name(name): camel(inner) for name, inner in value.items()}
    return [camel(inner) for inner in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=4096)
def camel_name(name: str) -> str:
    """``not_after`` as ``notAfter``; what is not the name of ours stays."""
    if not name.isascii() or not name.replace("_", "").isalnum() or not name[0].islower():
        return name
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def attachment(data: bytes, media_type: str, name: str) -> Response:
    """A file to be saved under a name, which is our own: nothing that somebody chose is in it."""
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
