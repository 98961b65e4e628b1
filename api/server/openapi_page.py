"""The OpenAPI document as a page to read, made here: it needs no network and no script."""

from __future__ import annotations

import re
from html import escape
from typing import Any

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
code, pre { font: 13px/1.4 ui-monospace, monospace; }
details { border: 1px solid #ccc; border-radius: 4px; margin: .4rem 0; padding: .3rem .7rem; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 4.5rem; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border: 1px solid #ddd; padding: .15rem .5rem; text-align: left; vertical-align: top; }
"""
_METHODS = ("get", "post", "put", "delete")
_CODE = re.compile("`([^`]+)`")


def page_of(document: dict[str, Any], source: str, other: str) -> str:
    """The page. ``source`` is where the document is, ``other`` the page of the other surface."""
    tags: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                tags.setdefault(operation["tags"][0], []).append(_call(method, path, operation))
    info = document["info"]
    parts = [f"<h2>{escape(tag)}</h2>{''.join(calls)}" for tag, calls in sorted(tags.items())]
    shapes = [_shape(name, schema) for name, schema in document["components"]["schemas"].items()]
    title = escape(f"{info['title']} {info['version']}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>{_text(info['description'])}"
        f'<p>The same for programs: <a href="{source}">{source}</a> (OpenAPI 3.1). The other calls: '
        f'<a href="{other}">{other}</a>.</p>'
        f"{''.join(parts)}<h2>shapes</h2>{''.join(shapes)}</body></html>"
    )


def _call(method: str, path: str, operation: dict[str, Any]) -> str:
    role = operation.get("x-least-role")
    rows = [
        (one["name"], one["in"], _kind(one["schema"]), one.get("description", ""))
        for one in operation.get("parameters", ())
    ]
    taken = operation.get("requestBody", {}).get("content", {})
    bodies = [f"<p>Takes <code>{escape(kind)}</code>: {_kind(said['schema'])}</p>" for kind, said in taken.items()]
    answers = [
        f"<tr><td>{status}</td><td>{_inline(said['description'])}</td><td>{_answered(said)}</td></tr>"
        for status, said in operation["responses"].items()
    ]
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><b>{method.upper()}</b> '
        f"<code>{escape(path)}</code> {escape(operation['summary'])}</summary>{_text(operation['description'])}"
        + (f"<p>Least role: {escape(role)}.</p>" if role else "")
        + (_table(("parameter", "in", "type", ""), rows) if rows else "")
        + "".join(bodies)
        + f"<table><tr><th>status</th><th></th><th>answer</th></tr>{''.join(answers)}</table></details>"
    )


def _answered(said: dict[str, Any]) -> str:
    return ", ".join(
        _kind(content["schema"]) if "schema" in content else f"<code>{escape(kind)}</code>"
        for kind, content in said.get("content", {}).items()
    )


def _shape(name: str, schema: dict[str, Any]) -> str:
    rows = [
        (
            field,
            "" if field in schema.get("required", ()) else "may be left out",
            _kind(inner),
            inner.get("description", ""),
        )
        for field, inner in schema.get("properties", {}).items()
    ]
    inside = _table(("field", "", "type", ""), rows) if rows else f"<p>{_kind(schema)}</p>"
    said = _text(schema.get("description", ""))
    return f'<details id="shape-{escape(name)}"><summary><code>{escape(name)}</code></summary>{said}{inside}</details>'


def _need(field: str, schema: dict[str, Any]) -> str:
    return "" if field in schema.get("required", ()) else "may be left out"


def _kind(schema: dict[str, Any]) -> str:
    """A type in words."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#shape-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    match schema.get("type"):
        case "array":
            inner = schema.get("items")
            return f"list of {_kind(inner)}" if isinstance(inner, dict) else "list"
        case "object":
            names = ", ".join(f"<code>{escape(name)}</code>" for name in schema.get("properties", ()))
            return f"object ({names})" if names else "object"
        case None:
            return "anything"
        case kind:
            return escape(str(schema.get("format", kind)))


def _table(head: tuple[str, ...], rows: list[tuple[str, str, str, str]]) -> str:
    said = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(where)}</td><td>{kind}</td><td>{_inline(text)}</td></tr>"
        for name, where, kind, text in rows
    )
    return f"<table><tr>{''.join(f'<th>{one}</th>' for one in head)}</tr>{said}</table>"


def _text(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.strip().split("\n\n") if part)


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
