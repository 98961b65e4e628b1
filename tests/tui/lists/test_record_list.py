"""The records of a table, by what they are at any time: whatever order they were changed, sorted and filtered in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, TypeAlias

import pytest

from certfleet.tui.lists import narrowing, record_list, sorting
from certfleet.tui.lists.record_list import RecordList
from certfleet.tui.lists.sorting import Sorting

Order: TypeAlias = tuple[tuple[str, bool], ...]

ORDERS: tuple[Order, ...] = (
    (),
    (("site", False),),
    (("name", True),),
    (("site", True), ("name", False)),
    (("site", False), ("name", True)),
)


@dataclass(frozen=True)
class SiteHost:
    id: int
    site: str
    name: int


def key_of(field: str) -> Callable[[SiteHost], Any]:
    return partial(_field, field)


def _field(field: str, host: SiteHost) -> Any:
    return getattr(host, field)


KEYS = {field: key_of(field) for field in ("site", "name")}


def keys(order: Order) -> tuple[tuple[Callable[[SiteHost], Any], bool], ...]:
    return tuple((KEYS[field], reverse) for field, reverse in order)


def plainly(hosts: list[SiteHost], order: Order, fits: Callable[[SiteHost], bool] | None) -> list[SiteHost]:
    """What has to be shown."""
    found = [host for host in hosts if fits is None or fits(host)]
    for field, reverse in reversed(order):
        found.sort(key=KEYS[field], reverse=reverse)
    return found


FILTERS: tuple[Callable[[SiteHost], bool] | None, ...] = (
    None,
    lambda host: host.site != "a",
    lambda host: host.name % 2 == 0,
    lambda host: False,
)


@pytest.fixture(params=["at once", "in steps"])
def steps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in steps":
        monkeypatch.setattr(record_list, "AT_ONCE", 0)
        monkeypatch.setattr(record_list, "AT_FIRST", 0)
        monkeypatch.setattr(record_list, "FEW", 3)
        monkeypatch.setattr(record_list, "SOON", 0)
        monkeypatch.setattr(narrowing, "STEP", 7)
        monkeypatch.setattr(narrowing, "GATHERED", 11)
        monkeypatch.setattr(sorting, "STEP", 5)


@pytest.mark.usefixtures("steps")
@pytest.mark.parametrize("seed", range(20))
def test_it_shows_what_a_plain_list_would(seed: int) -> None:
    draws = Random(seed)

    def host(id: int) -> SiteHost:
        return SiteHost(id, draws.choice("abc"), draws.randrange(30))

    known = {id: host(id) for id in range(1, 60)}
    shown: RecordList[SiteHost] = RecordList()
    shown.replace(known.values())
    order, fits, next_id = ORDERS[0], FILTERS[0], 60
    for _ in range(60):
        match draws.randrange(6):
            case 0:
                order = draws.choice(ORDERS)
                shown.sort(keys(order))
            case 1:
                fits = draws.choice(FILTERS)
                shown.narrow(fits, quietly=draws.random() < 0.5)
            case 2:
                gone = draws.sample(sorted(known), min(3, len(known) - 1))
                for id in gone:
                    del known[id]
                shown.update([], gone)
            case 3:
                changed = [host(id) for id in draws.sample(sorted(known), min(draws.choice((1, 4, 20)), len(known)))]
                new = [host(next_id + one) for one in range(draws.choice((0, 1, 9)))]
                next_id += len(new)
                known |= {one.id: one for one in (*changed, *new)}
                shown.update([*changed, *new], more=draws.random() < 0.3)
            case _:
                shown.go_on(0)  # a step
        assert len(shown) == len(known)
        assert len(set(shown.rows)) == len(shown.rows)
        assert all(known[one.id] == one for one in shown.rows)
    shown.update([])
    while shown.go_on(1):
        shown.update([])
    assert list(shown.rows) == plainly(list(known.values()), order, fits)
    assert all(shown.find(id) == one for id, one in known.items())


@pytest.mark.parametrize("order", ORDERS)
def test_sorting_in_steps_gives_the_same_order(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "STEP", 20)
    draws = Random(3)
    hosts = [SiteHost(id, draws.choice("aaaaab"), draws.randrange(10_000)) for id in range(5_000)]
    steps: Sorting[SiteHost] = Sorting(hosts, keys(order))
    shares = [steps.share]
    while steps.go_on(0):
        shares.append(steps.share)
    assert [hosts[place] for place in steps.order] == plainly(hosts, order, None)
    assert shares == sorted(shares)
    assert len(shares) > 10
