"""The short names of needs, which stand alone where there is little room."""

from __future__ import annotations

from certfleet.store.components.needs import NEEDS
from certfleet.store.model.component import Component
from certfleet.tui.checklist.wording import short_name_of


def test_each_need_has_a_short_name_of_its_own() -> None:
    names = [short_name_of(Component(id=1, need=need.id, name="")) for need in NEEDS]
    assert sorted(names) == sorted(set(names))
    assert max(map(len, names)) <= 21
