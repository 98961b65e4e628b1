"""``certfleet component needs``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from ..store.impact.needs import GROUPS, NEEDS
from ..store.impact.views import need_as_json
from .consequences import platform_names
from .frame.answer import emit
from .frame.session import Session, pass_session
from .frame.tables import Across, Cell, Column, table

COLUMNS = (
    Column("NEED"),
    Column("WHAT IT IS", least=24, wraps=True),
    Column("TAKES", least=12, wraps=True),
    Column("ONE FOR EACH", least=12, wraps=True),
)


@click.command()
@pass_session
def needs(session: Session) -> None:
    """List what a deployment needs certificates for, and what stops when one is expired, revoked or missing."""
    if session.json:
        emit({"needs": [need_as_json(need) for need in NEEDS]})
    else:
        table(COLUMNS, list(_lines()))


def _lines() -> Iterator[Sequence[str | Cell] | Across]:
    group = None
    for need in NEEDS:
        if need.group is not group:
            group = need.group
            yield Across(GROUPS[group], style="bold underline")
        yield [need.id, need.title, need.kind.value, need.named if need.several else "-"]
        for effect in need.effects:
            yield Across(f"{effect.level}: {effect.seen} ({platform_names(effect.platforms)})", indent=2)
