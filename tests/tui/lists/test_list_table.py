"""The table that draws only the visible lines."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from textual.app import App, ComposeResult

from certfleet.tui.components.fitted_text import fit
from certfleet.tui.lists import filtered_rows, narrowing, record_list, sorting
from certfleet.tui.lists.columns import Column, lay_out
from certfleet.tui.lists.list_table import ListTable

from ..driving import until


@dataclass
class HostRow:
    id: int
    name: str


COLUMNS = (
    Column[HostRow]("id", "#", lambda host: str(host.id), lambda host: host.id, width=8, right=True),
    Column[HostRow]("name", "Name", lambda host: host.name, width=10, grow=1),
    Column[HostRow]("more", "More", lambda host: "-", width=20, keep=1),
)


class TableApp(App[None]):
    def compose(self) -> ComposeResult:
        yield ListTable[HostRow](COLUMNS, sort="id", id="table")

    @property
    def table(self) -> ListTable[HostRow]:
        return self.query_one("#table", ListTable)


def hosts(count: int) -> list[HostRow]:
    return [HostRow(number, f"host{count - number}") for number in range(1, count + 1)]


async def test_the_cursor_stays_on_its_record_when_others_come_and_go() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(50))
        app.table.move_to(30)
        app.table.set_rows([host for host in hosts(50) if host.id > 10])
        await pilot.pause()

        assert app.table.record == HostRow(30, "host20")
        assert app.table.scroll_offset.y <= app.table.cursor < app.table.scroll_offset.y + 11


async def test_what_comes_above_moves_nothing_on_the_screen_but_appears_at_the_top_of_the_list() -> None:
    app = TableApp()
    even = [host for host in hosts(200) if host.id % 2 == 0]
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(even)
        app.table.move_to(100)
        await pilot.press("up", "up", "up")
        record, place = app.table.record, app.table.cursor - app.table.scroll_offset.y
        assert app.table.scroll_offset.y > 0
        app.table.update_rows([host for host in hosts(200) if host.id % 2 and host.id < 60])
        await pilot.pause()
        assert (app.table.record, app.table.cursor - app.table.scroll_offset.y) == (record, place)
        app.table.set_rows(even)
        await pilot.pause()
        assert (app.table.record, app.table.cursor - app.table.scroll_offset.y) == (record, place)

        await pilot.press("home", "down")
        app.table.update_rows(hosts(1))
        await pilot.pause()
        assert app.table.scroll_offset.y == 0
        assert app.table.record is not None and app.table.record.id == 4


async def test_a_filter_keeps_the_cursor_on_its_record_too() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)):
        app.table.set_rows(hosts(50))
        app.table.move_to(30)

        app.table.narrow(lambda host: host.id % 2 == 0)
        assert app.table.record is not None
        assert app.table.record.id == 30

        app.table.narrow(lambda host: host.id % 7 == 0)
        assert app.table.record.id == 7


async def test_keys_move_mark_and_sort() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(500))
        await pilot.press("down", "space", "space", "end")
        assert app.table.marked == {2, 3}
        assert app.table.cursor == 499

        await pilot.press("home", "o")
        assert app.table.sort == "name"
        assert app.table.rows[0].name == "host0"
        await pilot.press("O")
        assert app.table.rows[0].name == "host99"


async def test_the_mouse_sorts_by_the_header_and_opens_by_a_double_click() -> None:
    opened: list[int] = []

    class Opening(TableApp):
        def on_list_table_opened(self, event: ListTable.Opened) -> None:
            opened.append(event.record.id)

    app = Opening()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(50))
        await pilot.pause()
        await pilot.click("#table", offset=(20, 4), times=2)
        assert opened == [4]

        await pilot.click("#table", offset=(14, 0))
        assert (app.table.sort, app.table.reverse) == ("name", False)
        await pilot.click("#table", offset=(14, 0))
        assert app.table.reverse


@pytest.mark.usefixtures("everything_is_painted")
async def test_a_hundred_thousand_rows_are_shown_at_once() -> None:
    drawn = []

    def text(host: HostRow) -> str:
        drawn.append(host.id)
        return str(host.id)

    class Counting(TableApp):
        def compose(self) -> ComposeResult:
            column = Column[HostRow]("id", "#", text, lambda host: host.id, width=8, right=True)
            yield ListTable[HostRow]((column, *COLUMNS[1:]), sort="id", id="table")

    app = Counting()
    async with app.run_test(size=(60, 12)) as pilot:
        records = hosts(100_000)
        app.table.set_rows(records)
        await pilot.pause()
        assert 0 < len(drawn) < 100  # what is in view, not all of them

        await pilot.press("end")
        assert app.table.record == records[-1]


def test_columns_share_the_width_and_the_least_important_goes_first() -> None:
    wide = lay_out(COLUMNS, 80, 2)
    narrow = lay_out(COLUMNS, 30, 2)

    assert [(slot.column.name, slot.x, slot.width) for slot in wide] == [
        ("id", 2, 8),
        ("name", 12, 46),
        ("more", 60, 20),
    ]
    assert [slot.column.name for slot in narrow] == ["id", "name"]


def test_cells_are_cut_by_what_they_take_on_the_screen() -> None:
    assert fit("gateway", 10) == "gateway   "
    assert fit("42", 5, right=True) == "   42"
    assert fit("gateway.example.com", 8) == "gateway…"
    assert fit("証明書の名前", 8) == "証明書 …"


async def test_what_changed_is_put_where_it_belongs() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(100))
        app.table.sort_by("name")
        app.table.narrow(lambda host: "9" in host.name)
        app.table.move_to(hosts(100)[4].id)
        await pilot.pause()

        app.table.update_rows([HostRow(5, "host0x9"), HostRow(101, "host999"), HostRow(50, "host1")], {10, 20})
        for reverse in (False, True):
            app.table.sort_by("name", reverse)
            app.table.update_rows([HostRow(30, "host10x9"), HostRow(31, "x"), HostRow(32, "host9x")])
            fits = {host.id: host for host in hosts(100) if host.id not in (10, 20)}
            changed = ("host0x9", 5), ("host999", 101), ("host1", 50), ("host10x9", 30), ("x", 31), ("host9x", 32)
            fits |= {id: HostRow(id, name) for name, id in changed}
            wanted = [host.name for host in fits.values() if "9" in host.name]
            assert [host.name for host in app.table.rows] == sorted(wanted, reverse=reverse)
        assert app.table.record == HostRow(5, "host0x9")


async def test_several_columns_sort_and_what_changed_goes_where_it_belongs() -> None:
    columns = (
        Column[HostRow]("parity", "Parity", lambda host: "even" if host.id % 2 == 0 else "odd"),
        Column[HostRow]("name", "Name", lambda host: host.name, width=10),
    )

    class Sorted(TableApp):
        def compose(self) -> ComposeResult:
            yield ListTable[HostRow](columns, id="table")

    app = Sorted()
    async with app.run_test(size=(60, 12)):
        app.table.set_rows([HostRow(number, f"host{number % 3}") for number in range(1, 41)])
        app.table.sort_in((("parity", True), ("name", False)))
        shown = [(host.id % 2, host.name, host.id) for host in app.table.rows]
        assert shown == sorted(shown, key=lambda one: (-one[0], one[1], one[2]))

        app.table.update_rows([HostRow(1, "host2"), HostRow(41, "host1"), HostRow(2, "host0")])
        shown = [(host.id % 2, host.name, host.id) for host in app.table.rows]
        assert shown == sorted(shown, key=lambda one: (-one[0], one[1], one[2]))
        assert app.table.render_line(0).text.split() == ["Parity↓1", "Name↑2"]


async def test_nothing_is_cut_while_space_is_free() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        wide = "a-host-with-quite-a-long-name.example.com"
        app.table.set_rows([*hosts(30), HostRow(31, wide)])
        await pilot.press("end")
        await pilot.pause()
        assert wide in app.table.render_line(app.table.size.height - 1).text  # the other columns are nearly empty

        await pilot.press("home")
        await pilot.pause()
        before = app.table.render_line(0).text
        await pilot.press("end", "home")
        assert app.table.render_line(0).text == before  # and nothing moves to and fro


def test_room_goes_to_those_that_need_it() -> None:
    columns = [Column[HostRow](name, name, lambda host: host.name, width=10, grow=1) for name in ("a", "b", "c")]
    slots = lay_out(columns, 34, needs={"a": 3, "b": 16, "c": 10})
    assert [slot.width for slot in slots] == [4, 16, 10]
    slots = lay_out(columns, 34, needs={"a": 30, "b": 30, "c": 10})
    assert [slot.width for slot in slots] == [10, 10, 10]  # nobody has any to spare


NAMED = [
    Column[HostRow]("days", "Days", lambda host: "9", width=4),
    Column[HostRow]("name", "Name", lambda host: host.name, width=10, grow=1, told_in=30),
    Column[HostRow]("about", "About", lambda host: "-", width=8, grow=1, keep=1),
    Column[HostRow]("key", "Key", lambda host: "-", width=6, keep=2),
]


def test_less_important_columns_yield_to_a_name_narrower_first_and_then_altogether() -> None:
    def widths(name: int, width: int = 60, sorted_by: tuple[str, ...] = ()) -> dict[str, int]:
        needs, asks = {"name": name, "about": 40, "key": 6}, {"name": NAMED[1].asks(name)}
        slots = lay_out(NAMED, width, needs=needs, asks=asks, sorted_by=sorted_by)
        return {slot.column.name: slot.width for slot in slots}

    assert widths(20) == {"days": 4, "name": 20, "about": 24, "key": 6}
    assert widths(30) == {"days": 4, "name": 30, "about": 14, "key": 6}
    assert widths(30, 50) == {"days": 4, "name": 30, "about": 12}
    assert widths(30, 50, sorted_by=("key",)) == {"days": 4, "name": 36, "key": 6}
    assert widths(99, 50) == {"days": 4, "name": 20, "about": 14, "key": 6}  # it is cut all the same


async def test_a_record_under_the_cursor_that_changed_is_told_of() -> None:
    told: list[HostRow | None] = []

    class Telling(TableApp):
        def on_list_table_highlighted(self, event: ListTable.Highlighted) -> None:
            told.append(event.record)

    app = Telling()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(20))
        await pilot.pause()
        app.table.update_rows([HostRow(1, "renamed"), HostRow(7, "other")])
        await pilot.pause()

        assert told[-1] == HostRow(1, "renamed")


async def test_a_narrower_filter_looks_at_what_the_wider_one_let_through() -> None:
    looked: list[int] = []

    def wider(host: HostRow) -> bool:
        return host.id <= 10

    def narrower(host: HostRow) -> bool:
        looked.append(host.id)
        return host.id % 2 == 0

    app = TableApp()
    async with app.run_test(size=(60, 12)):
        app.table.set_rows(hosts(100))
        app.table.narrow(wider)
        app.table.narrow(narrower, within=wider)

        assert [host.id for host in app.table.rows] == [2, 4, 6, 8, 10]
        assert looked == list(range(1, 11))


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any list is filtered and sorted in steps, of ten records."""
    monkeypatch.setattr(record_list, "AT_ONCE", 0)
    monkeypatch.setattr(narrowing, "STEP", 10)
    monkeypatch.setattr(sorting, "STEP", 10)
    monkeypatch.setattr(narrowing, "FIRST", 5)
    monkeypatch.setattr(record_list, "SOON", 0)
    monkeypatch.setattr(filtered_rows, "SLICE", 1e-6)


def even(host: HostRow) -> bool:
    return host.id % 2 == 0


def third(host: HostRow) -> bool:
    return host.id % 3 == 0


def shown(app: TableApp) -> list[int]:
    return [host.id for host in app.table.rows]


@pytest.mark.usefixtures("in_steps")
async def test_of_very_many_records_the_first_matches_are_there_at_once_and_then_the_others() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(1000))
        app.table.sort_by("id", reverse=True)
        await until(pilot, lambda: app.table.sorted is None)
        app.table.narrow(even)
        assert shown(app) == [1000, 998, 996, 994, 992]
        assert app.table.tested is not None
        await until(pilot, lambda: app.table.tested is None)
        assert shown(app) == list(range(1000, 0, -2))

        app.table.narrow(lambda host: even(host) and third(host), within=even)
        await until(pilot, lambda: app.table.tested is None)
        assert shown(app) == list(range(996, 0, -6))


@pytest.mark.usefixtures("in_steps")
async def test_a_later_filter_takes_the_place_of_one_that_is_still_applied() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(1000))
        app.table.narrow(even)
        await pilot.pause()
        app.table.narrow(third)
        assert shown(app) == [3, 6, 9, 12, 15]
        app.table.narrow(lambda host: third(host) and even(host), within=third)
        assert shown(app) == [6, 12, 18, 24, 30]
        await until(pilot, lambda: app.table.tested is None)
        assert shown(app) == list(range(6, 1000, 6))
        app.table.narrow(None)
        assert app.table.tested is None
        assert len(app.table.rows) == 1000


@pytest.mark.usefixtures("in_steps")
async def test_what_changes_while_a_filter_is_applied_is_judged_as_it_is_now() -> None:
    app = TableApp()
    named = [HostRow(number, "yes") for number in range(1, 101)]

    def is_yes(host: HostRow) -> bool:
        return host.name == "yes"

    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(named)
        app.table.narrow(is_yes)
        app.table._list.go_on(0)  # ten of them
        app.table.update_rows([HostRow(2, "no"), HostRow(99, "no"), HostRow(101, "yes")])
        await until(pilot, lambda: app.table.tested is None)
        assert shown(app) == [*(id for id in range(1, 101) if id not in (2, 99)), 101]

        app.table.narrow(lambda host: is_yes(host) and even(host), within=is_yes)
        app.table.update_rows([HostRow(2, "yes")])
        app.table.update_rows([], {4})
        await until(pilot, lambda: app.table.tested is None)
        assert shown(app) == [id for id in range(2, 101, 2) if id != 4]


@pytest.mark.usefixtures("in_steps")
async def test_whoever_needs_all_matches_gets_all() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)):
        app.table.set_rows(hosts(1000))
        app.table.narrow(even)
        app.table.mark_all()
        assert len(app.table.marked) == 500

        app.table.unmark()
        app.table.narrow(third)
        app.table.action_jump(1)
        assert app.table.record is not None
        assert app.table.record.id == 999


@pytest.mark.usefixtures("in_steps")
async def test_the_former_order_of_very_many_records_is_seen_until_they_are_sorted() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(1000))
        app.table.move_to(500)
        app.table.sort_by("name")
        assert app.table.sorted is not None
        assert shown(app) == list(range(1, 1001))
        app.table.action_move(1)
        assert app.table.record == hosts(1000)[500]

        await until(pilot, lambda: app.table.sorted is None)
        assert [host.name for host in app.table.rows] == sorted(host.name for host in hosts(1000))
        assert app.table.record == hosts(1000)[500]


@pytest.mark.usefixtures("in_steps")
async def test_a_deleted_record_is_gone_at_once_though_others_are_still_sorted() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(1000))
        app.table.sort_by("name")
        app.table.update_rows([HostRow(5, "host0")], {7, 8})
        assert shown(app)[4:8] == [5, 6, 9, 10]
        await until(pilot, lambda: app.table.sorted is None)
        left = [HostRow(5, "host0") if host.id == 5 else host for host in hosts(1000) if host.id not in (7, 8)]
        assert [host.id for host in app.table.rows] == [
            host.id for host in sorted(left, key=lambda host: (host.name, host.id))
        ]


async def test_a_narrow_column_has_room_for_its_title_and_the_arrow_when_it_is_sorted_by() -> None:
    days = Column[HostRow]("days", "Days", lambda host: "5", lambda host: host.id, width=4, right=True)

    class Days(App[None]):
        def compose(self) -> ComposeResult:
            yield ListTable[HostRow]((days, *COLUMNS), sort="name", id="table")

    app = Days()
    async with app.run_test(size=(60, 12)):
        table = app.query_one("#table", ListTable)
        table.set_rows(hosts(5))
        assert "  Days " in table._painter.header().text
        table.sort_by("days")
        assert " Days↑" in table._painter.header().text
        table.sort_by("days", reverse=True)
        assert " Days↓" in table._painter.header().text
