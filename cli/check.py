"""``certfleet check``: for monitoring systems."""

from __future__ import annotations

import click

from ..store.monitoring.findings import (
    Measure,
    MonitoringFinding,
    findings,
    measures,
    measures_of_workspace,
    of_workspace,
    state_of,
)
from .frame.answer import Answer
from .frame.command import command
from .frame.parameters import NumberOf
from .frame.plugin import Plugin, plugin_answer
from .frame.session import Session

LONGEST = 3650  # days


@command(examples=["certfleet check --warning 7 --critical 2"], kind=Plugin)
@click.option(
    "--warning",
    type=NumberOf("d", 0, LONGEST),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="Warn of what expires, or has to be started, within so many days.",
)
@click.option(
    "--critical",
    type=NumberOf("d", -1, LONGEST),
    default=10,
    show_default=True,
    metavar="DAYS",
    help="Critical: what expires within so many days, what is stopped, and what should have been started.",
)
def check(session: Session, warning: int, critical: int) -> Answer:
    """Tell a monitoring system how things stand, in one line with performance data. The exit status is that of its
    plugins: 0 OK, 1 warning, 2 critical, 3 unknown (also of a wrong option). Certificates that were never bound don't
    count."""
    if critical > warning:
        raise click.UsageError("--critical must not be more than --warning.")
    found: list[MonitoringFinding] = []
    measured: list[Measure] = []
    for name in session.side_by_side():
        impact = session.open().impact
        asked = impact.checklist(), impact.consequences(), impact.known_starts()
        found += of_workspace(name, findings(*asked, warning=warning, critical=critical))
        measured += measures_of_workspace(name, measures(*asked, warning=warning, critical=critical))
    found.sort(key=lambda one: one.state, reverse=True)
    return plugin_answer(state_of(found), found, measured)
