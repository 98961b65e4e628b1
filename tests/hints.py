"""The hints of all refusals in the source, for tests of the words that each front end finds for them."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import certfleet

_CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+|internal|usage")
_PLACE = "7"
"""In place of what a hint fills in."""


@cache
def hints_of(*rooms: str) -> tuple[tuple[str, str], ...]:
    """Code and hint of the refusals that the modules of these rooms make, sorted. A hint that is put together from
    several texts comes as each of them."""
    root = Path(certfleet.__file__).parent
    found: set[tuple[str, str]] = set()
    for room in rooms:
        folder = (root / room).resolve()
        for file in folder.rglob("*.py"):
            name = ".".join(("certfleet", room, *file.relative_to(folder).with_suffix("").parts))
            found.update(_in_module(ast.parse(file.read_text(encoding="utf-8")), name.removesuffix(".__init__")))
    return tuple(sorted(found))


def _in_module(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call | ast.Tuple):
            continue
        values = node.args if isinstance(node, ast.Call) else node.elts
        for place, code in enumerate(values[:-2]):
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and _CODE.fullmatch(code.value):
                around = [one for one in functions if one.lineno <= node.lineno <= (one.end_lineno or 0)]
                yield from ((code.value, hint) for hint in _texts(values[place + 2], around, module))


def _texts(node: ast.expr, around: list[ast.FunctionDef | ast.AsyncFunctionDef], module: str) -> Iterator[str]:
    """What an expression may say."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            named = [part.value for part in parts if isinstance(part, ast.FormattedValue)]
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else _PLACE for part in parts)
            for one in named:
                yield from _texts(one, around, module) if isinstance(one, ast.Name) else ()
        case ast.Name(id=name):
            local = [value for function in around for value in _assigned(function, name)]
            for value in local:
                yield from _texts(value, around, module)
            known = None if local else getattr(importlib.import_module(module), name, None)
            if isinstance(known, str):
                yield known
        case ast.IfExp(body=first, orelse=second) | ast.BinOp(left=first, right=second):
            yield from _texts(first, around, module)
            yield from _texts(second, around, module)


def _assigned(function: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.AugAssign(target=ast.Name(id=found), value=value) if found == name:
                yield value
