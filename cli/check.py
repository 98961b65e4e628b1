"""``certfleet check``: for monitoring systems."""

from __future__ import annotations

import click

from ..store.errors import Refusal
from ..store.impact.monitoring import Finding, Monitored, findings, state_of
from .frame.answer import Answer
from .frame.command import command
from .frame.session import Session

LONGEST = 3650  # days
_SHOWN = 3


@command(examples=["certfleet check --warning 7 --critical 2"])
@click.option(
    "--warning",
    type=click.IntRange(0, LONGEST),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="Warn of what expires, or has to be started, within so many days.",
)
@click.option(
    "--critical",
    type=click.IntRange(-1, LONGEST),
    default=10,
    show_default=True,
    metavar="DAYS",
    help="Critical: what expires within so many days, what is stopped, and what should have been started.",
)
def check(session: Session, warning: int, critical: int) -> Answer:
    """Tell a monitoring system in one line how things stand. The exit status is that of its plugins: 0 OK, 1 warning,
    2 critical (also of a wrong option), 3 unknown. Certificates that were never bound don't count."""
    if critical > warning:
        raise click.UsageError("--critical must not be more than --warning.")
    try:
        impact = session.open().impact
        found = findings(
            impact.checklist(), impact.consequences(), impact.known_starts(), warning=warning, critical=critical
        )
    except Refusal as refusal:
        return _answer(Monitored.UNKNOWN, [Finding(state=Monitored.UNKNOWN, said=refusal.message)])
    return _answer(state_of(found), found)


def _answer(state: Monitored, found: list[Finding]) -> Answer:
    said = "; ".join(one.said for one in found[:_SHOWN]) or "nothing is stopped, and nothing ends soon"
    more = f"; and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    return Answer(
        {
            "state": state.name.lower(),
            "findings": [{"state": one.state.name.lower(), "said": one.said} for one in found],
        },
        f"CERTFLEET {state.name} - {said}{more}",
        status=state.value,
    )
