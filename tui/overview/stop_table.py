"""What stops next, one line each: when, what, for how many devices, why, and how to prevent it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from rich.text import Text
from textual.app import App
from textual.message import Message

from ...store.components.capabilities import Level
from ...store.components.needs import BY_ID, DEVICE_CA, DEVICE_CERTIFICATES
from ...store.devices.re_enrolling import costs_text
from ...store.inventory.expiry import ExpiryRules
from ...store.inventory.status import days_until, status_until
from ...store.model.certificate import Status
from ...store.model.expiry import ExpiryUse
from ...store.outlook.device_ends import DeviceEnd, costs_of
from ...store.outlook.outlook import affected
from ...store.outlook.stops import NextStop
from ...store.printable import printable
from ...store.views.certificate import STATUS_SYMBOLS
from ...store.views.consequence import LEVEL_SYMBOLS
from ...store.views.platforms import by_platform, platforms_text
from ...store.views.prevention import prevention_sentence, prevention_words
from ...store.words import day, minute, plural
from ..certificates.certificate_rows import CertificateRow
from ..checklist.wording import LEVEL_TONES, named_capabilities_text
from ..components.impact_wording import Counts, cause_of, what_stops
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled
from ..lists.columns import Column
from ..lists.fixed_table import FixedTable
from ..shell.keys.keys import keyed


@dataclass(frozen=True)
class StopLine:
    """A line of the list. ``words`` is what stops in a few words, ``sentence`` in full; ``cause`` is what to blame."""

    id: int
    stop: NextStop | None
    when: str
    left: str
    words: str
    devices: int
    cause: str
    prevent: str
    tone: Tone
    sentence: str
    advice: str
    status: Status = Status.VALID
    way: str = ""  # of an empty workspace: how to begin


class Surroundings(NamedTuple):
    """The inputs of the lines: the inventory's entries, the number of devices, the time, and the expiry rules."""

    entries: Mapping[int, CertificateRow]
    devices: Counts
    now: datetime
    expiry: ExpiryRules

    def name(self, id: int, otherwise: str) -> str:
        """The name of an entry."""
        row = self.entries.get(id)
        return printable(otherwise) if row is None else row.name

    def status(self, one: NextStop) -> Status:
        """The status of the expiring entry. Without an entry, it is judged as a CA, a profile or a device
        certificate."""
        id = one.unused.id if one.unused is not None else 0 if one.stop is None else one.stop.certificate_id
        if (row := self.entries.get(id or 0)) is not None:
            return row.status
        need = one.prevention.need
        use = {DEVICE_CA.id: ExpiryUse.CA, DEVICE_CERTIFICATES.id: ExpiryUse.DEVICE}.get(need, ExpiryUse.PROFILE)
        return status_until(one.at or self.now, self.now, self.expiry[use])


def _first_step(id: int, way: str, words: str, prevent: str, sentence: str, advice: str) -> StopLine:
    return StopLine(
        id=id,
        stop=None,
        when="○ to begin",
        left="",
        words=words,
        devices=0,
        cause="",
        prevent=prevent,
        tone=Tone.PENDING,
        sentence=sentence,
        advice=advice,
        way=way,
    )


FIRST_STEPS = (
    _first_step(
        1,
        "import",
        "import certificate files",
        "import one",
        "PEM, DER, PKCS #7, PKCS #12, JKS: a certificate with its chain, then bind it to what uses it ({screen-6}).",
        "import the first certificate, or a keystore",
    ),
    _first_step(
        2,
        "endpoints",
        "read endpoints",
        "add a server",
        "Servers are asked which certificates they serve; what they serve can be imported.",
        "add a server by HOST:PORT",
    ),
    _first_step(
        3,
        "devices",
        "import an inventory",
        "import devices",
        "The device export (CSV) of Citrix Endpoint Management, Intune, Jamf Pro or Workspace ONE.",
        "import the export of a device management product",
    ),
    _first_step(
        4,
        "demo",
        "try the demo",
        "make a demo",
        "An invented company and its fleet, in a workspace of its own; this one stays empty.",
        "make the demo's workspace, and go on there",
    ),
)
"""The ways to begin in an empty workspace."""


def stop_lines(stops: Iterable[NextStop], known: Surroundings, ids: dict[object, int]) -> list[StopLine]:
    """The lines of what stops. ``ids`` keeps the number of each cause, so that the cursor finds it again."""
    return [_line(one, known, ids.setdefault(one.cause, len(ids) + 1)) for one in stops]


def _line(one: NextStop, known: Surroundings, id: int) -> StopLine:
    status = known.status(one)
    if one.lasts and one.stop is not None:
        level = one.stop.level
        symbol, tone, left = LEVEL_SYMBOLS[level], LEVEL_TONES[level], str(level)
    else:
        symbol, tone, left = STATUS_SYMBOLS[status], STATUS_TONES[status], _left(one.at, known.now)
    words, count, cause, sentence = _told(one, known)
    return StopLine(
        id=id,
        stop=one,
        when=f"{symbol} {'missing' if one.at is None else day(one.at)}",
        left=left,
        words=words,
        devices=count,
        cause=cause,
        prevent=prevention_words(one.prevention),
        tone=tone,
        sentence=sentence,
        advice=prevention_sentence(one.prevention),
        status=status,
    )


def _left(at: datetime | None, now: datetime) -> str:
    days = 0 if at is None else days_until(at, now)
    return "today" if days <= 0 else plural(days, "day")


def _told(one: NextStop, known: Surroundings) -> tuple[str, int, str, str]:
    """What stops in words, for how many devices, why, and all of it in a sentence."""
    when = "" if one.at is None else f"{minute(one.at)} UTC: "
    if one.ends:
        count, whom = one.prevention.devices, by_platform(_by_platform(one.ends))
        costs = f": {said}" if (said := costs_text(costs_of(one.ends))) else ""
        return (
            "they must re-enroll",
            count,
            "device certificates",
            f"{when}the first device certificate ends, of {count:,} ({whom}): without a renewal each device must "
            f"re-enroll when its own does{costs}.",
        )
    if one.unused is not None:
        name = known.name(one.unused.id, one.unused.name)
        told = f"{when}#{one.unused.id} {name} ends; nothing is known to depend on it."
        return f"only {name}", 0, "nothing is known to depend on it", told
    assert one.stop is not None
    found = one.stop.consequences
    count = affected((platform for consequence in found for platform in consequence.platforms), known.devices)
    words = named_capabilities_text((consequence.capability, consequence.name) for consequence in found)
    platforms = tuple(dict.fromkeys(platform for consequence in found for platform in consequence.platforms))
    if (whom := platforms_text(platforms)) != "all platforms":
        words += f" {whom}"
    names = {id: row.name for id in [one.stop.certificate_id] if (row := known.entries.get(id or 0)) and id}
    cause = cause_of(one.stop, names, known.now, 999)
    concerned = f", {plural(count, 'device')}" if count else ""
    if one.lasts:
        state = "Degraded" if one.stop.level is Level.DEGRADED else "Stopped"
        said = f"{state}: {what_stops(found)}{concerned}, because of {cause}."
    else:
        said = f"{when}{_named(one, known)} ends, and with it {what_stops(found)}{concerned}."
    return words, count, cause if one.lasts else _named(one, known), said


def _named(one: NextStop, known: Surroundings) -> str:
    """The cause without the reason; a future stop has only one, the expiry."""
    assert one.stop is not None
    first = one.stop.consequences[0]
    if first.certificate_id is not None:
        return f"#{first.certificate_id} {known.name(first.certificate_id, first.name)}"
    if first.need == DEVICE_CA.id:
        return "the device CA"
    return f"{BY_ID[first.need].title} {printable(first.name)}".rstrip()


def _by_platform(ends: Iterable[DeviceEnd]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in ends:
        counts[one.platform] = counts.get(one.platform, 0) + one.devices - one.renewing
    return counts


def says(app: App[object], line: StopLine | None) -> Text:
    """The full text of the line under the cursor, and which key does something about it."""
    if line is None:
        return Text()
    text = styled(app, (keyed(line.sentence) if line.stop is None else line.sentence, Tone.STRONG), "\n")
    text.append(keyed("{open} " if line.stop is None else "{replace} "), style_of(app, Tone.ACCENT))
    if line.stop is None:
        return text.append(line.advice)
    return text.append(f"{'ends' if line.stop.lasts else 'prevents'} it: {line.advice}.")


def _tone(line: StopLine) -> Tone:
    return line.tone


def columns() -> tuple[Column[StopLine], ...]:
    """The columns of the list; a title names the key that prevents what the line tells."""
    return (
        Column[StopLine]("when", "When", lambda line: line.when, tone=_tone, width=12),
        Column[StopLine]("left", "Left", lambda line: line.left, tone=_tone, width=8),
        Column[StopLine]("what", "What stops", lambda line: line.words, width=20, grow=2),
        Column[StopLine](
            "devices", "Devices", lambda line: f"{line.devices:,}" if line.devices else "–", width=7, right=True
        ),
        Column[StopLine]("cause", "Because of", lambda line: line.cause, width=24, grow=3, keep=1),
        Column[StopLine](
            "prevent",
            "Prevent it",
            lambda line: line.prevent,
            tone=lambda line: Tone.ACCENT,
            width=16,
            heading=keyed("Prevent it ({replace})"),
        ),
    )


class StopTable(FixedTable[StopLine]):
    """What stops next. From its last line the cursor moves on to what is below the table."""

    class Below(Message):
        """The cursor moved down from the last line."""

    def action_move(self, by: int) -> None:
        if by > 0 and self.cursor >= len(self.rows) - 1:
            self.post_message(self.Below())
        else:
            super().action_move(by)
