"""The use cases of a workspace that write, found in the source."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from types import FunctionType

from certfleet.store.wiring.made_once import made_once
from certfleet.store.workspace import Workspace

WRITING = ("transaction", "permit")
"""What a use case that writes calls."""


def parts(workspace: Workspace) -> Mapping[str, object]:
    """The objects that hold the use cases, by the name of the attribute; those that nobody has used yet, too."""
    for name, _ in inspect.getmembers(type(workspace), lambda value: isinstance(value, made_once)):
        getattr(workspace, name)
    return {
        name: value
        for name, value in vars(workspace).items()
        if not name.startswith("_") and type(value).__module__.startswith("certfleet.store")
    }


def writing(workspace: Workspace) -> Iterator[str]:
    """``part.method`` for each public method that writes, itself or by another method of its class."""
    for name, part in parts(workspace).items():
        calls = {method: set(_called(function)) for method, function in _methods(type(part))}
        for method in calls:
            reached = set[str]().union(*(calls.get(one, set()) for one in _reached(method, calls)))
            if not method.startswith("_") and reached & set(WRITING):
                yield f"{name}.{method}"


def _methods(kind: type) -> Iterator[tuple[str, FunctionType]]:
    for name, value in inspect.getmembers(kind, inspect.isfunction):
        if value.__module__.startswith("certfleet.store"):
            yield name, value


def _called(function: FunctionType) -> Iterator[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr


def _reached(method: str, calls: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set[str](), [method]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [name for name in calls.get(one, ()) if name in calls]
    return found
