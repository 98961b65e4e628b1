"""The fleet in a few lines: states, platforms, CA groups, renewals, who is refused, and the latest notices."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import App

from ...store.model.device import DeviceState
from ...store.model.notice import Notice
from ...store.printable import printable
from ...store.views.device import WAITS
from ...store.views.platforms import PLATFORMS
from ...store.words import minute, plural
from ..components.columns import fit
from ..components.group_marks import GroupMark
from ..components.stacked_bar import BarPart, stacked_bar
from ..components.text_styles import Tone, style_of, styled
from ..devices.fleet_figures import FleetFigures

LABEL = 10
STATE_MARKS = {
    DeviceState.ENROLLED: ("●", Tone.VALID),
    DeviceState.RE_ENROLLMENT_REQUIRED: ("◆", Tone.EXPIRING),
    DeviceState.MUST_RE_ENROLL: ("×", Tone.EXPIRED),
    DeviceState.REVOKED: ("⊘", Tone.DIM),
    DeviceState.NOT_ENROLLED: ("○", Tone.PENDING),
}


class FleetBlock:
    """``tall`` gives each platform a line of its own."""

    def __init__(
        self, app: App[object], figures: FleetFigures, marks: dict[str, GroupMark], width: int, *, tall: bool
    ) -> None:
        self._app, self._figures, self._marks = app, figures, marks
        self._width, self._tall = width, tall

    def title(self) -> Text:
        """How large the fleet is."""
        return styled(self._app, ("Fleet", Tone.STRONG), (f"   {plural(self._figures.total, 'device')}", Tone.DIM))

    def lines(self, turned_away: Sequence[str], notices: Sequence[Notice]) -> Text:
        """The lines below; ``turned_away`` names some that must re-enroll, ``notices`` has the newest first."""
        lines = [self._states(), self._groups()]
        lines += self._platforms() if self._tall else [self._platform_line()]
        lines.append(self._renewal())
        if self._figures.refused:
            lines.append(self._refused())
        if self._tall and turned_away:
            lines.append(self._turned_away(turned_away))
        lines += [self._notice(notice) for notice in notices[: 3 if self._tall else 1]]
        for line in lines:
            line.truncate(self._width, overflow="ellipsis")
        return Text("\n", no_wrap=True).join(lines)

    def _label(self, text: str) -> Text:
        return styled(self._app, (fit(text, LABEL), Tone.DIM))

    def _states(self) -> Text:
        line = self._label("State")
        for state, (symbol, tone) in STATE_MARKS.items():
            if count := self._figures.states[state]:
                line.append(f"{symbol} {count:,} {state}  ", style_of(self._app, tone))
        return line

    def _parts(self, groups: dict[str, int]) -> list[BarPart]:
        """Newest first: what is issued now grows from the left."""
        return [BarPart(groups[mark.name], mark.fill, mark.tone) for mark in reversed(self._marks.values())]

    def _bar(self, groups: dict[str, int], total: int, width: int) -> Text:
        return stacked_bar(self._app, self._parts(groups), total, width)

    def _groups(self) -> Text:
        figures, line = self._figures, self._label("CA group")
        line.append_text(self._bar(figures.groups, figures.total, 48 if self._tall else 24)).append("  ")
        for mark in reversed(self._marks.values()):
            if count := figures.groups[mark.name]:
                line.append(f"{mark.fill} {printable(mark.name)}", style_of(self._app, mark.tone)).append(
                    f" {count:,}  "
                )
        return line

    def _platform_line(self) -> Text:
        line = self._label("Platform")
        for platform, label in PLATFORMS.items():
            line.append(f"{label} ", style_of(self._app, Tone.DIM))
            line.append(f"{self._figures.platforms[platform].total:,}  ")
        return line

    def _platforms(self) -> list[Text]:
        lines = []
        for platform, label in PLATFORMS.items():
            own = self._figures.platforms[platform]
            if not own.total:
                continue
            line = self._label(label).append_text(self._bar(own.groups, own.total, 48))
            line.append(fit(f"{own.total:,}", 8, right=True))
            if own.pending:
                line.append(f"  {own.pending:,} pending", style_of(self._app, Tone.PENDING))
            if own.people:
                line.append(f"  ◆ {own.people:,} to re-enroll", style_of(self._app, Tone.EXPIRING))
            lines.append(line)
        return lines

    def _renewal(self) -> Text:
        figures, line = self._figures, self._label("Renewal")
        if not figures.pending:
            return line.append("none pending", style_of(self._app, Tone.DIM))
        pending = f"{figures.pending:,} pending" if self._tall else f"{figures.pending:,}"
        line.append(pending, style_of(self._app, Tone.PENDING))
        waits = ", ".join(f"{text} {figures.waits[waits]:,}" for waits, text in WAITS.items() if figures.waits[waits])
        return line.append(f": {waits}", style_of(self._app, Tone.DIM))

    def _refused(self) -> Text:
        refused = self._figures.refused
        told = ", ".join(f"{code} {count:,}" for code, count in refused.most_common())
        line = self._label("Refused").append(f"× {refused.total():,}", style_of(self._app, Tone.EXPIRED))
        return line.append(f": {told}", style_of(self._app, Tone.DIM))

    def _turned_away(self, names: Sequence[str]) -> Text:
        count = self._figures.states[DeviceState.MUST_RE_ENROLL]
        more = f", and {count - len(names):,} more" if count > len(names) else ""
        line = self._label("Away").append(f"× {', '.join(names)}{more}", style_of(self._app, Tone.EXPIRED))
        return line.append(" must re-enroll", style_of(self._app, Tone.DIM))

    def _notice(self, notice: Notice) -> Text:
        line = self._label("Notice").append(printable(notice.title))
        return line.append(f"  {minute(notice.at)} UTC", style_of(self._app, Tone.DIM))
