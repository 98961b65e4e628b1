"""``certfleet handover``: whatever a leaver answers for goes to somebody else."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ..store.notices.handing_over import Held, held_text
from ..store.views.ownership import said
from .frame.answer import Answer
from .frame.changing import Preview
from .frame.command import command
from .frame.confirmation import confirm, unconfirmed
from .frame.parameters import TEXT
from .frame.session import Session


@command(
    examples=[
        "certfleet handover ann@example.com bob@example.com --dry-run",
        "certfleet handover ann@example.com bob@example.com --yes",
    ],
    changes=True,
)
@click.argument("leaver", type=TEXT, metavar="FROM")
@click.argument("successor", type=TEXT, metavar="TO")
def handover(session: Session, leaver: str, successor: str) -> Answer:
    """Hand over what FROM holds to TO: what they are owner or deputy of, their open tasks, the notices that went to
    them, and those that they have acknowledged. FROM may be gone already. It shows all of it, and asks."""
    workspace = session.open()
    held = workspace.handing_over.held(leaver)
    session.tell_preview(Preview("held", held, list(_lines(held))))
    if not held.is_empty and not session.yes:
        question = f"Hand over to {successor}: {held_text(held)}?"
        refusal = unconfirmed(f"{leaver} would hand over what they are: {held_text(held)}")
        confirm(question, refusal, above=_lines(held))
        session.agree()
    workspace.handing_over.hand_over(leaver, successor)
    return Answer({"held": held}, [*_lines(held), f"{leaver} has handed over to {successor}"])


def _lines(held: Held) -> Iterator[str]:
    for what, records in (("owner of", held.owner_of), ("deputy of", held.deputy_of)):
        if records:
            yield f"{what} {', '.join(map(said, records))}"
    for what, ids in (("open task", held.tasks), ("notice", held.notices), ("acknowledged notice", held.acknowledged)):
        if ids:
            yield f"{what}{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"
