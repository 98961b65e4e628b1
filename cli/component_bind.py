"""``certfleet component bind``, ``unbind``, ``use`` and ``remove``."""

from __future__ import annotations

import click

from ..store.impact.apns import SERVICES
from ..store.impact.components import title_of
from ..store.impact.needs import Kind, need_of
from ..store.impact.views import component_as_json
from ..store.model.component import Component, Use
from ..store.workspace import Workspace
from .frame.answer import emit, say
from .frame.parameters import ID, TEXT, Hyphenated, id_argument
from .frame.session import Session, pass_session
from .phrases import standing, title
from .profile_list import profile_sentence, profile_title

name_option = click.option("--name", type=TEXT, default="", help="Which of several: the app, CA entity or resource.")


@click.command()
@click.argument("need", type=TEXT)
@click.argument("certificate_id", type=ID, metavar="[ID]", required=False)
@click.option("--profile", "profile_id", type=ID, metavar="ID", help="A provisioning profile, for its app.")
@name_option
@click.option("--apple-id", type=TEXT, help="The Apple ID that the push certificate was made with.")
@pass_session
def bind(
    session: Session,
    need: str,
    certificate_id: int | None,
    profile_id: int | None,
    name: str,
    apple_id: str | None,
) -> None:
    """Say that NEED uses certificate ID of the inventory; `component needs` lists the needs. A provisioning profile
    is bound with --profile, to its own app."""
    wanted = need_of(need)
    if (certificate_id is None) == (profile_id is None):
        raise click.UsageError("Name the certificate's ID, or a provisioning profile with --profile.")
    if (wanted.kind is Kind.PROFILE) != (profile_id is not None):
        raise click.UsageError("A provisioning profile, and nothing else, is bound with --profile.")
    if profile_id is not None and name:
        raise click.UsageError("--profile goes without --name: the profile itself names the app.")
    if apple_id is not None and wanted.id not in SERVICES:
        raise click.UsageError(f"--apple-id goes with {' and '.join(SERVICES)}.")
    with session.open() as workspace:
        if profile_id is not None:
            component = workspace.components.bind_profile(profile_id)
        else:
            assert certificate_id is not None
            component = workspace.components.bind(wanted.id, certificate_id, name=name, apple_id=apple_id)
        _tell(session, workspace, component, f"uses {used_sentence(workspace, component)}")


@click.command()
@click.argument("need", type=TEXT)
@name_option
@pass_session
def unbind(session: Session, need: str, name: str) -> None:
    """Let NEED use nothing: it is missing from then on."""
    with session.open() as workspace:
        component = workspace.components.unbind(need, name=name)
        _tell(session, workspace, component, "uses nothing any more")


@click.command()
@click.argument("need", type=TEXT)
@click.argument("wanted", type=Hyphenated(list(Use)), metavar="required|not-used|as-needed")
@name_option
@pass_session
def use(session: Session, need: str, wanted: Use, name: str) -> None:
    """Say whether the deployment has what NEED stands for. What is required and has no certificate is missing, and
    that counts; what is not used never does; as needed is what other deployments do."""
    with session.open() as workspace:
        component = workspace.components.set_use(need, wanted, name=name)
        _tell(session, workspace, component, f"is {wanted}")


@click.command()
@id_argument
@pass_session
def remove(session: Session, id: int) -> None:
    """Forget component ID: what it used, and what was said of it."""
    with session.open() as workspace:
        told = component_as_json(workspace.components.get(id), workspace.impact)
        component = workspace.components.remove(id)
        if session.json:
            emit({"removed": [told]})
        else:
            say(f"removed {title_of(component)}")


def used_sentence(workspace: Workspace, component: Component) -> str:
    """``#4 APSP:1234, critical, 8 days left``."""
    now = workspace.now()
    if component.profile_id is not None:
        profile = workspace.profiles.get(component.profile_id)
        return f"{profile_title(profile)}, {profile_sentence(profile, now)}"
    entry = workspace.inventory.get(component.certificate_id or 0)
    return f"{title(entry)}, {standing(entry, now)}"


def _tell(session: Session, workspace: Workspace, component: Component, said: str) -> None:
    if session.json:
        emit({"component": component_as_json(component, workspace.impact)})
    else:
        say(f"{title_of(component)} {said}")
