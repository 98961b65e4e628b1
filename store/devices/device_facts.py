"""What lists, filters and counts ask of a device, kept in a third of a record's memory.

A ``Device`` answers all of it. For a fleet of hundreds of thousands, ``CompactFacts`` do: what many devices have in
common is kept once, and the identities are the text that a search goes through, in lower case.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

import msgspec
from msgspec import Struct

from ..model.device import Device, DeviceState, EnrollmentKind, PendingAction, Platform, Refused
from ..model.habits import Schedule
from .listed_fields import ListedFields

MOST_SHARED = 200_000
"""Values kept to be shared; more than that would hardly be shared by anybody."""

Shared = TypeVar("Shared", bound=Hashable)


class PolicyFacts(Protocol):
    """A policy on a device, or one that couldn't be installed."""

    @property
    def name(self) -> str: ...
    @property
    def is_installed(self) -> bool: ...


class HabitFacts(Protocol):
    """The habits of a simulated device, as far as its check-ins go by them."""

    @property
    def schedule(self) -> Schedule: ...


class PresentDevice(Protocol):
    """What says when a device was last seen."""

    @property
    def state(self) -> DeviceState: ...
    @property
    def not_after(self) -> datetime | None: ...
    @property
    def last_check_in(self) -> datetime | None: ...
    @property
    def habits(self) -> HabitFacts | None: ...
    @property
    def is_cut_off(self) -> bool: ...


class DeviceFacts(PresentDevice, Protocol):
    """The fields of a ``Device`` of these names. Identities and names of ``CompactFacts`` are in lower case."""

    @property
    def id(self) -> int: ...
    @property
    def platform(self) -> Platform: ...
    @property
    def maker(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def model_name(self) -> str: ...
    @property
    def os_name(self) -> str: ...
    @property
    def os_version(self) -> str: ...
    @property
    def enrollment_kind(self) -> EnrollmentKind | None: ...
    @property
    def language(self) -> str: ...
    @property
    def carrier(self) -> str | None: ...
    @property
    def issuer_group(self) -> str | None: ...
    @property
    def pending(self) -> tuple[PendingAction, ...]: ...
    @property
    def refused(self) -> Refused | None: ...
    @property
    def policies(self) -> Sequence[PolicyFacts]: ...
    @property
    def known_by(self) -> str: ...
    @property
    def serial_number(self) -> str: ...
    @property
    def device_name(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def upn(self) -> str: ...
    @property
    def imei(self) -> str | None: ...
    @property
    def second_imei(self) -> str | None: ...
    @property
    def meid(self) -> str | None: ...
    @property
    def udid(self) -> str | None: ...


def haystack(device: Device | ListedFields) -> str:
    """The searchable text of a device in lower case, one item per line."""
    return "\n".join([word for word in _lines(device) if word]).lower()


def _lines(device: Device | ListedFields) -> tuple[str, ...]:
    return (
        f"#{device.id}",
        device.maker,
        device.model,
        f"{device.model_name} {device.known_by}",
        f"{device.platform} {device.os_name} {device.os_version} {device.os_build}",
        device.device_name,
        device.owner,
        device.upn,
        device.imei or "",
        device.second_imei or "",
        device.meid or "",
        device.udid or "",
        device.android_id or "",
        device.windows_device_id or "",
        device.wifi_mac or "",
        device.issuer_group or "",
    )


# The places of these lines in the text of compact facts, which keeps empty ones.
_NAME, _DEVICE_NAME, _OWNER, _UPN, _IMEI, _SECOND_IMEI, _MEID, _UDID = 3, 5, 6, 7, 8, 9, 10, 11


class Make(NamedTuple):
    """What devices of a kind have in common."""

    platform: Platform
    maker: str
    model: str
    model_name: str
    os_name: str
    os_version: str
    enrollment_kind: EnrollmentKind | None
    language: str
    carrier: str | None
    has_serial_number: bool


class PolicyOn(NamedTuple):
    """A policy on a device."""

    name: str
    is_installed: bool


class _Habits(NamedTuple):
    schedule: Schedule


_write_schedule = msgspec.msgpack.Encoder().encode
_read_schedule = msgspec.msgpack.Decoder(Schedule).decode


class CompactFacts(Struct, frozen=True, eq=False, gc=False):
    """``DeviceFacts`` of a large fleet; see ``Compacting``. ``text`` is its ``haystack``, ``packed`` its schedule."""

    id: int
    make: Make
    text: str
    state: DeviceState
    issuer_group: str | None
    not_after: datetime | None
    last_check_in: datetime | None
    pending: tuple[PendingAction, ...]
    refused: Refused | None
    policies: tuple[PolicyOn, ...]
    packed: bytes | None

    @property
    def platform(self) -> Platform:
        return self.make.platform

    @property
    def maker(self) -> str:
        return self.make.maker

    @property
    def model(self) -> str:
        return self.make.model

    @property
    def model_name(self) -> str:
        return self.make.model_name

    @property
    def os_name(self) -> str:
        return self.make.os_name

    @property
    def os_version(self) -> str:
        return self.make.os_version

    @property
    def enrollment_kind(self) -> EnrollmentKind | None:
        return self.make.enrollment_kind

    @property
    def language(self) -> str:
        return self.make.language

    @property
    def carrier(self) -> str | None:
        return self.make.carrier

    @property
    def is_cut_off(self) -> bool:
        return self.refused is not None and self.refused.at_check_in

    @property
    def habits(self) -> HabitFacts | None:
        return None if self.packed is None else _Habits(_read_schedule(self.packed))

    @property
    def known_by(self) -> str:
        return self._line(_NAME)[len(self.make.model_name.lower()) + 1 :]

    @property
    def serial_number(self) -> str:
        return self.known_by if self.make.has_serial_number else ""

    @property
    def device_name(self) -> str:
        return self._line(_DEVICE_NAME)

    @property
    def owner(self) -> str:
        return self._line(_OWNER)

    @property
    def upn(self) -> str:
        return self._line(_UPN)

    @property
    def imei(self) -> str | None:
        return self._line(_IMEI)

    @property
    def second_imei(self) -> str | None:
        return self._line(_SECOND_IMEI)

    @property
    def meid(self) -> str | None:
        return self._line(_MEID)

    @property
    def udid(self) -> str | None:
        return self._line(_UDID)

    def _line(self, place: int) -> str:
        return self.text.split("\n", place + 1)[place]


class Compacting:
    """Makes ``CompactFacts``; what is equal is kept once for all that it made."""

    def __init__(self) -> None:
        self._shared: dict[Hashable, Hashable] = {}

    def facts(self, device: Device) -> CompactFacts:
        """The facts of a device."""
        schedule = None if device.habits is None else device.habits.schedule
        lines = _lines(device)
        text = "\n".join(lines)
        if text.count("\n") >= len(lines):  # a name that an import brought has lines of its own
            text = "\n".join([line.replace("\n", " ") for line in lines])
        make = Make(
            device.platform,
            device.maker,
            device.model,
            device.model_name.replace("\n", " "),
            device.os_name,
            device.os_version,
            device.enrollment_kind,
            device.language,
            device.carrier,
            bool(device.serial_number),
        )
        return CompactFacts(
            id=device.id,
            make=self._one(make),
            text=text.lower(),
            state=device.state,
            issuer_group=self._one(device.issuer_group),
            not_after=device.not_after,
            last_check_in=device.last_check_in,
            pending=device.pending and self._one(device.pending),
            refused=device.refused and self._one(device.refused),
            policies=self._one(tuple(PolicyOn(on.name, on.is_installed) for on in device.policies)),
            packed=None if schedule is None else _write_schedule(schedule),
        )

    def _one(self, value: Shared) -> Shared:
        """The value that is equal and was there first."""
        if len(self._shared) > MOST_SHARED:
            self._shared.clear()
        return self._shared.setdefault(value, value)  # type: ignore[return-value]  # it is equal, so of the same type
