"""``certfleet apns upload``, ``import``, ``renew``, ``register`` and ``revoke``."""

from __future__ import annotations

from pathlib import Path

import click

from ..store.certificates.files import read_input
from ..store.impact.views import component_as_json
from ..store.model.component import Component
from ..store.words import moment
from ..store.workspace import Workspace
from .apns_choice import (
    apple_id_option,
    bundle_option,
    check_options,
    confirm,
    confirm_upload,
    create_option,
    need_options,
    push_title,
    yes_option,
)
from .frame.answer import emit, say
from .frame.parameters import FILE, ID
from .frame.session import Session, pass_session
from .phrases import standing, title

push_id_argument = click.argument("push_id", type=ID, metavar="PUSH-ID")


@click.command()
@click.argument("file", type=FILE)
@apple_id_option
@click.option("--renew", "renewed", type=ID, metavar="PUSH-ID", help="Which one to renew; else that in use.")
@create_option
@bundle_option
@yes_option
@need_options
@pass_session
def upload(
    session: Session,
    file: Path,
    apple_id: str,
    renewed: int | None,
    create: bool,
    bundle: str | None,
    yes: bool,
    need: str,
) -> None:
    """Upload FILE to the simulated push portal, signed in as an Apple ID: what the vendor signed, or for Secure Mail
    the request itself. Where the topic would change, and the devices with it, you are asked first."""
    check_options(need, bundle, renew=renewed, create=create)
    data = read_input(file)
    with session.open() as workspace:
        warning = confirm_upload(workspace, apple_id, need, renew=renewed, create=create, yes=yes)
        issued = workspace.apns.upload(
            apple_id, data, need, renew=renewed, create=create, bundle=bundle, confirmed=True
        )
        if session.json:
            emit({"push_certificate": workspace.portal.as_json(issued), "warning": warning})
            return
    _tell_warning(warning, yes=yes)
    say(f"{push_title(issued)} issued to {issued.apple_id}, valid to {moment(issued.not_after)}, topic {issued.topic}")
    say(f"`certfleet apns import {issued.id}{'' if need == 'apns' else ' --mail'}` puts it in use")


@click.command("import")
@push_id_argument
@need_options
@pass_session
def import_issued(session: Session, push_id: int, need: str) -> None:
    """Import a push certificate that the portal issued for a request made here, in place of the one in use, and use
    it from now on."""
    with session.open() as workspace:
        component = workspace.apns.complete(push_id, need)
        _tell_bound(session, workspace, component)


@click.command()
@apple_id_option
@create_option
@bundle_option
@yes_option
@need_options
@pass_session
def renew(session: Session, apple_id: str, create: bool, bundle: str | None, yes: bool, need: str) -> None:
    """Renew the push certificate in use, or get a first one: request, vendor's signature, upload, import. All of it is
    done, or nothing. Where the topic would change, and the devices with it, you are asked first."""
    check_options(need, bundle, create=create)
    with session.open(create=True) as workspace:
        warning = confirm_upload(workspace, apple_id, need, create=create, yes=yes)
        component = workspace.apns.renew(apple_id, need, create=create, bundle=bundle, confirmed=True)
        if not session.json:
            _tell_warning(warning, yes=yes)
        _tell_bound(session, workspace, component, warning=warning)


@click.command()
@apple_id_option
@need_options
@pass_session
def register(session: Session, apple_id: str, need: str) -> None:
    """Write down which Apple ID the push certificate in use was made with: the notices before its end go there, and
    the simulated portal knows it from then on."""
    with session.open() as workspace:
        record = workspace.apns.register(apple_id, need)
        if session.json:
            emit({"push_certificate": workspace.portal.as_json(record)})
        else:
            say(f"{push_title(record)} belongs to {record.apple_id}")


@click.command()
@push_id_argument
@apple_id_option
@yes_option
@pass_session
def revoke(session: Session, push_id: int, apple_id: str, yes: bool) -> None:
    """Revoke a push certificate in the portal. Where it is the one in use, every Apple device must re-enroll."""
    with session.open() as workspace:
        record = workspace.portal.get(push_id)
        if not yes:
            question = f"Revoke {push_title(record)}? Devices that are reached by it must re-enroll"
            confirm(question, f"revoking {push_title(record)} has to be confirmed")
        record = workspace.apns.revoke(apple_id, push_id)
        if session.json:
            emit({"push_certificate": workspace.portal.as_json(record)})
        else:
            say(f"{push_title(record)} revoked")


def _tell_warning(warning: str | None, *, yes: bool) -> None:
    """Who said yes beforehand has not been shown it yet."""
    if warning is not None and yes:
        say(f"warning: {warning}", err=True)


def _tell_bound(session: Session, workspace: Workspace, component: Component, **more: str | None) -> None:
    entry = workspace.inventory.get(component.certificate_id or 0)
    if session.json:
        told = {"component": component_as_json(component, workspace.impact)}
        emit({"certificate": workspace.inventory.as_json(entry), **told, **more})
    else:
        owner = "" if component.apple_id is None else f", of {component.apple_id}"
        say(f"in use: {title(entry)}, {standing(entry, workspace.now())}{owner}")
