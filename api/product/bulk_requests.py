"""The device certificates to delete, in every form that clients send."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from ...store.bulk.removal_list import read_removal_list
from ...store.errors import Refusal
from ...store.model.bulk import IdentityType
from ..server.bodies import HttpRequest, content_type, whole
from ..server.calls import Brought
from .loose_json import read_object
from .uploads import Upload, upload_of

Wanted = list[tuple[IdentityType, bytes | list[str]]]
_NAMES = ("identities", "identityValues", "values", "device_identity_value")

_LIST = {"type": "array", "items": {"type": "string"}}
DELETE_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {kind.value: _LIST for kind in IdentityType},
                        "additionalProperties": False,
                        "minProperties": 1,
                    },
                    {
                        "type": "object",
                        "properties": {
                            "identityType": {"type": "string", "enum": [kind.value for kind in IdentityType]},
                            "identities": _LIST,
                        },
                        "additionalProperties": False,
                        "required": ["identityType", "identities"],
                    },
                ]
            },
            "example": {"SERIAL_NUMBER": ["A12BC3D4EFGH", "A12BC3D4EFIJ"]},
        },
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "uploadFile": {"type": "string", "format": "binary", "description": "Identities, one a line."},
                    "identityType": {"type": "string", "enum": [kind.value for kind in IdentityType]},
                },
                "required": ["uploadFile", "identityType"],
            }
        },
    },
}


def identity_type_of(text: str | None) -> IdentityType:
    """``SERIAL_NUMBER``, ``IMEI`` or ``MEID`` in any case. Refuses with ``identity-type-missing``."""
    said = (text or "").strip().upper().replace("-", "_").replace(" ", "_")
    if said not in list(IdentityType):
        raise Refusal(
            "identity-type-missing",
            f"{text[:40]!r} is not a type of identity" if text else "the type of identity is not said",
            f"identityType is {', '.join(IdentityType)}.",
        )
    return IdentityType(said)


@asynccontextmanager
async def _wanted(request: HttpRequest) -> AsyncIterator[Wanted]:
    if content_type(request) == "multipart/form-data":
        async with upload_of(request) as upload:
            yield _in_parts(upload)
        return
    try:
        text = (await whole(request)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("json-invalid", "the body is not text in UTF-8") from None
    yield _in_object(read_object(text))


Identities = Annotated[Wanted, Brought(_wanted)]


def _in_parts(upload: Upload) -> Wanted:
    if not upload.files:
        return _in_object(upload.said)
    return [(identity_type_of(upload.word("identityType")), read_removal_list(upload.file))]


def _in_object(said: dict[str, Any]) -> Wanted:
    """``{"SERIAL_NUMBER": ["A", "B"]}``, or the type and the identities under names of their own."""
    named = next((name for name in _NAMES if name in said), None)
    kind = said.get("identityType", said.get("identity_type"))
    if kind is not None and named is not None:
        if not isinstance(kind, str):
            raise Refusal("request-invalid", "the type of identity: a text is expected")
        return [(identity_type_of(kind), _texts(named, said[named]))]
    kinds = {name: value for name, value in said.items() if name not in ("useAs", "uploadType", "keystoreType")}
    if not kinds:
        identity_type_of(None)
    return [(identity_type_of(name), _texts(name, value)) for name, value in kinds.items()]


def _texts(name: str, value: Any) -> list[str]:
    """One identity, or a list of them."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise Refusal("request-invalid", f"{name[:40]}: a list of texts is expected")
    return values
