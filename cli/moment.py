"""``certfleet moment``: earlier states of the workspace."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from ..simulator.moments.comparing import NOW, MomentComparison, compare
from ..simulator.moments.going import go_to
from ..store.branching import branch
from ..store.confinement import refuse_confined
from ..store.persistence.database_file import address_in
from ..store.views.effects import effects_document
from ..store.views.kept_moment import comparison_document, comparison_lines, moment_document, moment_text
from ..store.words import minute
from .frame.answer import Answer
from .frame.changing import lines_of
from .frame.command import command
from .frame.parameters import TEXT, WORKSPACE
from .frame.session import Session
from .frame.tables import Listing

moment_argument = click.argument("name", type=TEXT, metavar="MOMENT")


@command("list", examples=["certfleet moment list"], lists="moments")
def list_moments(session: Session) -> Answer:
    """List the moments, oldest first. Those without a name were kept before the act that is shown; MOMENT in the other
    commands is a name or an id."""
    moments = session.open().moments.all()
    return Answer(
        {"moments": [moment_document(one) for one in moments]},
        Listing(
            (
                {
                    "ID": str(one.id),
                    "AT (UTC)": minute(one.at),
                    "EVENTS": f"{one.events:,}",
                    "BY": one.user,
                    "NAME": one.name or "-",
                    "BEFORE": one.before or "-",
                }
                for one in moments
            ),
            right=("ID", "EVENTS"),
            wraps=("BEFORE",),
            none="no moment is kept: `certfleet moment save NAME` keeps the present state",
        ),
    )


@command(examples=["certfleet moment save 'before the rotation'"], changes=True)
@moment_argument
def save(session: Session, name: str) -> Answer:
    """Keep the present state under a name. It costs what changes afterwards, not a copy."""
    kept = session.open().moments.save(name)
    return Answer({"moment": moment_document(kept)}, f"kept: {moment_text(kept)}")


@command(examples=["certfleet moment show 'before the rotation'"])
@moment_argument
def show(session: Session, name: str) -> Answer:
    """Show a moment, and what has changed from then until now."""
    workspace = session.open()
    kept, found = workspace.moments.find(name), compare(workspace, name, NOW)
    document = {"moment": moment_document(kept), **comparison_document(found), "effects": _effects(found)}
    return Answer(document, [f"kept by {kept.user}: {moment_text(kept)}", *_lines(found)])


@command(
    examples=["certfleet moment go 'before the rotation' --dry-run", "certfleet moment go 'before the rotation' --yes"],
    changes=True,
)
@moment_argument
def go(session: Session, name: str) -> Answer:
    """Go back to a moment: devices, certificates, CAs, settings and the clock are as they were then, and the same acts
    give the same history again. The audit trail, the accounts and the moments stay. The state that it leaves is kept as
    a moment, so going back can be undone. Only in a workspace with a virtual clock."""
    went = go_to(session.open(), name)
    return Answer({"moment": moment_document(went)}, f"went back: {moment_text(went)}")


@command("branch", examples=["certfleet moment branch 'before the rotation' other-plan"])
@moment_argument
@click.argument("folder", type=WORKSPACE)
def branch_off(session: Session, name: str, folder: Path) -> Answer:
    """Make the workspace FOLDER, which may also be an address of PostgreSQL, with the state of a moment, on a virtual
    clock, to try another plan there. This workspace stays as it is. The branch has no moments, and delivers no
    notices."""
    refuse_confined("branching off into another workspace")
    workspace = session.open()
    kept = workspace.moments.find(name)
    branch(workspace, kept, folder)
    where = str(address_in(folder) or folder)
    return Answer(
        {"moment": moment_document(kept), "workspace": where},
        [f"branched off: {moment_text(kept)}", f"work on it with --workspace {shlex.quote(where)}"],
    )


@command(
    "compare",
    examples=[
        "certfleet moment compare 'before the rotation' now",
        "certfleet moment compare now ./other-plan",
    ],
)
@click.argument("first", type=TEXT)
@click.argument("second", type=TEXT)
def compare_states(session: Session, first: str, second: str) -> Answer:
    """Compare two states: moments, `now`, or a branch, by its folder (with a slash: ./other-plan) or its
    address in PostgreSQL. The difference reads from FIRST to SECOND."""
    found = compare(session.open(), first, second)
    return Answer({**comparison_document(found), "effects": _effects(found)}, _lines(found))


@command(examples=["certfleet moment forget 'before the rotation'"], changes=True)
@moment_argument
def forget(session: Session, name: str) -> Answer:
    """Drop a moment. The others stay."""
    gone = session.open().moments.forget(name)
    return Answer({"moment": moment_document(gone)}, f"forgotten: {moment_text(gone)}")


def _effects(found: MomentComparison) -> object:
    return effects_document(found.effects)


def _lines(found: MomentComparison) -> Iterator[str]:
    yield from comparison_lines(found.first, found.second)
    yield from lines_of(found.effects)
