"""``certfleet profile list`` and ``show``; and how profiles are spoken of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from ..store.inventory.status import days_until, status_within
from ..store.model.profile import ProfileCertificate, ProvisioningProfile
from ..store.words import moment
from ..store.workspace import Workspace
from .frame.answer import details, emit, say
from .frame.parameters import id_argument
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table
from .phrases import STYLES

COLUMNS = (
    Column("ID", right=True),
    Column("APP", least=20),
    Column("STATUS"),
    Column("DAYS", right=True),
    Column("EXPIRES"),
    Column("KIND"),
    Column("USED"),
    Column("NAME", least=12),
)


@click.command("list")
@pass_session
def list_profiles(session: Session) -> None:
    """List the provisioning profiles; an app has one."""
    with session.open() as workspace:
        found = workspace.profiles.list()
        if session.json:
            emit({"profiles": [profile_as_json(workspace, profile) for profile in found]})
        elif found:
            table(COLUMNS, [_row(workspace, profile) for profile in found])
        else:
            say("there is no provisioning profile; `certfleet profile import` brings one")


@click.command()
@id_argument
@pass_session
def show(session: Session, id: int) -> None:
    """Show profile ID: its app, how it is distributed, how long it lasts, and who may sign with it."""
    with session.open() as workspace:
        profile, now = workspace.profiles.get(id), workspace.now()
        users = workspace.components.users_of_profile(id)
        if session.json:
            emit({"profile": profile_as_json(workspace, profile)})
        else:
            details([*_facts(profile, now), *_record(profile, users)])


def profile_as_json(workspace: Workspace, profile: ProvisioningProfile) -> dict[str, Any]:
    """A profile as programs get it: its fields, ``status`` and ``days_left`` by the workspace clock."""
    now = workspace.now()
    return {
        **workspace.profiles.as_json(profile),
        "status": profile_standing(profile, now).text,
        "days_left": days_until(profile.not_after, now),
    }


def profile_title(profile: ProvisioningProfile) -> str:
    """``profile #1 Secure Mail``."""
    return f"profile #{profile.id} {profile.name}"


def profile_standing(profile: ProvisioningProfile, now: datetime) -> Cell:
    """The status, coloured where colours are."""
    found = status_within(profile.valid_from, profile.not_after, now)
    return Cell(found.value, STYLES[found])


def profile_sentence(profile: ProvisioningProfile, now: datetime) -> str:
    """``valid, 82 days left``, or ``expired 3 days ago``."""
    days = days_until(profile.not_after, now)
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{profile_standing(profile, now).text}, {count} left" if days >= 0 else f"expired {count} ago"


def _row(workspace: Workspace, profile: ProvisioningProfile) -> list[str | Cell]:
    now = workspace.now()
    return [
        str(profile.id),
        profile.app_id,
        profile_standing(profile, now),
        str(days_until(profile.not_after, now)),
        f"{profile.not_after:%Y-%m-%d}",
        profile.kind.value,
        "yes" if workspace.components.users_of_profile(profile.id) else "-",
        profile.name,
    ]


def _facts(profile: ProvisioningProfile, now: datetime) -> list[tuple[str, str]]:
    devices = "every device" if profile.devices is None else f"{profile.devices:,} named devices"
    return [
        ("profile", f"#{profile.id} {profile.name}"),
        ("status", profile_sentence(profile, now)),
        ("app", f"{profile.app_id}{' (every app that begins so)' if profile.is_wildcard else ''}"),
        ("app id", profile.application_identifier),
        ("team", " ".join(part for part in (profile.team_name, profile.team_id) if part) or "not said"),
        ("platforms", ", ".join(profile.platforms)),
        ("distribution", f"{profile.kind}, {devices}"),
        ("created", "not said" if profile.created_at is None else moment(profile.created_at)),
        ("not after", moment(profile.not_after)),
        ("UUID", profile.uuid or "none"),
        ("may sign", "\n".join(_certificate(one) for one in profile.developer_certificates) or "nobody"),
        ("signed by", _certificate(profile.signer)),
    ]


def _record(profile: ProvisioningProfile, users: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        ("used by", "\n".join(users) or "nothing"),
        ("imported", f"{moment(profile.imported_at)} by {profile.imported_by} from {profile.source or 'data'}"),
    ]


def _certificate(one: ProfileCertificate) -> str:
    return f"{one.name}, until {one.not_after:%Y-%m-%d}, serial number {one.serial_number}"
