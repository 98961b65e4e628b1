"""Selecting in lists: ranges, inverting, and what stays selected."""

from __future__ import annotations

from .test_list_table import TableApp, hosts


async def test_shift_and_arrows_select_from_where_they_began() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(20))
        await pilot.press("space", "down")  # the first, by itself
        await pilot.press("shift+down", "shift+down", "shift+down")
        assert app.table.marked == {1, 3, 4, 5, 6}

        await pilot.press("shift+up", "shift+up")  # back again: what is no longer on the way isn't selected
        assert app.table.marked == {1, 3, 4}

        await pilot.press("down", "down", "shift+down")  # moving without shift ends the range
        assert app.table.marked == {1, 3, 4, 6, 7}


async def test_a_range_that_was_begun_follows_every_move() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(500))
        app.table.move_to(10)
        app.table.action_range()
        await pilot.press("end")
        assert app.table.marked == set(range(10, 501))

        await pilot.press("home")
        assert app.table.marked == set(range(1, 11))

        app.table.action_range()  # ends it
        await pilot.press("end")
        assert app.table.marked == set(range(1, 11))


async def test_inverting_concerns_what_is_shown() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(10))
        await pilot.press("space", "space", "space")
        app.table.narrow(lambda host: host.id > 2)

        await pilot.press("asterisk")
        assert app.table.marked == {1, 2, 4, 5, 6, 7, 8, 9, 10}  # 1 and 2 are hidden, and stay as they were


async def test_a_range_whose_beginning_a_filter_hides_is_over() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_rows(hosts(10))
        app.table.action_range()
        await pilot.press("down", "down")
        app.table.narrow(lambda host: host.id > 5)
        await pilot.press("down", "down")
        assert app.table.marked == {1, 2, 3}


async def test_what_others_put_into_a_range_that_was_begun_is_not_selected_unseen() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 30)) as pilot:
        app.table.set_rows([host for host in hosts(20) if host.id % 2 == 0])
        app.table.action_range()
        await pilot.press("down", "down")
        assert app.table.marked == {2, 4, 6}
        app.table.update_rows([host for host in hosts(20) if host.id in (3, 5)])
        await pilot.pause()
        assert app.table.marked == {2, 4, 6}
        app.table.update_rows([], {4})
        await pilot.pause()
        assert app.table.marked == {2, 6}


async def test_deleted_records_don_t_come_back_into_a_selection() -> None:
    app = TableApp()
    async with app.run_test(size=(60, 30)) as pilot:
        app.table.set_rows(hosts(10))
        await pilot.press("space", "down")
        app.table.action_range()
        await pilot.press("down")
        assert app.table.marked == {1, 3, 4}
        app.table.update_rows([], {1})
        await pilot.press("down")
        assert app.table.marked == {3, 4, 5}
