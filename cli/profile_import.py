"""``certfleet profile import``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..store.certificates.files import read_input
from ..store.certificates.limits import MAX_PROFILE
from ..store.errors import Refusal
from ..store.impact.components import title_of
from ..store.impact.views import component_as_json
from ..store.model.component import Component
from ..store.printable import printable
from ..store.profiles.profiles import ImportedProfile, OnOlder
from ..store.workspace import Workspace
from .frame.answer import emit, progress, say
from .frame.parameters import FILE, Words
from .frame.session import Session, pass_session
from .profile_list import profile_as_json, profile_sentence, profile_title


@dataclass(frozen=True)
class Imported:
    """What came of a file: the profile, and the component that uses it, where it was bound."""

    result: ImportedProfile
    component: Component | None


Outcome = Imported | Refusal


@click.command("import")
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--no-bind", is_flag=True, help="Don't say that the app uses it.")
@click.option(
    "--on-older",
    type=Words(list(OnOlder)),
    default=OnOlder.FAIL.value,
    show_default=True,
    help="When the app has one that ends later.",
)
@pass_session
def import_profiles(session: Session, files: tuple[Path, ...], no_bind: bool, on_older: OnOlder) -> None:
    """Import provisioning profiles (.mobileprovision), and bind each to its app. The signature is checked. An app has
    one profile; a newer one takes its place. Of several files each is judged alone."""
    outcomes: list[tuple[Path, Outcome]] = []
    with session.open(create=True) as workspace:
        with progress(len(files), "Importing") as advance:
            for file in files:
                outcomes.append((file, _outcome(workspace, file, not no_bind, on_older)))
                advance(len(outcomes))
        if len(files) == 1 and isinstance(outcome := outcomes[0][1], Refusal):
            raise outcome
        if session.json:
            emit(_as_json(workspace, outcomes))
        else:
            for file, outcome in outcomes:
                _tell(workspace, file, outcome, several=len(files) > 1)
    if any(isinstance(outcome, Refusal) for _, outcome in outcomes):
        click.get_current_context().exit(1)


def _outcome(workspace: Workspace, file: Path, bind: bool, on_older: OnOlder) -> Outcome:
    try:
        data = read_input(file, MAX_PROFILE)
        with workspace.database.transaction():
            result = workspace.profiles.import_file(data, source=printable(file.name), on_older=on_older)
            component = workspace.components.bind_profile(result.profile.id) if bind else None
    except Refusal as refusal:
        return refusal
    return Imported(result, component)


def _tell(workspace: Workspace, file: Path, outcome: Outcome, *, several: bool) -> None:
    prefix = f"{printable(str(file))}: " if several else ""
    if isinstance(outcome, Refusal):
        say(f"error: {outcome.code}: {prefix}{outcome.message}", err=True)
        if outcome.hint:
            say(f"hint: {outcome.hint}", err=True)
        return
    profile, result = outcome.result.profile, outcome.result
    done = "already there:" if result.already_there else "imported" if result.replaced is None else "replaced"
    say(f"{prefix}{done} {profile_title(profile)} of {profile.app_id}, {profile_sentence(profile, workspace.now())}")
    if outcome.component is not None:
        say(f"{prefix}{title_of(outcome.component)} uses it")
    for note in result.notes:
        say(f"{prefix}note: {note}")


def _as_json(workspace: Workspace, outcomes: Sequence[tuple[Path, Outcome]]) -> dict[str, Any]:
    together: dict[str, Any] = {
        name: [] for name in ("imported", "already_there", "replaced", "components", "notes", "refused")
    }
    for file, outcome in outcomes:
        if isinstance(outcome, Refusal):
            refused = {"file": str(file), "code": outcome.code, "message": outcome.message, "hint": outcome.hint}
            together["refused"].append(refused)
            continue
        result = outcome.result
        together["already_there" if result.already_there else "imported"].append(
            profile_as_json(workspace, result.profile)
        )
        if result.replaced is not None:
            together["replaced"].append(profile_as_json(workspace, result.replaced))
        if outcome.component is not None:
            together["components"].append(component_as_json(outcome.component, workspace.impact))
        together["notes"] += result.notes
    return together
