"""``certfleet certificate verify``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from ...store.inventory.verify import VerdictPart
from ...store.trust.verdicts import ChainVerdict
from ...store.views.certificate import certificate_title
from ...store.views.verdict import judged_text, reasons, summary_text, trust_text, verdict_document
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import ID, TEXT
from ..frame.session import Session


@command(
    examples=[
        "certfleet certificate verify",
        "certfleet certificate verify 14 --host gateway.nguyen-medical-group.example",
    ]
)
@click.argument("ids", type=ID, nargs=-1, metavar="[ID]...")
@click.option("--host", type=TEXT, metavar="NAME", help="Also judge whether they are for this host name or IP address.")
@click.option("--strict", is_flag=True, help="Exit with 1 unless every chain is ok.")
def verify(session: Session, ids: tuple[int, ...], host: str | None, strict: bool) -> Answer:
    """Verify the chains of all entries, or of some, by the rules of RFC 5280: complete up to a root by CAs that may
    sign, valid by the workspace clock, without unknown critical extensions or violated name constraints, and fit for
    their use. What can't be judged is told, and is not ok. Revocation is not looked at. With --host and no ID, only
    certificates of servers are verified."""
    found = session.open().verdicts.of(tuple(dict.fromkeys(ids)) or None, host=host)
    failed = [one for one in found if not one.ok]
    return Answer(
        lambda: {"verifications": [verdict_document(one) for one in found], "ok": not failed},
        [*_lines(found if ids or host is not None else failed, found)],
        status=1 if strict and failed else 0,
    )


def _lines(shown: Sequence[ChainVerdict], found: Sequence[ChainVerdict]) -> Iterator[str]:
    for one in shown:
        yield f"{certificate_title(one.certificate)}: {one.verdict}"
        yield f"  {judged_text(one)}"
        yield from (f"  {reason}" for reason in reasons(one))
    yield summary_text(found)
    if found:
        judged = {part for one in found for part in one.judged}
        yield f"judged: {', '.join(part for part in VerdictPart if part in judged)}; {trust_text(found)}"
