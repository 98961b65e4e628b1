"""``certfleet component``: list, candidates, bind, unbind, use, remove and needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from ..store.apns.apns import SERVICES
from ..store.components.naming import title_of
from ..store.components.needs import GROUPS, NEEDS, NeedKind, need_of
from ..store.inventory.expiry import ExpiryRules
from ..store.inventory.status import days_left, days_until
from ..store.inventory.status import status as status_of
from ..store.model.certificate import Certificate
from ..store.model.component import Component, Use
from ..store.model.profile import ProvisioningProfile
from ..store.views.certificate import (
    STATUS_STYLES,
    certificate_document,
    certificate_standing,
    certificate_title,
    listed_name,
)
from ..store.views.component import component_document, need_document
from ..store.views.platforms import platform_names
from ..store.views.profile import profile_document, profile_standing, profile_status, profile_title
from ..store.words import day
from ..store.workspace import Workspace
from .frame.answer import Answer
from .frame.command import command
from .frame.parameters import ID, TEXT, EnumChoice, id_argument
from .frame.session import Session
from .frame.tables import Cell, Listing, Row, SpanningRow, Table, TableColumn, styled
from .profile import NO_PROFILE

NEED_COLUMNS = (
    TableColumn("NEED"),
    TableColumn("WHAT IT IS", least=24, wraps=True),
    TableColumn("TAKES", least=12, wraps=True),
    TableColumn("ONE FOR EACH", least=12, wraps=True),
)

need_argument = click.argument("need", type=TEXT)
name_option = click.option("--name", type=TEXT, default="", help="Which of several: the app, CA entity or resource.")


@command("list", examples=["certfleet component list"], lists="components")
def list_components(session: Session) -> Answer:
    """List the components with the certificate or provisioning profile that each uses, and its status."""
    workspace = session.open()
    found = workspace.components.list()
    return Answer(
        {"components": [component_document(component, workspace.impact) for component in found]},
        Listing(
            (_row(workspace, component) for component in found),
            right=("ID", "DAYS"),
            least={"NEED": 18, "NAME": 10, "USES": 12, "BOUND": 10},
            none="nothing is bound yet; `certfleet component needs` shows what can be",
        ),
    )


def _row(workspace: Workspace, component: Component) -> dict[str, str | Cell]:
    rules = workspace.expiry()
    now, used, status, days = workspace.now(), "-", Cell("-"), "-"
    if component.certificate_id is not None:
        entry = workspace.inventory.get(component.certificate_id)
        used, status, days = (
            certificate_title(entry),
            styled(status_of(entry, now, rules), STATUS_STYLES),
            str(days_left(entry, now)),
        )
    elif component.profile_id is not None:
        profile = workspace.profiles.get(component.profile_id)
        used, status = profile_title(profile), styled(profile_status(profile, now, rules), STATUS_STYLES)
        days = str(days_until(profile.not_after, now))
    if component.still_serves is not None:
        used += f", still serves #{component.still_serves}"
    return {
        "ID": str(component.id),
        "NEED": component.need,
        "NAME": component.name or "-",
        "USES": used,
        "STATUS": status,
        "DAYS": days,
        "USE": component.use.value,
        "BOUND": "-" if component.bound_at is None else day(component.bound_at),
    }


@command(examples=["certfleet component candidates mdm-ssl"])
@need_argument
@click.option("--others", is_flag=True, help="List what can't be bound, and why.")
def candidates(session: Session, need: str, others: bool) -> Answer:
    """List the candidates for NEED: certificates of the inventory, those that fit without a doubt first, each below
    the one that it replaced; for a provisioning profile, the profiles. Replaced certificates are shown, but can't be
    bound."""
    wanted, workspace = need_of(need), session.open()
    now = workspace.now()
    if wanted.kind is NeedKind.PROFILE:
        profiles = workspace.profiles.list()
        return Answer(
            {
                "need": wanted.id,
                "candidates": [profile_document(one, workspace.now(), workspace.expiry()) for one in profiles],
            },
            Listing(
                (_profile_row(profile, now, workspace.expiry()) for profile in profiles),
                right=("ID", "DAYS"),
                least={"APP": 20},
                none=NO_PROFILE,
            ),
        )
    found, unfit = workspace.components.candidates(wanted.id), workspace.components.unfit(wanted.id)
    document = {
        "need": wanted.id,
        "candidates": [certificate_document(entry, workspace.now(), workspace.expiry()) for entry in found],
        "others": [{"id": entry.id, "code": refusal.code, "message": refusal.message} for entry, refusal in unfit],
    }
    if others:
        return Answer(document, [f"{refusal.code}: {refusal.message}" for _, refusal in unfit] or "everything fits")
    return Answer(
        document,
        Listing(
            (_candidate_row(entry, now, workspace.expiry()) for entry in found),
            right=("ID", "DAYS"),
            least={"NAME": 20},
            none=f"the inventory holds no {wanted.kind}",
        ),
    )


def _candidate_row(entry: Certificate, now: datetime, rules: ExpiryRules) -> dict[str, str | Cell]:
    return {
        "ID": str(entry.id),
        "NAME": listed_name(entry),
        "STATUS": styled(status_of(entry, now, rules), STATUS_STYLES),
        "DAYS": str(days_left(entry, now)),
        "EXPIRES": day(entry.not_after),
        "KEY": "yes" if entry.has_private_key else "-",
        "REPLACED BY": "-" if entry.replaced_by is None else f"#{entry.replaced_by}",
    }


def _profile_row(profile: ProvisioningProfile, now: datetime, rules: ExpiryRules) -> dict[str, str | Cell]:
    days = days_until(profile.not_after, now)
    return {
        "ID": str(profile.id),
        "APP": profile.app_id,
        "STATUS": styled(profile_status(profile, now, rules), STATUS_STYLES),
        "DAYS": str(days),
    }


@command(
    examples=[
        "certfleet component bind mdm-ssl 31 --dry-run",
        "certfleet component bind mdm-ssl 31 --yes",
        "certfleet component bind provisioning-profile --profile 1",
    ],
    changes=True,
)
@need_argument
@click.argument("certificate_id", type=ID, metavar="[ID]", required=False)
@click.option("--profile", "profile_id", type=ID, metavar="ID", help="A provisioning profile, for its app.")
@name_option
@click.option("--apple-id", type=TEXT, metavar="MAIL-ADDRESS", help="The Apple ID that created the push certificate.")
def bind(
    session: Session, need: str, certificate_id: int | None, profile_id: int | None, name: str, apple_id: str | None
) -> Answer:
    """Bind certificate ID of the inventory to NEED; `certfleet component needs` lists the needs. A provisioning profile
    is bound with --profile, to its own app."""
    wanted = need_of(need)
    if (certificate_id is None) == (profile_id is None):
        raise click.UsageError("Name the certificate's ID, or a provisioning profile with --profile.")
    if (wanted.kind is NeedKind.PROFILE) != (profile_id is not None):
        raise click.UsageError("--profile goes with a provisioning profile, and with nothing else.")
    if profile_id is not None and name:
        raise click.UsageError("--profile goes without --name: the profile itself names the app.")
    if apple_id is not None and wanted.id not in SERVICES:
        raise click.UsageError(f"--apple-id goes with {' and '.join(SERVICES)}.")
    workspace = session.open()
    doubts: tuple[str, ...] = ()
    if profile_id is not None:
        component = workspace.components.bind_profile(profile_id)
    else:
        assert certificate_id is not None
        doubts = workspace.components.doubts(wanted.id, certificate_id, name)
        component = workspace.components.bind(wanted.id, certificate_id, name=name, apple_id=apple_id)
    document = {"component": component_document(component, workspace.impact), "notes": doubts}
    said = f"{title_of(component)} uses {_used(workspace, component)}"
    return Answer(document, [*(f"note: {doubt}" for doubt in doubts), said])


@command(examples=["certfleet component unbind saml --yes"], changes=True)
@need_argument
@name_option
def unbind(session: Session, need: str, name: str) -> Answer:
    """Unbind what NEED uses: its certificate is missing from then on."""
    workspace = session.open()
    return _changed(workspace, workspace.components.unbind(need, name=name), "uses nothing any more")


@command(examples=["certfleet component use saml not-used"], changes=True)
@need_argument
@click.argument("wanted", type=EnumChoice(list(Use)), metavar="required|not-used|as-needed")
@name_option
def use(session: Session, need: str, wanted: Use, name: str) -> Answer:
    """Say whether the deployment uses NEED.

    \b
    required   report it when no certificate is bound
    not-used   never report it
    as-needed  the usual default
    """
    workspace = session.open()
    return _changed(workspace, workspace.components.set_use(need, wanted, name=name), f"is {wanted}")


@command(examples=["certfleet component remove 4 --yes"], changes=True)
@id_argument
def remove(session: Session, id: int) -> Answer:
    """Remove component ID: what it uses, and whether it is required."""
    workspace = session.open()
    removed = component_document(workspace.components.get(id), workspace.impact)
    return Answer({"removed": [removed]}, f"removed {title_of(workspace.components.remove(id))}")


@command(examples=["certfleet component needs"], lists="needs")
def needs(session: Session) -> Answer:
    """List what a deployment needs certificates for, and what stops when one is expired, revoked or missing."""
    return Answer({"needs": [need_document(need) for need in NEEDS]}, Table(NEED_COLUMNS, list(_need_rows())))


def _need_rows() -> Iterator[Row]:
    group = None
    for need in NEEDS:
        if need.group is not group:
            group = need.group
            yield SpanningRow(GROUPS[group], style="bold underline")
        yield [need.id, need.title, need.kind.value, need.named if need.several else "-"]
        for effect in need.effects:
            yield SpanningRow(f"{effect.level}: {effect.seen} ({platform_names(effect.platforms)})", indent=2)


def _changed(workspace: Workspace, component: Component, said: str) -> Answer:
    return Answer({"component": component_document(component, workspace.impact)}, f"{title_of(component)} {said}")


def _used(workspace: Workspace, component: Component) -> str:
    """``#4 APSP:1234, critical, 8 days left``."""
    now, rules = workspace.now(), workspace.expiry()
    if component.profile_id is not None:
        profile = workspace.profiles.get(component.profile_id)
        return f"{profile_title(profile)}, {profile_standing(profile, now, rules)}"
    entry = workspace.inventory.get(component.certificate_id or 0)
    return f"{certificate_title(entry)}, {certificate_standing(entry, now, rules)}"
