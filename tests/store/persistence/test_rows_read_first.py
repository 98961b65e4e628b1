"""Documents that a transaction has read before it writes them are there when it is committed, whatever was undone
between."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from certfleet.store.persistence.engine import Engine
from tests.store.persistence.engine_places import EnginePlace

INDEXES = {"things": ("name",)}
BEFORE, AFTER = '{"name":"before"}', '{"name":"after"}'


def marked(engine: Engine) -> None:
    """A document is written, read and undone to a mark."""
    engine.mark()
    engine.put("things", [(1, BEFORE)])
    assert engine.get("things", 1) == {"name": "before"}
    engine.back_to_mark()


def stepped(engine: Engine) -> None:
    """The same to a step."""
    engine.step()
    engine.put("things", [(1, BEFORE)])
    assert engine.get("things", 1) == {"name": "before"}
    engine.back_to_step()


def kept(engine: Engine) -> None:
    """A document of the same transaction is read."""
    engine.put("things", [(1, BEFORE)])
    assert engine.get("things", 1) == {"name": "before"}


def removed(engine: Engine) -> None:
    """It is deleted again."""
    kept(engine)
    engine.put("things", [(1, None)])


@pytest.mark.parametrize("happens", [marked, stepped, kept, removed])
def test_what_is_written_afterwards_is_there(place: EnginePlace, happens: Callable[[Engine], None]) -> None:
    engine = place.open(INDEXES)
    engine.begin()
    happens(engine)
    engine.put("things", [(1, AFTER)])
    engine.commit()
    assert engine.get("things", 1) == {"name": "after"}
    engine.begin(reads=("things", 1))
    assert engine.get("things", 1) == {"name": "after"}
    engine.put("things", [(1, BEFORE), (2, AFTER)])
    engine.commit()
    assert [row.body for row in engine.scan("things")] == [{"name": "before"}, {"name": "after"}]


def test_what_a_restoration_removed_is_written_anew(place: EnginePlace) -> None:
    engine = place.open(INDEXES)
    engine.begin()
    engine.put("things", [(2, BEFORE)])
    point = engine.keep_point()
    engine.commit()
    engine.begin()
    engine.put("things", [(1, BEFORE)])
    engine.commit()
    engine.begin(reads=("things", 1))
    assert engine.get("things", 1) == {"name": "before"}
    engine.restore(point, ())
    engine.put("things", [(1, AFTER)])
    engine.commit()
    assert engine.get("things", 1) == {"name": "after"}
