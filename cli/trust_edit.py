"""``certfleet trust deploy``, ``withdraw``, ``preinstalled`` and ``install``."""

from __future__ import annotations

import click

from ..store.impact.views import anchor_as_json
from ..store.model.device import Platform
from ..store.model.trust import TrustAnchor
from ..store.workspace import Workspace
from .device_choice import find_device
from .frame.answer import emit, say
from .frame.parameters import TEXT, Hyphenated, id_argument
from .frame.session import Session, pass_session
from .phrases import device_title, devices, title
from .trust_list import where


@click.command()
@id_argument
@click.option("--platform", "platforms", type=Hyphenated(list(Platform)), multiple=True, help="Only to this platform.")
@click.option("--antivirus", is_flag=True, help="And have the devices' antivirus trust it.")
@pass_session
def deploy(session: Session, id: int, platforms: tuple[Platform, ...], antivirus: bool) -> None:
    """Deploy certificate ID to the devices: each gets it at its next check-in; the users of those that can't reach the
    server are sent it. When the certificate is replaced, the new one is deployed in its place."""
    with session.open() as workspace:
        anchor = workspace.trust.deploy(id, platforms=platforms, antivirus=antivirus)
        with_antivirus = ", antivirus included" if anchor.antivirus_at is not None else ""
        _tell(session, workspace, anchor, f"deployed to {where(anchor)}{with_antivirus}, at the next check-in")


@click.command()
@id_argument
@pass_session
def withdraw(session: Session, id: int) -> None:
    """End the deployment of certificate ID: it is taken off the devices again."""
    with session.open() as workspace:
        _tell(session, workspace, workspace.trust.withdraw(id), "is deployed to no device")


@click.command()
@id_argument
@click.option("--no", is_flag=True, help="They don't.")
@pass_session
def preinstalled(session: Session, id: int, no: bool) -> None:
    """Say that every device comes with CA certificate ID in its own trust store. Of public roots that is known."""
    with session.open() as workspace:
        said = "does not come with the devices" if no else "comes with every device"
        _tell(session, workspace, workspace.trust.set_preinstalled(id, not no), said)


@click.command()
@id_argument
@click.argument("named", type=TEXT, nargs=-1, required=True, metavar="DEVICE...")
@click.option("--antivirus", is_flag=True, help="And have their antivirus trust it.")
@pass_session
def install(session: Session, id: int, named: tuple[str, ...], antivirus: bool) -> None:
    """Install certificate ID on each DEVICE (an id or an identity), as its user would by hand."""
    with session.open() as workspace:
        entry = workspace.inventory.get(id)
        ids = [find_device(workspace, name).id for name in named]
        changed = workspace.trust.install(id, ids, antivirus=antivirus)
        if session.json:
            emit({"certificate_id": id, "devices": [device.id for device in changed]})
        elif len(changed) == 1:
            say(f"{title(entry)} is on {device_title(changed[0])}")
        else:
            say(f"{title(entry)} is on {devices(len(changed))}")


def _tell(session: Session, workspace: Workspace, anchor: TrustAnchor, said: str) -> None:
    if session.json:
        emit({"anchor": anchor_as_json(anchor)})
    else:
        say(f"{title(workspace.inventory.get(anchor.id))} {said}")
