"""``certfleet owner``: list, show and set owners, deputies and runbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from msgspec import UNSET

from ..store.notices.people import is_same
from ..store.views.ownership import answerable_document, owner_text, ownership_document, said
from .frame.answer import Answer, Facts
from .frame.command import command
from .frame.input_file import read_file
from .frame.parameters import FILE, TEXT
from .frame.session import Session
from .frame.tables import Listing

KINDS = ("certificate", "component", "authority-group")


def _record_arguments(function: Callable[..., Any]) -> Callable[..., Any]:
    function = click.argument("id", type=click.IntRange(1), metavar="ID")(function)
    return click.argument("kind", type=click.Choice(KINDS), metavar="KIND")(function)


@command("list", examples=["certfleet owner list", "certfleet owner list --person ann@example.com"])
@click.option("--person", type=TEXT, metavar="PERSON", help="Only what this person is owner or deputy of.")
def list_owners(session: Session, person: str | None) -> Answer:
    """List the owners that were set. Whatever has none of its own inherits one: a certificate from the component that
    uses it, a component from its certificate, everything from the site (`certfleet site set --default-owner`)."""
    found = [
        one
        for one in session.open().owners.all()
        if person is None or is_same(one.owner, person) or is_same(one.deputy, person)
    ]
    return Answer(
        {"owners": [ownership_document(one) for one in found]},
        Listing(
            (
                {
                    "RECORD": said(one.record),
                    "OWNER": one.owner or "-",
                    "DEPUTY": one.deputy or "-",
                    "RUNBOOK": one.runbook.partition("\n")[0] or "-",
                }
                for one in found
            ),
            least={"RUNBOOK": 16},
            none="no owner was set",
        ),
    )


@command(examples=["certfleet owner show certificate 4"])
@_record_arguments
def show(session: Session, kind: str, id: int) -> Answer:
    """Show who answers for a certificate, a component or a CA group (KIND is certificate, component or
    authority-group), and what to do."""
    workspace, record = session.open(), f"{kind}:{id}"
    workspace.owners.check(record)
    one = workspace.owners.of(record)
    return Answer(
        {"record": record, "answerable": answerable_document(one)},
        Facts([("record", said(record)), ("owner", owner_text(one, record)), ("runbook", one.runbook or "none")]),
    )


@command(
    "set",
    examples=[
        "certfleet owner set certificate 4 --owner ann@example.com --deputy bob@example.com",
        "certfleet owner set component 2 --runbook 'Ask the network team; the change takes two days.'",
    ],
    changes=True,
)
@_record_arguments
@click.option("--owner", type=TEXT, metavar="PERSON", help='Whom its notices go to first; "" for the inherited one.')
@click.option("--deputy", type=TEXT, metavar="PERSON", help="Who gets them if the owner doesn't acknowledge them.")
@click.option("--runbook", type=TEXT, metavar="TEXT", help="What to do; it is in its notices.")
@click.option("--runbook-file", type=FILE, metavar="FILE", help="The same from a file; - is standard input.")
def set_owner(
    session: Session,
    kind: str,
    id: int,
    owner: str | None,
    deputy: str | None,
    runbook: str | None,
    runbook_file: Path | None,
) -> Answer:
    """Set who answers for a certificate, a component or a CA group (KIND is certificate, component or authority-group).
    A PERSON is a mail address, an account, or a user of this machine. A replacement takes over what its old certificate
    had."""
    if runbook is not None and runbook_file is not None:
        raise click.UsageError("--runbook and --runbook-file exclude each other.")
    if runbook_file is not None:
        runbook = read_file(runbook_file).decode("utf-8", "replace")
    wanted = {"owner": owner, "deputy": deputy, "runbook": runbook}
    if all(value is None for value in wanted.values()):
        raise click.UsageError("Name an owner, a deputy or a runbook.")
    record = f"{kind}:{id}"
    fields: dict[str, Any] = {name: UNSET if value is None else value for name, value in wanted.items()}
    one = session.open().owners.set(record, **fields)
    return Answer(
        {"record": record, "answerable": answerable_document(one)}, f"{said(record)}: {owner_text(one, record)}"
    )
