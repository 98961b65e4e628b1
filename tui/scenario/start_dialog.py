"""Choosing a scenario, and starting it in a new workspace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.widget import Widget

from ...simulator.engine.processes.ended_process import refusal_in
from ...simulator.scenarios.catalogue import packaged
from ...store.confinement import refuse_confined
from ...store.errors import Refusal
from ...store.folder import is_workspace
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField


class StartScenarioDialog(FormDialog[Path]):
    """Returns the folder of the new workspace: a scenario has its own company, clock and CAs from the beginning, so it
    never starts in a workspace that is there."""

    heading = "Start a scenario"
    confirm_label = "Start"
    doing = "Preparing its company and its fleet …"
    wide = True

    def compose_form(self) -> Iterable[Widget]:
        found = packaged()
        options = {one.name: f"{one.title} ({one.length.days} d)" for one in found}
        yield ChoiceField("scenario", "Scenario", options, found[0].name)
        yield Note()
        yield TextField(
            "folder",
            "New folder",
            str(self._beside(found[0].name)),
            to_blame=["workspace-*"],
            suggest=lambda answers: str(self._beside(str(answers["scenario"]))),
        )
        yield Note("A scenario begins in a workspace of its own; this one stays as it is.", "quiet")

    def _beside(self, name: str) -> Path:
        here = self.workspace.path
        return (Path.cwd() if here is None else here.absolute().parent) / name

    def command_words(self, scenario: str, folder: str = "") -> Sequence[object]:
        if not folder:
            return ()
        return "--workspace", Path(folder).expanduser().absolute(), "scenario", "start", scenario

    def work(self, scenario: str, folder: str = "") -> Path:
        refuse_confined("a scenario in a workspace of its own")
        path = Path(folder).expanduser()
        if not folder or is_workspace(path):
            raise Refusal("workspace-not-empty", f"{folder or 'nothing'} can't be the new folder", "Name a new folder.")
        command = [sys.executable, "-P", "-m", "certfleet", "--json", "--workspace", str(path), "scenario", "start"]
        try:
            done = subprocess.run(
                [*command, scenario], stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True, check=False
            )
        except OSError as error:
            raise Refusal("simulator-unstartable", f"it can't be started: {error.strerror}") from error
        if done.returncode:
            raise refusal_in(done.stderr.decode("utf-8", "replace"), done.returncode)
        return path

    def told(self, result: Path) -> str | None:
        return f"{result} is ready"
