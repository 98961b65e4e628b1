"""``certfleet trust``: which certificates devices trust."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ..store.impact.trusted_certificates import TrustedCertificate, trusted_certificates
from ..store.inventory.status import status
from ..store.model.device import Platform
from ..store.model.trust import TrustAnchor
from ..store.views.certificate import STATUS_STYLES, certificate_title
from ..store.views.device import device_title
from ..store.views.platforms import platform_names
from ..store.views.trust import anchor_document, ssl_errors_document, ssl_errors_sentence, trusted_document
from ..store.words import day, plural
from ..store.workspace import Workspace
from .device.selection import find_device
from .frame.answer import Answer
from .frame.command import command
from .frame.parameters import devices_argument, id_argument, platforms_option
from .frame.session import Session
from .frame.tables import Cell, Listing, styled


@command("list", examples=["certfleet trust list"], lists="trust")
def list_anchors(session: Session) -> Answer:
    """List the CA certificates in the chains that devices are shown, and those known to be on devices: why devices
    trust each, and how many devices don't trust chains that end in it."""
    workspace = session.open()
    with workspace.database.moment():
        found = trusted_certificates(workspace.impact, workspace.inventory.get)
        errors = workspace.impact.ssl_errors()
    listing = Listing(
        (_row(one, styled(status(one.entry, workspace.now(), workspace.expiry()), STATUS_STYLES)) for one in found),
        right=("ID", "LACKING"),
        least={"NAME": 14, "TRUSTED": 14},
        wraps=("TRUSTED",),
        none="devices are shown no chain yet; bind the server's and the gateway's certificates "
        "with `certfleet component bind`",
    )
    said = ssl_errors_sentence(errors)
    return Answer(
        {"trust": [trusted_document(one) for one in found], "ssl_error_61": ssl_errors_document(errors)},
        listing if said is None else [listing, said],
    )


def _row(one: TrustedCertificate, status: Cell) -> dict[str, str | Cell]:
    return {
        "ID": str(one.entry.id),
        "NAME": one.entry.name,
        "STATUS": status,
        "SHOWN": "yes" if one.shown else "-",
        "TRUSTED": ", ".join(_why(one)) or "-",
        "ANTIVIRUS": "-" if one.anchor.antivirus_at is None else "yes",
        "LACKING": "-" if one.lacking is None else Cell(f"{one.lacking:,}", "bold red" if one.lacking else ""),
    }


def _why(one: TrustedCertificate) -> Iterator[str]:
    if one.public:
        yield "public"
    if one.anchor.preinstalled:
        yield "preinstalled"
    if one.anchor.deployed_at is not None:
        yield f"deployed to {_where(one.anchor)} since {day(one.anchor.deployed_at)}"
    if one.anchor.up_to_device:
        yield f"on devices up to #{one.anchor.up_to_device}"


@command(examples=["certfleet trust deploy 3 --platform android --antivirus"], changes=True)
@id_argument
@platforms_option("Only to this platform.")
@click.option("--antivirus", is_flag=True, help="Have the devices' antivirus trust it too.")
def deploy(session: Session, id: int, platforms: tuple[Platform, ...], antivirus: bool) -> Answer:
    """Deploy certificate ID to the devices. Each installs it at its next check-in; users of devices that can't reach
    the server are sent it. When the certificate is replaced, the new one is deployed in its place."""
    workspace = session.open()
    anchor = workspace.trust.deploy(id, platforms=platforms, antivirus=antivirus)
    with_antivirus = ", antivirus included" if anchor.antivirus_at is not None else ""
    return _changed(workspace, anchor, f"deployed to {_where(anchor)}{with_antivirus}, at the next check-in")


@command(examples=["certfleet trust withdraw 3"], changes=True)
@id_argument
def withdraw(session: Session, id: int) -> Answer:
    """End the deployment of certificate ID: it is removed from the devices again."""
    workspace = session.open()
    return _changed(workspace, workspace.trust.withdraw(id), "is deployed to no device")


@command(examples=["certfleet trust preinstalled 3"], changes=True)
@id_argument
@click.option("--no", is_flag=True, help="Devices do not ship with it.")
def preinstalled(session: Session, id: int, no: bool) -> Answer:
    """Say that every device ships with CA certificate ID in its own trust store. Public roots are known already."""
    workspace = session.open()
    said = "does not come with the devices" if no else "comes with every device"
    return _changed(workspace, workspace.trust.set_preinstalled(id, not no), said)


@command(examples=["certfleet trust install 3 F2LX0001 --antivirus"], changes=True)
@id_argument
@devices_argument
@click.option("--antivirus", is_flag=True, help="Have the devices' antivirus trust it too.")
def install(session: Session, id: int, names: tuple[str, ...], antivirus: bool) -> Answer:
    """Install certificate ID on each DEVICE (an id or an identity), as its user would by hand."""
    workspace = session.open()
    entry = workspace.inventory.get(id)
    ids = [find_device(workspace, name).id for name in names]
    changed = workspace.trust.install(id, ids, antivirus=antivirus)
    where = device_title(changed[0]) if len(changed) == 1 else plural(len(changed), "device")
    document = {"certificate_id": id, "devices": [device.id for device in changed]}
    return Answer(document, f"{certificate_title(entry)} is on {where}")


def _where(anchor: TrustAnchor) -> str:
    """``every device``, or ``iOS, macOS``."""
    return platform_names(anchor.platforms) if anchor.platforms else "every device"


def _changed(workspace: Workspace, anchor: TrustAnchor, said: str) -> Answer:
    return Answer(
        {"anchor": anchor_document(anchor)}, f"{certificate_title(workspace.inventory.get(anchor.id))} {said}"
    )
