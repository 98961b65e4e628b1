"""What comes from outside, as values of a type: a request's body and its parameters.

A field says with ``read_by`` how its values are brought into form before msgspec checks them: real clients send numbers
as texts, and nothing as an empty text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar, cast

import msgspec
from msgspec import Meta, inspect

from ...store.errors import Refusal

Kind = TypeVar("Kind")
Form = Callable[[Any], Any]

_READ_BY = "read_by"
HINT = "The OpenAPI page says what is expected."


def read_by(form: Form, **schema: Any) -> Meta:
    """An annotation: values are brought into form by ``form`` first, which raises ``ValueError``."""
    return Meta(extra={_READ_BY: form}, extra_json_schema=schema or None)


def read(kind: type[Kind], value: Any) -> Kind:
    """A value of this type from plain ones. Refuses with ``request-invalid``."""
    form = _form_of(cast(Hashable, kind))
    try:
        return msgspec.convert(value if form is None else form(value), kind, strict=False)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        raise invalid(f"{_place(where)}: {message[:1].lower()}{message[1:]}") from None
    except ValueError as error:
        raise invalid(f"the body: {error}") from None


def read_json(kind: type[Kind], data: bytes) -> Kind:
    """A value of this type from JSON; no body at all is an object without fields. Refuses with ``request-invalid``."""
    if not data.strip():
        try:
            return read(kind, {})
        except Refusal:
            raise invalid("the body is empty, and JSON is expected") from None
    try:
        value = msgspec.json.decode(data := data.removeprefix(b"\xef\xbb\xbf"))
        if b"{" in data:
            json.loads(data, object_pairs_hook=once)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise invalid(f"the body: no JSON that can be read: {error}") from None
    return read(kind, value)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON whose names come once: which of two values is meant, nobody knows (RFC 8259 section 4)."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(name for name in names if names.count(name) > 1)[:40]!r} comes twice")
    return found


def invalid(message: str, hint: str = HINT) -> Refusal:
    """The refusal of what was sent."""
    return Refusal("request-invalid", message, hint)


def _place(where: str) -> str:
    return where.rstrip("`").removeprefix("$").removeprefix(".") or "the body"


@lru_cache(maxsize=1024)
def _form_of(kind: Hashable) -> Form | None:
    return _form(inspect.type_info(kind))


def _form(info: inspect.Type) -> Form | None:
    """How a value of a type is brought into form; None where nothing has to be done."""
    match info:
        case inspect.Metadata():
            return _one_after_the_other((info.extra or {}).get(_READ_BY), _form(info.type))
        case inspect.StructType():
            forms = {field.encode_name: form for field in info.fields if (form := _form(field.type)) is not None}
            return _of_fields(forms) if forms else None
        case inspect.ListType():
            each = _form(info.item_type)
            return None if each is None else _of_items(each)
        case inspect.DictType():
            each = _form(info.value_type)
            return None if each is None else _of_values(each)
        case inspect.UnionType():
            forms_there = [form for one in info.types if (form := _form(one)) is not None]
            return _unless_none(forms_there[0]) if forms_there else None
    return None


def _one_after_the_other(first: Form | None, then: Form | None) -> Form | None:
    if first is None or then is None:
        return first or then
    return lambda value: then(first(value))


def _of_fields(forms: dict[str, Form]) -> Form:
    def form(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        found = dict(value)
        for name in forms.keys() & value.keys():
            try:
                found[name] = forms[name](value[name])
            except ValueError as error:
                raise invalid(f"{name}: {error}") from None
        return found

    return form


def _of_items(each: Form) -> Form:
    return lambda value: [each(item) for item in value] if isinstance(value, list) else value


def _of_values(each: Form) -> Form:
    return lambda value: {name: each(one) for name, one in value.items()} if isinstance(value, dict) else value


def _unless_none(form: Form) -> Form:
    return lambda value: None if value is None else form(value)
