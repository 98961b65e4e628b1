"""The OpenAPI page's document, made of the calls and of the types of what they take and answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import FieldInfo, fields

from ... import __version__
from .answers import JSON, schemas
from .calls import Call
from .session import HEADER

_SCHEME = "APIKeyHeader"


def document_of(calls: Iterable[Call], *, title: str, description: str, has_camel_names: bool) -> dict[str, Any]:
    """The document of a surface."""
    listed = list(calls)
    kinds = [field.type for call in listed for field in fields(call.fields)]
    kinds += [call.body[1] for call in listed if call.body is not None]
    found, components = schemas(kinds, _answers(listed), has_camel_names=has_camel_names)
    of_kinds = iter(found)
    parameters = [[_parameter(call, field, next(of_kinds)) for field in fields(call.fields)] for call in listed]
    paths: dict[str, dict[str, Any]] = {}
    for call, of_call in zip(listed, parameters, strict=True):
        body = None if call.body is None else next(of_kinds)
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, of_call, body)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "description": description.strip()},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                _SCHEME: {
                    "type": "apiKey",
                    "in": "header",
                    "name": HEADER,
                    "description": "What `authentication/login` gave.",
                }
            },
        },
    }


def _answers(calls: list[Call]) -> list[str]:
    """The names of the types that calls answer with."""
    contents = (said.get("content", {}) for call in calls for said in call.said.responses.values())
    kinds = (content.get("schema", {}).get("$ref") for types in contents for content in types.values())
    return sorted({kind.rpartition("/")[2] for kind in kinds if kind is not None})


def _operation(call: Call, parameters: list[dict[str, Any]], body: dict[str, Any] | None) -> dict[str, Any]:
    extra = dict(call.said.extra)
    operation: dict[str, Any] = {
        "tags": [call.tag],
        "summary": call.name.replace("_", " ").capitalize(),
        "description": (call.function.__doc__ or "").replace("\n    ", "\n").strip(),
        "operationId": call.name,
    }
    if every := [*parameters, *extra.pop("parameters", ())]:
        operation["parameters"] = every
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    operation["responses"] = {str(status): said for status, said in sorted(call.said.responses.items())}
    if call.signed_in:
        operation["security"] = [{_SCHEME: []}]
    return operation | extra


def _parameter(call: Call, field: FieldInfo, schema: dict[str, Any]) -> dict[str, Any]:
    in_path = field.name in call.in_path
    said = {name: schema[name] for name in ("description",) if name in schema}
    if not field.required and field.default is not None:
        schema = {**schema, "default": msgspec.to_builtins(field.default)}
    return {
        "name": field.name,
        "in": "path" if in_path else "query",
        "required": in_path or field.required,
        **said,
        "schema": schema,
    }
