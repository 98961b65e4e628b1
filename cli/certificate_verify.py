"""``certfleet certificate verify``."""

from __future__ import annotations

import click

from ..store.inventory.verify import Verification
from .frame.answer import emit, say
from .frame.session import Session, pass_session
from .phrases import title


@click.command()
@click.option("--strict", is_flag=True, help="Exit with 1 when a chain is incomplete or something in it not valid.")
@click.pass_context
@pass_session
def verify(session: Session, context: click.Context, strict: bool) -> None:
    """Verify every entry's chain by the workspace clock: complete up to a root, valid, fit to sign."""
    with session.open() as workspace:
        found = workspace.inventory.verify()
    failed = [verification for verification in found if not verification.ok]
    if session.json:
        emit({"verifications": [_as_json(verification) for verification in found], "ok": not failed})
    else:
        for verification in failed:
            say(f"{title(verification.certificate)}")
            for problem in verification.problems:
                say(f"  {problem.code}: #{problem.certificate_id}: {problem.message}")
        say(f"{len(found)} chains verified, {len(failed)} with problems")
    if strict and failed:
        context.exit(1)


def _as_json(verification: Verification) -> dict[str, object]:
    return {
        "id": verification.certificate.id,
        "subject": verification.certificate.subject,
        "ok": verification.ok,
        "chain": verification.chain,
        "problems": verification.problems,
    }
