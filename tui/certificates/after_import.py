"""What comes after an import: what the certificate is for, what it would mend, and the way to bind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...store.checklist.binding_places import BindingPlace, places_for
from ...store.checklist.checklist_row import Mark
from ...store.inventory.sources import ImportResult, ReplaceResult
from ...store.printable import printable
from ...store.views.consequence import placed_title
from ..checklist.bind_dialog import BindDialog, Bound
from ..components.impact_wording import stopping
from ..components.text_styles import Tone
from ..dialogs.form_fields import Note
from ..shell.console_app import ConsoleApp
from ..shell.keys.keys import keyed
from .comparison_dialog import compare_two
from .import_result_dialog import import_result_dialog, replace_result_dialog

_SHOWN = 3
_BIND, _COMPARE = "bind", "compare"  # names of keys


def tell_of_import(console: ConsoleApp, result: ImportResult, bound: Callable[[Bound], object] | None = None) -> None:
    """Show the result of an import, and lead on to binding it; ``bound`` is called with what comes of that."""
    workspace = console.workspace
    entry = (*result.imported, *result.linked)[0]
    places = places_for(entry, workspace.impact.checklist(count=False), workspace.site.get())
    dialog = import_result_dialog(
        result,
        workspace.now(),
        workspace.expiry(),
        more=_said(console, places),
        wishes={_BIND: "bind"} if places else {},
        buttons={_BIND: f"Bind: {_title(places[0])}"} if places else {},
    )

    def bind(wish: str) -> None:
        place = places[0]
        binding = BindDialog(place.need, None if place.takes_a_name else place.name, likely=entry.id)
        console.ask(binding, bound or (lambda done: _note(console, done)))

    console.ask(dialog, bind)


def tell_of_replacement(console: ConsoleApp, result: ReplaceResult) -> None:
    """Show the result of a replacement, and lead on to the comparison of the two."""
    workspace = console.workspace
    dialog = replace_result_dialog(
        result,
        workspace.now(),
        workspace.expiry(),
        wishes={_COMPARE: "compare"},
        buttons={_COMPARE: "Compare the two"},
    )
    console.ask(dialog, lambda wish: compare_two(console, result.old, result.new))


def _note(console: ConsoleApp, done: Bound) -> None:
    if done.component is not None:
        console.note(f"#{done.component.certificate_id} is bound.")
    if done.imported is not None:
        tell_of_import(console, done.imported)


def _title(place: BindingPlace) -> str:
    return printable(placed_title(place.need, place.name))


def _said(console: ConsoleApp, places: Sequence[BindingPlace]) -> list[Note]:
    """A section on what it fits: what is stopped there comes back when it is bound."""
    if not places:
        return []
    devices = console.fleet.platforms()
    notes = [Note("What it is for", "section")]
    for place in places[:_SHOWN]:
        if place.mended:
            said, tone = f"binding it mends: {stopping(place.mended, devices, place.name)}", Tone.EXPIRING
        elif place.status == Mark.MISSING:
            said, tone = "has no certificate", Tone.DIM
        else:
            said, tone = f"its certificate is {place.status}", Tone.DIM
        notes.append(Note([f"{_title(place)}  ", (said, tone)], "item"))
    if len(places) > 1:
        notes.append(
            Note(
                keyed("{bind} binds it to the first of these, after showing the difference; {screen-6} has all."),
                "quiet",
            )
        )
    else:
        notes.append(Note(keyed("{bind} binds it, after showing the difference."), "quiet"))
    return notes
