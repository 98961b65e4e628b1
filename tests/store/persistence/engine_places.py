"""Where tests keep documents: a file, or a schema of PostgreSQL. Any number of engines can be opened on the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from certfleet.store.persistence.conditions import LookupIndex
from certfleet.store.persistence.engine import Engine
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.sqlite.engine import SqliteEngine

SHARED = ("file", "postgresql")
"""The kinds of places that several processes share."""

Indexes = Mapping[str, Iterable[LookupIndex]]


class EnginePlace:
    """A place that engines are opened on; it closes them."""

    def __init__(self, kind: str, where: Path | str | None) -> None:
        self.kind = kind
        self.where = where
        self._opened = ExitStack()

    def open(self, indexes: Indexes | None = None) -> Engine:
        """Another engine on this place."""
        engine: Engine
        if isinstance(self.where, str):
            engine = PostgresqlEngine(postgresql_address(self.where), indexes)
        else:
            engine = SqliteEngine(self.where, indexes)
        self._opened.callback(engine.close)
        return engine

    def program(self, indexes: Indexes | None = None) -> str:
        """The lines of a program in which ``engine`` is one on this place."""
        if isinstance(self.where, str):
            return (
                "from certfleet.store.persistence.postgresql.engine import PostgresqlEngine\n"
                "from certfleet.store.persistence.postgresql.address import postgresql_address\n"
                f"engine = PostgresqlEngine(postgresql_address({self.where!r}), {indexes!r})\n"
            )
        return (
            "from pathlib import Path\n"
            "from certfleet.store.persistence.sqlite.engine import SqliteEngine\n"
            f"engine = SqliteEngine(Path({str(self.where)!r}), {indexes!r})\n"
        )

    def close(self) -> None:
        """Close all that was opened."""
        self._opened.close()


def place_for(request: pytest.FixtureRequest, kind: str) -> EnginePlace:
    """A new, empty place of a kind: "memory", "file" or "postgresql"; closed after the test."""
    where: Path | str | None = None
    if kind == "file":
        where = Path(request.getfixturevalue("tmp_path")) / "store.db"
    elif kind == "postgresql":
        where = str(request.getfixturevalue("postgresql_workspace"))
    place = EnginePlace(kind, where)
    request.addfinalizer(place.close)
    return place
