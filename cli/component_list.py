"""``certfleet component list`` and ``candidates``."""

from __future__ import annotations

from datetime import datetime

import click

from ..store.impact.needs import Kind, need_of
from ..store.impact.views import component_as_json
from ..store.inventory.status import days_left, days_until
from ..store.model.certificate import Certificate
from ..store.model.component import Component
from ..store.model.profile import ProvisioningProfile
from ..store.workspace import Workspace
from .frame.answer import emit, say
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table
from .phrases import status_cell, title
from .profile_list import profile_as_json, profile_standing, profile_title

COLUMNS = (
    Column("ID", right=True),
    Column("NEED", least=18),
    Column("NAME", least=10),
    Column("USES", least=12),
    Column("STATUS"),
    Column("DAYS", right=True),
    Column("USE"),
    Column("BOUND", least=10),
)
CANDIDATES = (
    Column("ID", right=True),
    Column("NAME", least=20),
    Column("STATUS"),
    Column("DAYS", right=True),
    Column("EXPIRES"),
    Column("KEY"),
    Column("REPLACED BY"),
)
PROFILES = (Column("ID", right=True), Column("APP", least=20), Column("STATUS"), Column("DAYS", right=True))


@click.command("list")
@pass_session
def list_components(session: Session) -> None:
    """List the components: which certificate or provisioning profile each uses, and where that stands."""
    with session.open() as workspace:
        found = workspace.components.list()
        if session.json:
            emit({"components": [component_as_json(component, workspace.impact) for component in found]})
        elif found:
            table(COLUMNS, [_row(workspace, component) for component in found])
        else:
            say("nothing is bound yet; `certfleet component needs` shows what can be")


@click.command()
@click.argument("need", type=TEXT)
@pass_session
def candidates(session: Session, need: str) -> None:
    """List what can be bound to NEED: certificates of the inventory, each newer one below the older that it replaced;
    for a provisioning profile, the profiles. An older one is there to be seen; binding it is refused."""
    wanted = need_of(need)
    with session.open() as workspace:
        now = workspace.now()
        if wanted.kind is Kind.PROFILE:
            profiles = workspace.profiles.list()
            if session.json:
                emit({"need": wanted.id, "candidates": [profile_as_json(workspace, one) for one in profiles]})
            elif profiles:
                table(PROFILES, [_profile_row(profile, now) for profile in profiles])
            else:
                say("there is no provisioning profile; `certfleet profile import` brings one")
            return
        found = workspace.components.candidates(wanted.id)
        if session.json:
            emit({"need": wanted.id, "candidates": [workspace.inventory.as_json(entry) for entry in found]})
        elif found:
            table(CANDIDATES, [_candidate_row(entry, now) for entry in found])
        else:
            say(f"the inventory holds no {wanted.kind}")


def _uses(workspace: Workspace, component: Component) -> tuple[Certificate | None, ProvisioningProfile | None]:
    entry = None if component.certificate_id is None else workspace.inventory.get(component.certificate_id)
    profile = None if component.profile_id is None else workspace.profiles.get(component.profile_id)
    return entry, profile


def _row(workspace: Workspace, component: Component) -> list[str | Cell]:
    now, (entry, profile) = workspace.now(), _uses(workspace, component)
    used, stands, days = "-", Cell("-"), "-"
    if entry is not None:
        used, stands, days = title(entry), status_cell(entry, now), str(days_left(entry, now))
    elif profile is not None:
        used, stands = profile_title(profile), profile_standing(profile, now)
        days = str(days_until(profile.not_after, now))
    if component.still_serves is not None:
        used += f", still serves #{component.still_serves}"
    return [
        str(component.id),
        component.need,
        component.name or "-",
        used,
        stands,
        days,
        component.use.value,
        "-" if component.bound_at is None else f"{component.bound_at:%Y-%m-%d}",
    ]


def _candidate_row(entry: Certificate, now: datetime) -> list[str | Cell]:
    return [
        str(entry.id),
        entry.name,
        status_cell(entry, now),
        str(days_left(entry, now)),
        f"{entry.not_after:%Y-%m-%d}",
        "yes" if entry.has_private_key else "-",
        "-" if entry.replaced_by is None else f"#{entry.replaced_by}",
    ]


def _profile_row(profile: ProvisioningProfile, now: datetime) -> list[str | Cell]:
    days = days_until(profile.not_after, now)
    return [str(profile.id), profile.app_id, profile_standing(profile, now), str(days)]
