"""Attributes that are made when they are first used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, cast, overload

Made = TypeVar("Made")


class made_once(Generic[Made]):
    """A method as an attribute: called when it is first read, and its answer kept.

    Unlike ``functools.cached_property``, all threads get the same object: of two that make it at once, one is kept and
    the other forgotten. No lock is held meanwhile, so making must have no effect, such as reading or registering
    something.
    """

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, holder: None, owner: type) -> Self: ...

    @overload
    def __get__(self, holder: object, owner: type) -> Made: ...

    def __get__(self, holder: object | None, owner: type) -> Self | Made:
        if holder is None:
            return self
        return cast(Made, vars(holder).setdefault(self._name, self._make(holder)))
