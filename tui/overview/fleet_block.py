"""The fleet in a few lines of links: states, CA groups, platforms, renewals, and refused devices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.text import Text
from textual.app import App

from ...store.model.device import Device, DeviceState
from ...store.printable import printable
from ...store.views.device import STATE_MEANINGS_SHORT, STATE_SYMBOLS, WAITS
from ...store.views.platforms import PLATFORMS
from ...store.words import plural
from ..components.fitted_text import fit
from ..components.group_marks import GroupMark
from ..components.stacked_bar import BarPart, stacked_bar
from ..components.text_styles import DEVICE_TONES, Tone, style_of, styled
from ..devices.fleet_figures import FleetFigures
from .linked_lines import Line, LinePart
from .links import Links

LABEL = 10
STATES = (
    DeviceState.ENROLLED,
    DeviceState.RE_ENROLLMENT_REQUIRED,
    DeviceState.MUST_RE_ENROLL,
    DeviceState.REVOKED,
    DeviceState.NOT_ENROLLED,
)


class FleetBlock:
    """``tall`` gives each platform its own line. Each number opens the list of those devices."""

    def __init__(
        self, app: App[object], links: Links, figures: FleetFigures, marks: dict[str, GroupMark], *, tall: bool
    ) -> None:
        self._app, self._links, self._figures, self._marks, self._tall = app, links, figures, marks, tall

    def lines(self, turned_away: Sequence[Device]) -> list[Line]:
        """``turned_away`` has some devices that must re-enroll."""
        lines = [self._title(), self._states(), self._groups()]
        lines += self._platforms() if self._tall else [self._platform_line()]
        lines.append(self._renewal())
        if self._figures.refused:
            lines.append(self._refused())
        if self._tall and turned_away:
            lines.append(self._turned_away(turned_away))
        return lines

    def _title(self) -> Line:
        title = styled(self._app, ("Fleet", Tone.STRONG), "   ")
        return [LinePart(title), self._devices("all", plural(self._figures.total, "device"), Tone.DIM, "")]

    def _label(self, text: str) -> LinePart:
        return label(self._app, text)

    def _devices(self, key: str, text: str | Text, tone: Tone, filter: str) -> LinePart:
        """A link to the devices that match a filter."""
        shown = text if isinstance(text, Text) else Text(text, style_of(self._app, tone))
        return LinePart(shown, f"devices {key}", partial(self._links.devices, filter))

    def _states(self) -> Line:
        parts = [self._label("State")]
        for state in STATES:
            if count := self._figures.states[state]:
                text = f"{STATE_SYMBOLS[state]} {count:,} {state}"
                if self._tall and state in STATE_MEANINGS_SHORT:
                    text += f" ({STATE_MEANINGS_SHORT[state]})"
                filter = f"state:{state.replace(' ', '-')}"
                parts.append(self._devices(state, f"{text}  ", DEVICE_TONES[state], filter))
        return parts

    def _parts(self, groups: dict[str, int]) -> list[BarPart]:
        """Newest group first, so that the issuing one grows from the left."""
        return [BarPart(groups[mark.name], mark.fill, mark.tone) for mark in reversed(self._marks.values())]

    def _bar(self, groups: dict[str, int], total: int, width: int) -> Text:
        return stacked_bar(self._app, self._parts(groups), total, width)

    def _groups(self) -> Line:
        figures, parts = self._figures, [self._label("CA group")]
        bar = self._bar(figures.groups, figures.total, 48 if self._tall else 24).append("  ")
        parts.append(LinePart(bar))
        for mark in reversed(self._marks.values()):
            if count := figures.groups[mark.name]:
                told = styled(self._app, (f"{mark.fill} {printable(mark.name)}", mark.tone), f" {count:,}  ")
                parts.append(LinePart(told, f"group {mark.name}", partial(self._links.group, mark.name)))
        return parts

    def _platform_line(self) -> Line:
        parts = [self._label("Platform")]
        for platform, label in PLATFORMS.items():
            text = styled(self._app, (f"{label} ", Tone.DIM), f"{self._figures.platforms[platform].total:,}  ")
            parts.append(self._devices(platform, text, Tone.DIM, f"platform:{platform}"))
        return parts

    def _platforms(self) -> list[Line]:
        lines: list[Line] = []
        for platform, label in PLATFORMS.items():
            own = self._figures.platforms[platform]
            if not own.total:
                continue
            name, total = fit(label, LABEL), self._bar(own.groups, own.total, 48)
            total.append(fit(f"{own.total:,}", 8, right=True))
            parts = [
                self._devices(platform, name, Tone.DIM, f"platform:{platform}"),
                LinePart(total),
            ]
            if own.pending:
                text, filter = f"  {own.pending:,} pending", f"platform:{platform} pending:yes"
                parts.append(self._devices(f"{platform} pending", text, Tone.PENDING, filter))
            if own.people:
                text = f"  ◆ {own.people:,} to re-enroll"
                filter = f"platform:{platform} state:re-enrollment-required,must-re-enroll"
                parts.append(self._devices(f"{platform} people", text, Tone.EXPIRING, filter))
            lines.append(parts)
        return lines

    def _renewal(self) -> Line:
        figures, parts = self._figures, [self._label("Renewal")]
        if not figures.pending:
            return [*parts, LinePart(Text("none pending", style_of(self._app, Tone.DIM)))]
        pending = f"{figures.pending:,} pending" if self._tall else f"{figures.pending:,}"
        parts.append(self._devices("pending", pending, Tone.PENDING, "pending:yes"))
        between = ": "
        for waits, text in WAITS.items():
            if count := figures.waits[waits]:
                filter = f"waits:{waits.name.lower().replace('_', '-')}"
                parts.append(LinePart(Text(between, style_of(self._app, Tone.DIM))))
                parts.append(self._devices(f"waits {waits.name}", f"{text} {count:,}", Tone.DIM, filter))
                between = ", "
        return parts

    def _refused(self) -> Line:
        refused = self._figures.refused
        total = self._devices("refused", f"× {refused.total():,}", Tone.EXPIRED, "refused:yes")
        parts, between = [self._label("Refused"), total], ": "
        for code, count in refused.most_common():
            parts.append(LinePart(Text(between, style_of(self._app, Tone.DIM))))
            parts.append(self._devices(f"refused {code}", f"{code} {count:,}", Tone.DIM, f"refused:{code}"))
            between = ", "
        return parts

    def _turned_away(self, devices: Sequence[Device]) -> Line:
        parts, between = [self._label("Away")], "× "
        tone = style_of(self._app, Tone.EXPIRED)
        for device in devices:
            parts.append(LinePart(Text(between, tone)))
            told = Text(printable(device.name), tone)
            parts.append(LinePart(told, f"device {device.id}", partial(self._links.device, device.id)))
            between = ", "
        count = self._figures.states[DeviceState.MUST_RE_ENROLL]
        if count > len(devices):
            parts.append(LinePart(Text(f", and {count - len(devices):,} more", tone)))
        return [*parts, LinePart(Text(" must re-enroll", style_of(self._app, Tone.DIM)))]


def label(app: App[object], text: str) -> LinePart:
    """The label of a line."""
    return LinePart(styled(app, (fit(text, LABEL), Tone.DIM)))
