"""``certfleet simulate company``."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ..simulator.company.company import fill
from ..simulator.company.organization import draw_organization
from ..simulator.engine.start import first_monday, prepare_clock
from ..simulator.engine.status import clock_as_json
from ..store.words import moment
from .frame.answer import emit, say
from .frame.parameters import MOMENT
from .frame.session import Session, pass_session


@click.command()
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=7, show_default=True, help="Draws it all.")
@click.option("--start", type=MOMENT, metavar="2026-01-05", help="Where the clock starts; else Monday of this week.")
@pass_session
def company(session: Session, seed: int, start: datetime | None) -> None:
    """Draw an invented company from a seed: its certificates, what each is for, its settings, and its worries.

    Where there is no workspace one is made, with a virtual clock; one that holds certificates is refused. The company's
    fleet comes after it (fleet)."""
    with session.open(create=True, start=start or first_monday(datetime.now(UTC))) as workspace:
        prepare_clock(workspace, start)
        fill(workspace, seed=seed)
        certificates, components = len(workspace.inventory.list()), len(workspace.components.list())
        now = workspace.now()
        clock = clock_as_json(workspace, now)
    organization = draw_organization(seed)
    if session.json:
        emit(
            {
                "name": organization.name,
                "domain": organization.domain,
                "certificates": certificates,
                "components": components,
                "seed": seed,
                "clock": clock,
            }
        )
        return
    say(f"drew {organization.name}: {certificates} certificates, {components} components")
    say(f"the virtual clock stands at {moment(now)}")
    say("`certfleet checklist` shows how it stands; `certfleet simulate fleet --devices 500` draws its devices")
