"""Making the demo's workspace, from an empty one; and what to try first in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text
from textual.widget import Widget

from ...simulator.engine.processes.ended_process import refusal_in
from ...store.confinement import refuse_confined
from ...store.errors import Refusal
from ...store.printable import printable
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, whole_number
from ..shell.keys.keys import keyed
from ..shell.pages import PAGES, PageName

_MOST = 100_000
_FIRST = {
    "screen-1": "what stops next; {replace} on a line prevents it, and shows the difference first",
    "screen-3": "devices in the middle of a CA rotation; {secure} renews their certificates",
    "screen-6": "what each component needs, and what stops without it; {bind} binds, {replace} renews",
    "screen-7": "the clock runs; {faster} and {slower} change its speed, {day} goes on a day; {other-tab}: forecasts",
    "screen-8": "what people have been told",
}


class DemoDialog(FormDialog[Path]):
    """Returns the folder of the demo's workspace."""

    heading = "Make the demo"
    confirm_label = "Make it"
    doing = "Generating the company and its fleet …"
    wide = True

    def compose_form(self) -> Iterable[Widget]:
        here = self.workspace.path
        beside = (Path.cwd() if here is None else here.absolute().parent) / "demo"
        yield TextField("folder", "New folder", str(beside), to_blame=["workspace-*"])
        number = whole_number("devices-invalid", f"a demo has 1 to {_MOST:,} devices", least=1, most=_MOST)
        yield TextField("devices", "Devices", "500", check=number, to_blame=["devices-invalid"])
        yield Note("The demo has a workspace of its own, which is kept; this one stays empty.", "quiet")

    def command_words(self, folder: str, devices: int) -> Sequence[object]:
        if not folder:
            return ()
        return "demo", "--keep", Path(folder).expanduser().absolute(), "--devices", devices

    def work(self, folder: str, devices: int) -> Path:
        refuse_confined("opening another workspace")
        if not folder:
            raise Refusal("workspace-not-empty", "nothing can't be the new folder", "Name a new folder.")
        path = Path(folder).expanduser()
        command = [sys.executable, "-P", "-m", "certfleet", "--json", "demo", "--no-console"]
        try:
            done = subprocess.run(
                [*command, "--keep", str(path), "--devices", str(devices)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                start_new_session=True,
                check=False,
            )
        except OSError as error:
            raise Refusal("simulator-unstartable", f"it can't be started: {error.strerror}") from error
        if done.returncode:
            raise refusal_in(done.stderr.decode("utf-8", "replace"), done.returncode)
        return path


def _first_steps(pages: Mapping[str, PageName]) -> Table:
    """A line or two for each screen."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, said in _FIRST.items():
        table.add_row(keyed(f"{{{name}}}"), Text(pages[name].title, "bold", no_wrap=True), keyed(said))
    return table


def demo_welcome(kept: Path | None) -> DetailsDialog[str]:
    """What to try first; a key of a screen leads there. ``kept`` is the demo's folder if it stays."""
    pages = {f"screen-{number}": page for number, page in enumerate(PAGES, 1)}
    stays = f"It is kept in {printable(str(kept))}." if kept is not None else "Its workspace is deleted when you quit."
    return DetailsDialog(
        "The demo: what to try first",
        Note(_first_steps(pages)),
        Note(),
        Note(
            keyed("{scenario} starts a scenario, with points. {help} says what the keys do. Nothing is real."), "quiet"
        ),
        Note(f"{stays} A key of a screen leads there.", "quiet"),
        wishes={name: page.name for name, page in pages.items()},
    )
