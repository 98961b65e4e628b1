"""Who issues the certificates that devices order in a window: CAs with keys, or nobody but a record on paper."""

from __future__ import annotations

from typing import Protocol

from ....store.authorities.issued import made_up
from ....store.model.device import DeviceCertificate
from ....store.workspace import Workspace
from ...fleet.enrolling import material_of
from ..issuing.device_keys import fleet_secret
from ..issuing.issuance import Issuance
from ..issuing.orders import CertificateOrder, record_of
from .play import PlayStage


class CertificateIssuer(Protocol):
    """Issues what has been ordered on a stage, into its batch."""

    def issue(self, workspace: Workspace, stage: PlayStage) -> None:
        """Issue the stage's orders by the CAs of a workspace."""
        ...


class SigningIssuer:
    """Real certificates over the devices' keys, signed by the CA groups, by an ``Issuance``."""

    def __init__(self, workspace: Workspace, issuance: Issuance) -> None:
        self._secret = fleet_secret(workspace)
        self._issuance = issuance

    def issue(self, workspace: Workspace, stage: PlayStage) -> None:
        """A device that presents a certificate from this same window waits for it."""
        made, waiting = stage.batch.certificates, stage.orders
        groups = {order.group for order in waiting} | {order.presented.group for order in waiting if order.presented}
        material = material_of(workspace, self._secret, groups)
        while waiting:
            to_come = {order.id for order in waiting}
            ready = [order for order in waiting if order.presented is None or order.presented.id not in to_come]
            jobs = [stage.job(order, workspace.devices.records.certificate) for order in ready]
            for order, issued in zip(ready, self._issuance.begin(material, jobs).result(), strict=True):
                made[order.id] = record_of(order, issued)
            waiting = [order for order in waiting if order.id not in made]


class PaperIssuer:
    """Records of certificates that don't exist: no key is made and nothing is signed. No rule about devices reads more
    than they hold; their fingerprints are made up."""

    def issue(self, workspace: Workspace, stage: PlayStage) -> None:
        """Needs no secret."""
        for order in stage.orders:
            stage.batch.certificates[order.id] = paper_record(order)


def paper_record(order: CertificateOrder) -> DeviceCertificate:
    """The record of an ordered certificate that doesn't exist."""
    made = made_up(f"device certificate {order.id}")._replace(serial_number=f"{order.id:016X}")
    return record_of(order, made)
