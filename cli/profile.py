"""``certfleet profile``: the provisioning profiles of iOS apps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ..store.certificates.limits import MAX_PROFILE
from ..store.components.naming import title_of
from ..store.errors import Refusal
from ..store.inventory.status import days_until
from ..store.model.component import Component
from ..store.model.profile import ProfileCertificate, ProvisioningProfile
from ..store.printable import printable
from ..store.profiles.profiles import ImportedProfile, OnOlder
from ..store.views.certificate import STATUS_STYLES
from ..store.views.component import component_document
from ..store.views.profile import profile_document, profile_standing, profile_status, profile_title
from ..store.words import day, moment
from ..store.workspace import Workspace
from .frame.answer import Answer, Facts, Text
from .frame.command import command
from .frame.input_file import input_name, read_file
from .frame.output_file import OutputFile, output_options
from .frame.parameters import FILE, choice_option, id_argument
from .frame.progress import progress
from .frame.refused_files import FileRefusals
from .frame.session import Session
from .frame.tables import Cell, Listing, styled

NO_PROFILE = "there is no provisioning profile; `certfleet profile import` adds one"


@command("import", examples=["certfleet profile import mail.mobileprovision"], changes=True)
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--no-bind", is_flag=True, help="Don't bind the profiles to their apps.")
@choice_option(
    "--on-older", of=OnOlder, default=OnOlder.FAIL, help="What to do if the app's present profile expires later."
)
def import_profiles(session: Session, files: tuple[Path, ...], no_bind: bool, on_older: OnOlder) -> Answer:
    """Import provisioning profiles (.mobileprovision), and bind each to its app. The signature is checked. An app has
    one profile; a newer one replaces it. Several files are imported independently of each other."""
    workspace, refused = session.open(create=True), FileRefusals()
    imported: list[tuple[ImportedProfile, Component | None]] = []
    told: list[Text] = []
    with progress(len(files), "Importing") as advance:
        for number, file in enumerate(files, 1):
            try:
                result, component = _import(workspace, file, not no_bind, on_older)
            except Refusal as refusal:
                if len(files) == 1:
                    raise
                told.append(refused.add(file, refusal))
            else:
                imported.append((result, component))
                prefix = f"{printable(str(file))}: " if len(files) > 1 else ""
                told.append([f"{prefix}{said}" for said in _import_sentences(workspace, result, component)])
            advance(number)
    return Answer(
        lambda: {**_imported_as_json(workspace, imported), "refused": refused.as_json()}, told, status=refused.status
    )


def _import(
    workspace: Workspace, file: Path, bind: bool, on_older: OnOlder
) -> tuple[ImportedProfile, Component | None]:
    """The profile of a file, and the component that uses it, if it was bound."""
    data = read_file(file, MAX_PROFILE)
    with workspace.database.transaction():
        result = workspace.profiles.import_file(data, source=input_name(file), on_older=on_older)
        return result, workspace.components.bind_profile(result.profile.id) if bind else None


def _import_sentences(workspace: Workspace, result: ImportedProfile, component: Component | None) -> Iterator[str]:
    profile = result.profile
    standing = profile_standing(profile, workspace.now(), workspace.expiry())
    done = "already there:" if result.already_there else "imported" if result.replaced is None else "replaced"
    yield f"{done} {profile_title(profile)} of {profile.app_id}, {standing}"
    if component is not None:
        yield f"{title_of(component)} uses it"
    for note in result.notes:
        yield f"note: {note}"


def _imported_as_json(
    workspace: Workspace, imported: list[tuple[ImportedProfile, Component | None]]
) -> dict[str, list[Any]]:
    together: dict[str, list[Any]] = {
        name: [] for name in ("imported", "already_there", "replaced", "components", "notes")
    }
    for result, component in imported:
        name = "already_there" if result.already_there else "imported"
        together[name].append(profile_document(result.profile, workspace.now(), workspace.expiry()))
        if result.replaced is not None:
            together["replaced"].append(profile_document(result.replaced, workspace.now(), workspace.expiry()))
        if component is not None:
            together["components"].append(component_document(component, workspace.impact))
        together["notes"] += result.notes
    return together


@command("list", examples=["certfleet profile list"], lists="profiles")
def list_profiles(session: Session) -> Answer:
    """List the provisioning profiles. An app has one."""
    workspace = session.open()
    found = workspace.profiles.list()
    return Answer(
        {"profiles": [profile_document(profile, workspace.now(), workspace.expiry()) for profile in found]},
        Listing(
            (_row(workspace, profile) for profile in found),
            right=("ID", "DAYS"),
            least={"APP": 20, "NAME": 12},
            none=NO_PROFILE,
        ),
    )


def _row(workspace: Workspace, profile: ProvisioningProfile) -> dict[str, str | Cell]:
    now = workspace.now()
    return {
        "ID": str(profile.id),
        "APP": profile.app_id,
        "STATUS": styled(profile_status(profile, now, workspace.expiry()), STATUS_STYLES),
        "DAYS": str(days_until(profile.not_after, now)),
        "EXPIRES": day(profile.not_after),
        "KIND": profile.kind.value,
        "USED": "yes" if workspace.components.users_of_profile(profile.id) else "-",
        "NAME": profile.name,
    }


@command(examples=["certfleet profile show 1"])
@id_argument
def show(session: Session, id: int) -> Answer:
    """Show profile ID: its app, how it is distributed, when it expires, and who may sign with it."""
    workspace = session.open()
    profile = workspace.profiles.get(id)
    users = workspace.components.users_of_profile(id)
    return Answer(
        {"profile": profile_document(profile, workspace.now(), workspace.expiry())},
        Facts(_facts(profile, users, profile_standing(profile, workspace.now(), workspace.expiry()))),
    )


def _facts(profile: ProvisioningProfile, users: tuple[str, ...], standing: str) -> list[tuple[str, str]]:
    devices = "every device" if profile.devices is None else f"{profile.devices:,} named devices"
    return [
        ("profile", f"#{profile.id} {profile.name}"),
        ("status", standing),
        ("app", f"{profile.app_id}{' (every app that begins so)' if profile.is_wildcard else ''}"),
        ("app id", profile.application_identifier),
        ("team", " ".join(part for part in (profile.team_name, profile.team_id) if part) or "not given"),
        ("platforms", ", ".join(profile.platforms)),
        ("distribution", f"{profile.kind}, {devices}"),
        ("created", "not given" if profile.created_at is None else moment(profile.created_at)),
        ("not after", moment(profile.not_after)),
        ("UUID", profile.uuid or "none"),
        ("may sign", "\n".join(_certificate(one) for one in profile.developer_certificates) or "nobody"),
        ("signed by", _certificate(profile.signer)),
        ("used by", "\n".join(users) or "nothing"),
        ("imported", f"{moment(profile.imported_at)} by {profile.imported_by} from {profile.source or 'data'}"),
    ]


def _certificate(one: ProfileCertificate) -> str:
    return f"{one.name}, until {day(one.not_after)}, serial number {one.serial_number}"


@command(examples=["certfleet profile remove 1"], changes=True)
@id_argument
def remove(session: Session, id: int) -> Answer:
    """Remove profile ID with its file. Refused if a component uses it."""
    workspace = session.open()
    profile = workspace.profiles.remove(id)
    return Answer(
        {"removed": [profile_document(profile, workspace.now(), workspace.expiry())]},
        f"removed {profile_title(profile)}",
    )


@command(examples=["certfleet profile export 1 --output mail.mobileprovision"])
@id_argument
@output_options
def export(session: Session, id: int, output: OutputFile) -> Answer:
    """Write profile ID as the .mobileprovision file that it was imported from."""
    output.check(binary="a provisioning profile")
    workspace = session.open()
    profile, data = workspace.profiles.get(id), workspace.profiles.export(id)
    return output.answer({"id": id}, data, f"exported {profile_title(profile)} to {output.path}", binary=True)
