"""What lays out the whole screen, which takes longer than painting it: neither keys in a filter nor other details."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from certfleet.tui.components.still_static import FlowingStatic
from certfleet.tui.lists.filter_input import FilterInput

from ..driving import shows


class LayoutApp(App[None]):
    def compose(self) -> ComposeResult:
        yield FilterInput(id="filter")
        yield VerticalScroll(FlowingStatic(id="text"))

    def on_mount(self) -> None:
        self.laid_out = 0
        self.screen.screen_layout_refresh_signal.subscribe(self.screen, self._count)

    def _count(self, _: object) -> None:
        self.laid_out += 1


class Lines:
    """So many lines; it counts how often they are worked out."""

    def __init__(self, count: int) -> None:
        self.count, self.worked_out = count, 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.worked_out += 1
        for number in range(1, self.count + 1):
            yield Segment(f"line {number}")
            yield Segment.line()


async def show(pilot: Pilot[None], lines: Lines) -> None:
    pilot.app.query_one("#text", FlowingStatic).update(Group(lines))
    await pilot.pause()
    await shows(pilot, f"line {min(lines.count, 5)}")


async def test_other_details_are_worked_out_once_and_only_another_height_is_laid_out() -> None:
    app = LayoutApp()
    async with app.run_test(size=(60, 12)) as pilot:
        await show(pilot, Lines(3))
        app.laid_out = 0
        shorter, as_high, higher = Lines(2), Lines(5), Lines(40)
        for lines in (shorter, as_high):
            await show(pilot, lines)
        assert app.laid_out == 0
        assert (shorter.worked_out, as_high.worked_out) == (1, 1)

        await show(pilot, higher)
        assert app.laid_out > 0
        assert app.query_one("#text").size.height == 40


async def test_a_key_in_the_filter_line_lays_out_nothing() -> None:
    app = LayoutApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.query_one(FilterInput).focus()
        await pilot.pause()
        app.laid_out = 0
        await pilot.press(*"platform")
        await shows(pilot, "platform")
        assert app.laid_out == 0
