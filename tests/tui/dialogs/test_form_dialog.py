"""A sample dialog: its answers, refusals, and work that is stopped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.widget import Widget
from textual.widgets import Input

from certfleet.store.errors import Refusal
from certfleet.tui.dialogs.background_work import Leaving
from certfleet.tui.dialogs.choice_fields import RadioField, TickField
from certfleet.tui.dialogs.form_dialog import FormDialog
from certfleet.tui.dialogs.form_fields import Answers, TextField, needed, whole_number
from tests.tui.conftest import Open
from tests.tui.driving import paste, shows, text_of, until
from tests.waiting import LONG


def _usual_name(answers: Answers) -> str:
    return f"{answers['drink']}-7"


class OrderDialog(FormDialog[dict[str, Any]]):
    """Coffee or tea, and how many cups."""

    heading = "Order"
    AUTO_FOCUS = "#cups"

    def compose_form(self) -> Iterable[Widget]:
        yield RadioField("drink", "Drink", {"coffee": "Coffee", "tea": "Tea"}, "coffee")
        yield TickField("milk", "milk", True, when=lambda answers: answers["drink"] == "coffee")
        yield TextField("cups", "Cups", "2", check=whole_number("cups-invalid", "write a number", most=9))
        yield TextField(
            "name", "Name", "coffee-7", suggest=lambda answers: f"{answers['drink']}-7", to_blame=["name-*"]
        )
        yield TextField("at", "Table", check=needed("table-missing", "no table is named"))

    def work(self, **answers: Any) -> dict[str, Any]:
        if answers["name"] == "taken":
            raise Refusal("name-taken", "taken.p12 has that name")
        return answers

    def told(self, result: dict[str, Any]) -> str:
        return f"{result['cups']} cups ordered."


async def test_the_answers_of_what_is_shown_are_checked_and_given(console: Open) -> None:
    async with console() as pilot:
        given: list[dict[str, Any]] = []
        dialog = OrderDialog()
        pilot.app.push_screen(dialog, lambda answers: given.append(answers or {}))
        await shows(pilot, "Drink")
        dialog.query_one("#row-drink", RadioField).choose("tea")
        await until(pilot, lambda: not dialog.query_one("#row-milk").display)
        await pilot.press("enter")
        await shows(pilot, "table-missing")
        await until(pilot, lambda: dialog.query_one("#at").has_focus)
        await paste(pilot, "4")
        await pilot.press("enter")
        await shows(pilot, "2 cups ordered.")

    assert given == [{"drink": "tea", "cups": 2, "name": "tea-7", "at": "4"}]


async def test_what_was_written_is_not_replaced_by_a_suggestion(console: Open) -> None:
    async with console() as pilot:
        dialog = OrderDialog()
        pilot.app.push_screen(dialog)
        await shows(pilot, "Drink")
        dialog.query_one("#name", Input).value = "mine"
        dialog.query_one("#row-drink", RadioField).choose("tea")
        await until(pilot, lambda: not dialog.query_one("#row-milk").display)

        assert dialog.answers["name"] == "mine"


async def test_a_refusal_goes_to_the_field_to_blame(console: Open) -> None:
    async with console() as pilot:
        dialog = OrderDialog()
        pilot.app.push_screen(dialog)
        await shows(pilot, "Drink")
        dialog.query_one("#name", Input).value = "taken"
        dialog.query_one("#at", Input).value = "4"
        await pilot.press("enter")
        await shows(pilot, "name-taken")
        assert "× taken.p12 has that name." in text_of(pilot), "Taken.p12 would be another file"
        await until(pilot, lambda: dialog.query_one("#name").has_focus)
        await pilot.press("escape")

        assert dialog not in pilot.app.screen_stack


async def test_work_is_counted_and_stopped(console: Open) -> None:
    async with console() as pilot:
        dialog, told = OrderDialog(), list[str]()
        pilot.app.push_screen(dialog)
        await shows(pilot, "Drink")

        def job() -> str:
            dialog.count(3, 8)
            dialog.stop.wait(LONG)
            return "stopped"

        dialog.perform(job, told.append, leaving=Leaving.STOPS)
        await shows(pilot, "3 of 8")
        await shows(pilot, "Stop")
        dialog.perform(lambda: "two at once", told.append)
        await pilot.press("escape")
        await until(pilot, lambda: told == ["stopped"])
        await shows(pilot, "Cancel")
