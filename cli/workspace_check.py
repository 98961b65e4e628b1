"""``certfleet workspace check``."""

from __future__ import annotations

import click

from .frame.answer import emit, progress, say
from .frame.session import Session, pass_session


@click.command()
@click.pass_context
@pass_session
def check(session: Session, context: click.Context) -> None:
    """Check the files, the records, the certificates, the secrets and the audit trail. Exits with 1 when
    something is wrong."""
    with session.open() as workspace:
        counts = workspace.counts()
        with progress(counts["certificates"] + counts["device_certificates"], "Checking") as advance:
            report = workspace.check(lambda done, total: advance(done))
    if session.json:
        emit({"clean": report.clean, "problems": report.problems, "counts": report.counts})
    else:
        for problem in report.problems:
            say(f"{problem.code}: {problem.record}: {problem.message}")
        read = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items() if count)
        say(f"{'clean' if report.clean else f'{len(report.problems)} problems'}; read {read}")
    if not report.clean:
        context.exit(1)
