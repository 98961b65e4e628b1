"""The calls of a surface: for each its method, its path, the function that answers, and what the OpenAPI page says.

A call's function is a plain one. Its parameters say where their values come from: those that its path names come from
there; a struct, or what is annotated with ``IN_BODY``, is the JSON body; what is annotated with ``Brought`` is read
from the request by a reader of its own; the workspace and the request are handed in; the others are in the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from inspect import signature
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from litestar import Request
from msgspec import NODEFAULT, Struct
from msgspec import inspect as inspection

from ...store.workspace import Workspace
from .answers import HttpAnswer
from .bodies import MOST_JSON, HttpRequest
from .surfaces import Surface
from .threads import WORKERS, Pool

Function = TypeVar("Function", bound=Callable[..., HttpAnswer])

_NAMES = re.compile(r"\{(\w+)\}")


class Brought:
    """An annotation: the value is what a reader makes of the request, and is cleaned up after the answer."""

    def __init__(self, by: Callable[[HttpRequest], AbstractAsyncContextManager[Any]]) -> None:
        self.by = by


class _InBody:
    """An annotation: the value is the JSON body."""


IN_BODY = _InBody()


class Body(Struct, kw_only=True):
    """A request body. Unknown fields are ignored, because real clients send many."""


@dataclass(frozen=True)
class CallDescription:
    """What is said of a call: its answers by status, the audit trail's action that the role must allow, None for one
    that changes nothing, and what else goes to the OpenAPI page. ``only_reads``: it keeps nothing, in memory
    either; ``has_effects``: it can be tried, and its answer has its effects."""

    responses: dict[int, dict[str, Any]]
    action: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    only_reads: bool = False
    has_effects: bool = False


@dataclass(frozen=True)
class Call:
    """One call. ``fields`` are its parameters in path and query, a struct made for them; ``numbers`` and ``lists`` are
    the names of those that are, ``words`` the words that may stand in a place of the path."""

    surface: Surface
    method: str
    path: str
    function: Callable[..., HttpAnswer]
    tag: str
    said: CallDescription
    signed_in: bool
    most: int
    pool: Pool
    in_path: tuple[str, ...]
    numbers: frozenset[str]
    words: dict[str, frozenset[str]]
    lists: frozenset[str]
    fields: type[Struct]
    body: tuple[str, Any] | None
    brought: tuple[tuple[str, Brought], ...]
    wants_workspace: str | None
    wants_request: str | None

    @property
    def name(self) -> str:
        """The name of its function."""
        return self.function.__name__


class Calls:
    """The calls of one part of a surface. ``most`` is how many bytes of JSON each takes, ``pool`` has the threads."""

    def __init__(
        self,
        surface: Surface,
        prefix: str = "",
        *,
        tag: str,
        signed_in: bool = True,
        most: int = MOST_JSON,
        pool: Pool = WORKERS,
    ) -> None:
        self._surface = surface
        self._prefix = f"{surface.prefix}{prefix}"
        self._tag = tag
        self._signed_in = signed_in
        self._most = most
        self._pool = pool
        self.calls: list[Call] = []

    def get(self, path: str, said: CallDescription) -> Callable[[Function], Function]:
        """One that reads."""
        return self._call("GET", path, said)

    def post(self, path: str, said: CallDescription) -> Callable[[Function], Function]:
        """One that does something."""
        return self._call("POST", path, said)

    def put(self, path: str, said: CallDescription) -> Callable[[Function], Function]:
        """One that changes something."""
        return self._call("PUT", path, said)

    def delete(self, path: str, said: CallDescription) -> Callable[[Function], Function]:
        """One that removes something."""
        return self._call("DELETE", path, said)

    def _call(self, method: str, path: str, said: CallDescription) -> Callable[[Function], Function]:
        def register(function: Function) -> Function:
            self.calls.append(self._made(method, f"{self._prefix}{path}", function, said))
            return function

        return register

    def _made(self, method: str, path: str, function: Callable[..., HttpAnswer], said: CallDescription) -> Call:
        hints = get_type_hints(function, include_extras=True)
        in_path = tuple(_NAMES.findall(path))
        fields: list[tuple[str, Any, Any]] = []
        body: tuple[str, Any] | None = None
        brought: list[tuple[str, Brought]] = []
        wanted: dict[type, str] = {}
        for name, parameter in signature(function).parameters.items():
            kind = hints[name]
            notes = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
            reader = next((note for note in notes if isinstance(note, Brought)), None)
            plain = get_origin(kind) or kind
            if kind is Workspace or plain is Request:
                wanted[plain] = name
            elif reader is not None:
                brought.append((name, reader))
            elif any(isinstance(note, _InBody) for note in notes) or _is_struct(kind):
                body = name, kind
            else:
                default = NODEFAULT if parameter.default is parameter.empty else parameter.default
                fields.append((name, kind, default))
        return Call(
            surface=self._surface,
            method=method,
            path=path,
            function=function,
            tag=self._tag,
            said=said,
            signed_in=self._signed_in,
            most=self._most,
            pool=self._pool,
            in_path=in_path,
            numbers=frozenset(name for name, kind, _ in fields if _has(kind, inspection.IntType)),
            words={name: words for name, kind, _ in fields if name in in_path and (words := _words(kind))},
            lists=frozenset(name for name, kind, _ in fields if _has(kind, inspection.ListType)),
            fields=msgspec.defstruct(f"Of_{function.__name__}", fields, kw_only=True),
            body=body,
            brought=tuple(brought),
            wants_workspace=wanted.get(Workspace),
            wants_request=wanted.get(Request),
        )


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _has(kind: Any, wanted: type[inspection.Type]) -> bool:
    """Whether a value may be one of these."""
    info = inspection.type_info(kind)
    while isinstance(info, inspection.Metadata):
        info = info.type
    return isinstance(info, wanted) or (
        isinstance(info, inspection.UnionType) and any(isinstance(one, wanted) for one in info.types)
    )


def _words(kind: Any) -> frozenset[str]:
    """The values of an enumeration; empty for other types."""
    return frozenset(map(str, kind)) if isinstance(kind, type) and issubclass(kind, StrEnum) else frozenset()
