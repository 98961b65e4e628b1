"""Whether every document is a valid record of its table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from ..audit_copies.copies import CopyFailure
from ..errors import Refusal
from ..model.account import ScrapeToken
from ..model.audit import AuditLine
from ..model.authority import Authority, AuthorityGroup
from ..model.campaign import Campaign, ReEnrollments
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.deleted_device import DeletedDevice
from ..model.device import Device, DeviceCertificate
from ..model.device_event import DeviceEvent
from ..model.device_import import DeviceImport
from ..model.drill import Drill
from ..model.endpoint import Endpoint, EndpointReading, ServedCertificate
from ..model.failures import Failures
from ..model.interruption import Interruption
from ..model.kept_change import KeptChange
from ..model.kept_forecast import KeptForecast
from ..model.kept_moment import KeptMoment
from ..model.notice import DELIVERY, ChannelState, Delivery, DeliverySettings, Notice
from ..model.ownership import OwnershipRecord
from ..model.policy import Policy
from ..model.profile import ProvisioningProfile
from ..model.push_channel import PushChannel
from ..model.reminder import Reminder
from ..model.renewal_failures import RenewalFailures
from ..model.request import SigningRequest
from ..model.sighting import Sighting
from ..model.simulated_outage import SimulatedOutage
from ..model.simulation import (
    CONTROL,
    FAILURES,
    RECORD,
    TURNOVER,
    Control,
    PeakLoad,
    Sample,
    SimulationRecord,
    Turnover,
)
from ..model.site import SITE, SiteSettings
from ..model.start_by import StartBy
from ..model.task import Task
from ..model.trust import TrustAnchor
from ..persistence.database import Database
from ..persistence.schema import INDEXES
from ..seals.seal import Seal
from .report import Problem


class WallClockSetting(msgspec.Struct, frozen=True, tag_field="kind", tag="wall"):
    """The clock setting: the machine's clock."""


class VirtualClock(msgspec.Struct, frozen=True, tag_field="kind", tag="virtual"):
    """The clock setting: a virtual clock."""

    at: datetime


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The workspace's own document."""

    id: int
    schema_version: int
    created_at: datetime
    clock: WallClockSetting | VirtualClock


class KeptDigest(msgspec.Struct, frozen=True, kw_only=True):
    """The digest of the event log."""

    id: int
    count: int
    sha256: str


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the revocation lists."""

    id: int
    group: str
    serial_number: str
    device_id: int
    not_after: datetime
    at: datetime


RECORDS: dict[str, type[msgspec.Struct]] = {
    "workspace": Settings,
    "certificates": Certificate,
    "requests": SigningRequest,
    "components": Component,
    "audit": AuditLine,
    "audit_seals": Seal,
    "audit_copy": CopyFailure,
    "authority_groups": AuthorityGroup,
    "authorities": Authority,
    "devices": Device,
    "deleted_devices": DeletedDevice,
    "device_imports": DeviceImport,
    "device_certificates": DeviceCertificate,
    "revocations": Revocation,
    "device_events": DeviceEvent,
    "event_log": KeptDigest,
    "notices": Notice,
    "deliveries": Delivery,
    "channel_states": ChannelState,
    "ownerships": OwnershipRecord,
    "drills": Drill,
    "tasks": Task,
    "interruptions": Interruption,
    "trust_anchors": TrustAnchor,
    "push_channel": PushChannel,
    "renewal_failures": RenewalFailures,
    "reminders": Reminder,
    "profiles": ProvisioningProfile,
    "policies": Policy,
    "fleet_history": Sample,
    "campaigns": Campaign,
    "re_enrollments": ReEnrollments,
    "simulated_outages": SimulatedOutage,
    "peak_load": PeakLoad,
    "moments": KeptMoment,
    "start_by": StartBy,
    "kept_forecasts": KeptForecast,
    "kept_changes": KeptChange,
    "scrape_tokens": ScrapeToken,
    "endpoints": Endpoint,
    "endpoint_readings": EndpointReading,
    "endpoint_history": Sighting,
    "served_certificates": ServedCertificate,
}
SIMULATION: dict[int, type[msgspec.Struct]] = {
    RECORD: SimulationRecord,
    CONTROL: Control,
    TURNOVER: Turnover,
    FAILURES: Failures,
}
SETTINGS: dict[int, type[msgspec.Struct]] = {SITE: SiteSettings, DELIVERY: DeliverySettings}


def check_structure(database: Database) -> Iterator[Problem]:
    """Report each document that is not a valid record of its table."""
    for table in INDEXES:
        if _is_sound(database, table):
            continue
        # One by one, which is slower, to find out which.
        for id in database.engine.ids(table):
            try:
                body, kind = database.engine.get(table, id), _kind(table, id)
                if body is not None and kind is not None:
                    msgspec.convert({**body, "id": id}, kind)
                elif table == "simulation":
                    yield Problem("document-invalid", f"{table}:{id}", "nothing is kept there")
            except (msgspec.ValidationError, Refusal) as error:
                if isinstance(error, Refusal) and error.code != "workspace-damaged":
                    raise
                reason = error.__cause__ or error
                yield Problem("document-invalid", f"{table}:{id}", str(reason).partition(" with text ")[0])


def _is_sound(database: Database, table: str) -> bool:
    """Whether every document is a record, found out as fast as they can be read."""
    try:
        if (kind := RECORDS.get(table)) is not None:
            for _ in database.engine.records(table, kind):
                pass
            return True
        for row in database.engine.scan(table):
            if (one := _kind(table, row.id)) is not None:
                msgspec.convert({**(row.body or {}), "id": row.id}, one)
            elif table == "simulation":
                return False
    except (msgspec.ValidationError, Refusal):
        return False
    return True


def _kind(table: str, id: int) -> type[msgspec.Struct] | None:
    """The record that a document has to be; None for any."""
    return {"simulation": SIMULATION, "settings": SETTINGS}.get(table, {}).get(id, RECORDS.get(table))
