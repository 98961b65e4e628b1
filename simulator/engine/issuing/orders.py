"""Certificates that simulated devices have ordered: what is known of them before they are issued, and their records
then."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ....store.authorities.issued import IssuedCertificate
from ....store.authorities.validity import Validity
from ....store.devices.device_tables import certificate_record
from ....store.model.device import CertificateState, Device, DeviceCertificate, HeldCertificate
from .issuance import Job


class CertificateOrder(NamedTuple):
    """A certificate to be issued: its record's id, and its content as far as known beforehand."""

    id: int
    device_id: int
    group: str
    reason: str
    validity: Validity
    at: datetime
    state: CertificateState
    key_number: int
    presented: HeldCertificate | None
    received: bool


def job_of(order: CertificateOrder, device: Device, presented: bytes | None, with_key: int) -> Job:
    """The job that issues an ordered certificate to a device. For a renewal it has ``presented`` a certificate (DER),
    over its key ``with_key``."""
    assert device.habits is not None
    return Job(
        device.habits.index,
        device.known_by,
        order.group,
        order.key_number,
        order.validity,
        presented,
        "" if order.presented is None else order.presented.group,
        with_key,
        order.received,
    )


def record_of(order: CertificateOrder, made: IssuedCertificate) -> DeviceCertificate:
    """The record of an ordered certificate, once it is issued."""
    return certificate_record(
        order.id,
        order.device_id,
        order.group,
        order.reason,
        made,
        order.validity,
        order.at,
        order.state,
        order.key_number,
    )
