"""The difference of a change: its document, and at most a dozen lines that summarize it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import asdict

from ..components.capabilities import CAPABILITIES, Level
from ..components.needs import BY_ID
from ..devices.re_enrolling import costs_text
from ..devices.trust import would_be_refused
from ..effects.effects import (
    Alteration,
    CapabilityEffect,
    DeviceEffect,
    Effects,
    EntryAlteration,
    EntryEffect,
    OutageEffect,
    QueueEffect,
    RecordEffect,
    TrustEffect,
    new_title,
)
from ..model.device import ActionKind, Platform
from ..printable import printable
from ..words import minute, plural
from .consequence import placed_title
from .documents import document, document_type
from .platforms import PLATFORMS, by_platform, platform_names
from .simulated_outage import OUTAGES, SERVICES
from .styles import Style

LONGEST = 12
"""The maximum number of lines."""

ALTERATIONS = {
    Alteration.STOPS: "stops",
    Alteration.COMES_BACK: "works again",
    Alteration.SOONER: "stops sooner",
    Alteration.LATER: "goes on longer",
}
DEGRADED = {
    Alteration.STOPS: "becomes unreliable",
    Alteration.COMES_BACK: "works again",
    Alteration.SOONER: "becomes unreliable sooner",
    Alteration.LATER: "stays reliable longer",
}
ACTIONS = {
    ActionKind.CERTIFICATE_RENEWAL: "certificate renewal",
    ActionKind.REVOKE: "revocation",
    ActionKind.POLICY: "installing a policy",
    ActionKind.POLICY_REMOVAL: "removing a policy",
}
ENTRIES = {
    EntryAlteration.ADDED: "is added",
    EntryAlteration.CHANGED: "is changed",
    EntryAlteration.OVERWRITTEN: "gets the new certificate in place of its own",
    EntryAlteration.REPLACED: "is replaced",
    EntryAlteration.DELETED: "is deleted",
    EntryAlteration.LOSES_CHAIN: "loses its issuer",
    EntryAlteration.LOSES_ROOT: "has no root any more: it chains through",
    EntryAlteration.LOSES_KEY: "loses its private key",
    EntryAlteration.LOSES_PLACE: "is no longer used as",
    EntryAlteration.TAKES_PLACE: "is used as",
}
LOSSES = (
    EntryAlteration.DELETED,
    EntryAlteration.LOSES_CHAIN,
    EntryAlteration.LOSES_ROOT,
    EntryAlteration.LOSES_KEY,
    EntryAlteration.LOSES_PLACE,
)
NO_DIFFERENCE = "It makes no difference."


class EffectLine(NamedTuple):
    """A line for people, with its style."""

    style: Style
    text: str


CapabilityEffectDocument = document_type(
    "CapabilityEffectDocument",
    CapabilityEffect,
    "A capability that stops, degrades or comes back, now or at another time than without the change.",
    without=("soon", "fresh"),
)
DeviceEffectDocument = document_type(
    "DeviceEffectDocument",
    DeviceEffect,
    "Devices of a platform that change their state, and what re-enrolling them costs.",
    without=("costs",),
    count=int,
    wiped=int,
    work_data=int,
    visits=int,
)
QueueEffectDocument = document_type(
    "QueueEffectDocument",
    QueueEffect,
    "Devices of a platform for which an action becomes pending, or is pending no more.",
    count=int,
)
TrustEffectDocument = document_type(
    "TrustEffectDocument",
    TrustEffect,
    "The number of devices that would get SSL Error 61 for the chain that ends in an entry; ``certificate_id`` is null "
    "for one that the change would add.",
    certificate_id=int | None,
)
EntryEffectDocument = document_type(
    "EntryEffectDocument",
    EntryEffect,
    "An entry that gains or loses something; ``what`` names the place, issuer or successor. ``id`` is null for one "
    "that the change would add.",
    id=int | None,
)
EffectsDocument = document_type(
    "EffectsDocument",
    Effects,
    "The difference of a change. What it would add has no id before it is carried out.",
    without=("queues", "provisional"),
    harmful=bool,
    capabilities=tuple[CapabilityEffectDocument, ...],
    devices=tuple[DeviceEffectDocument, ...],
    trust=tuple[TrustEffectDocument, ...],
    entries=tuple[EntryEffectDocument, ...],
    pending=tuple[QueueEffectDocument, ...],
)


def effects_document(effects: Effects) -> EffectsDocument:
    """The document of a difference."""
    entries, devices = effects.new_entries, effects.new_devices

    def id_of(entry: int) -> int | None:
        return None if entry in entries else entry

    def ids_of(ids: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(id for id in ids if id not in devices) if devices else ids

    return document(
        EffectsDocument,
        effects,
        harmful=effects.is_harmful,
        capabilities=tuple(document(CapabilityEffectDocument, one) for one in effects.capabilities),
        devices=tuple(
            document(DeviceEffectDocument, one, **asdict(one.costs), ids=ids_of(one.ids)) for one in effects.devices
        ),
        trust=tuple(
            document(TrustEffectDocument, one, certificate_id=id_of(one.certificate_id)) for one in effects.trust
        ),
        entries=tuple(document(EntryEffectDocument, one, id=id_of(one.id)) for one in effects.entries),
        pending=tuple(document(QueueEffectDocument, one, ids=ids_of(one.ids)) for one in effects.queues),
    )


def effect_lines(effects: Effects, *, longest: int = LONGEST) -> list[EffectLine]:
    """A difference in at most ``longest`` lines: counts first; what stops or strands is repeated last."""
    if effects.is_empty:
        return [EffectLine(Style.QUIET, NO_DIFFERENCE), *_notes(effects)]
    head = [EffectLine(Style.BAD if effects.is_harmful else Style.PLAIN, _counts(effects))]
    tail = [EffectLine(Style.QUIET, f"Undo: {_undo(effects)}")] if effects.undo is not None else []
    harm = harm_of(effects)
    if harm:
        tail.append(EffectLine(Style.BAD, harm))
    body = list(_body(effects))
    room = max(1, longest - len(head) - len(tail))
    if len(body) > room:
        left = len(body) - room + 1
        body = [*body[: room - 1], EffectLine(Style.QUIET, f"… and {left} more")]
    return [*head, *body, *tail]


def harm_of(effects: Effects) -> str:
    """What stops, and which devices are stranded, in a sentence; empty without harm."""
    parts = []
    stops = list(dict.fromkeys(one.seen for one in effects.capabilities if one.is_harmful))
    if stops:
        parts.append(f"STOPS: {'; '.join(stops)}")
    if stranded := effects.stranded:
        parts.append(f"STRANDS: {plural(sum(stranded.values()), 'device')} ({by_platform(stranded)})")
    parts += [f"STOPS: {_outage(one)}" for one in effects.outages if one.is_harmful]
    if lacking := sum(one.after - one.before for one in effects.trust if one.is_harmful):
        parts.append(f"SSL ERROR 61: {plural(lacking, 'more device')}")
    return printable(". ".join(parts))


def _counts(effects: Effects) -> str:
    stops = {(one.need, one.name) for one in effects.capabilities if one.is_harmful}
    back = {(one.need, one.name) for one in effects.capabilities if one.alteration is Alteration.COMES_BACK}
    parts = [
        _part(sum(effects.stranded.values()), "device stranded", "devices stranded"),
        _part(len(stops), "part of the deployment stops", "parts of the deployment stop"),
        _part(len(back), "part works again", "parts work again"),
        _part(sum(one.count for one in effects.devices if not one.is_harmful), "device changes", "devices change"),
        _part(sum(one.count for one in effects.queues if one.added), "device gets an action", "devices get an action"),
        _part(len({one.id for one in effects.entries}), "entry concerned", "entries concerned"),
        _part(len(effects.tasks), "task opens", "tasks open"),
        _part(len(effects.notices), "notice", "notices"),
        _part(sum(one.added + one.changed + one.deleted for one in effects.records), "other record", "other records"),
    ]
    return ", ".join(part for part in parts if part) or "Consequences at other times."


def _part(count: int, one: str, several: str) -> str:
    return "" if not count else f"1 {one}" if count == 1 else f"{count:,} {several}"


def _body(effects: Effects) -> Iterator[EffectLine]:
    for device in effects.devices:
        style = Style.BAD if device.is_harmful else Style.WARNING if _asks_its_user(device) else Style.PLAIN
        yield EffectLine(style, _device(device))
    for capability in effects.capabilities:
        yield EffectLine(_style(capability), printable(_capability(capability)))
    for lack in effects.trust:
        style = Style.BAD if lack.is_harmful else Style.OK
        yield EffectLine(style, printable(f"{would_be_refused(lack.after)} ({lack.title}), {lack.before:,} before"))
    for outage in effects.outages:
        if not outage.is_harmful:
            yield EffectLine(Style.OK, _outage(outage))
    yield from _notes(effects)
    for queue in effects.queues:
        done = "becomes pending" if queue.added else "is pending no more"
        yield EffectLine(Style.PENDING, f"{_devices(queue.count, queue.platform)}: {ACTIONS[queue.action]} {done}")
    new = effects.new_entries
    for entry in effects.entries:
        yield EffectLine(_entry_style(entry), printable(_entry(entry, is_new=entry.id in new)))
    for task in effects.tasks:
        yield EffectLine(Style.PENDING, printable(f"opens a task: {task}"))
    for task in effects.done:
        yield EffectLine(Style.OK, printable(f"closes a task: {task}"))
    for notice in effects.notices:
        yield EffectLine(Style.PENDING, printable(f"gives a notice: {notice}"))
    for record in effects.records:
        yield EffectLine(Style.PLAIN, _record(record))


def _notes(effects: Effects) -> Iterator[EffectLine]:
    for note in effects.notes:
        yield EffectLine(Style.WARNING, printable(f"note: {note}"))


def _outage(one: OutageEffect) -> str:
    span = f"{minute(one.since)} to {minute(one.until)}"
    if not one.added:
        return f"ends the outage of {SERVICES[one.service]}, {span}"
    waiting = f"{one.pending:,} of {plural(one.devices, 'device')} with something pending"
    return f"{OUTAGES[one.service]}, {span} ({waiting})"


def _device(one: DeviceEffect) -> str:
    before, after = one.before or "not there", one.after or "deleted"
    costs = f"; {costs_text(one.costs)}" if one.costs else ""
    return f"{_devices(one.count, one.platform)}: {before} → {after}{costs}"


def _devices(count: int, platform: Platform) -> str:
    return f"{count:,} {PLATFORMS[platform]} {'device' if count == 1 else 'devices'}"


def _asks_its_user(one: DeviceEffect) -> bool:
    return one.after is not None and one.after.needs_person


def _capability(one: CapabilityEffect) -> str:
    words = ALTERATIONS if one.level is Level.STOPPED else DEGRADED
    whom = f"{platform_names(one.platforms)}, {plural(one.devices, 'device')}"
    works = one.alteration in (Alteration.COMES_BACK, Alteration.LATER)
    what = CAPABILITIES[one.capability] if works else one.seen
    said = f"{words[one.alteration]}{_when(one)}: {what} ({whom})"
    return f"{said}: {placed_title(BY_ID[one.need], one.name)}"


def _when(one: CapabilityEffect) -> str:
    match one.alteration:
        case Alteration.STOPS:
            return " at once" if one.at is None else f" on {minute(one.at)}"
        case Alteration.COMES_BACK:
            return "" if one.at is None else f" until {minute(one.at)}"
        case _:
            at, was_at = _at(one.at), _at(one.was_at)
            return f" ({at}, without it {was_at})"


def _at(at: datetime | None) -> str:
    return "not within 400 days" if at is None else minute(at)


def _style(one: CapabilityEffect) -> Style:
    if one.is_harmful:
        return Style.BAD
    return Style.WARNING if one.alteration in (Alteration.STOPS, Alteration.SOONER) else Style.OK


def _entry(one: EntryEffect, *, is_new: bool) -> str:
    who = f"#{one.id} {one.title}"
    if is_new:
        who = one.title if one.alteration is EntryAlteration.ADDED else new_title(one.title)
    said = f"{who} {ENTRIES[one.alteration]}"
    return f"{said} {one.what}" if one.what else said


def _entry_style(one: EntryEffect) -> Style:
    return Style.WARNING if one.alteration in LOSSES else Style.PLAIN


def _record(one: RecordEffect) -> str:
    parts = (("added", one.added), ("changed", one.changed), ("deleted", one.deleted))
    said = [f"{plural(count, one.kind)} {what}" for what, count in parts if count]
    return ", ".join(said)


def _undo(effects: Effects) -> str:
    undo = effects.undo
    assert undo is not None
    return printable(undo.how if undo.possible else f"not possible: {undo.how}")


def code_line(effects: Effects) -> str:
    """The line with the code of the consequences."""
    return f"Code of these consequences: {effects.code}"
