"""The progress of enrollment and of a renewal per platform, and what pending devices wait for."""

from __future__ import annotations

from rich.text import Text
from textual.app import App

from ...store.devices.common_traits import FailingRenewals
from ...store.model.device import DeviceState, Platform
from ...store.model.simulation import PeakLoad
from ...store.printable import printable
from ...store.views.campaign import CampaignSummary, campaign_line
from ...store.views.common_traits import failing_words
from ...store.views.device import WAITS
from ...store.views.platforms import PLATFORMS
from ...store.views.simulation import pushes_text
from ...store.words import plural
from ..components.fitted_text import fit
from ..components.group_marks import GroupMark
from ..components.stacked_bar import TRACK, BarPart, stacked_bar
from ..components.text_styles import Tone, style_of, styled
from ..devices.fleet_figures import FleetFigures

PENDING = "━"
PEOPLE = "▚"
LABEL = 9


def progress_lines(
    app: App[object],
    figures: FleetFigures,
    mark: GroupMark,
    width: int,
    drawn: int,
    failing: FailingRenewals | None = None,
) -> list[Text]:
    """The lines for ``width`` cells; ``mark`` is that of the issuing group, ``drawn`` the number of devices once the
    fleet is complete."""
    numbers = len(f"{max(figures.total, drawn):,}") * 2 + 5
    bar = max(6, min(40, width - LABEL - numbers))
    whole = max(drawn, figures.total)
    enrolled = stacked_bar(app, [BarPart(figures.enrolled, "█", Tone.DIM)], whole, bar)
    lines = [_line(app, "Enrolled", enrolled, figures.enrolled, whole)]
    for platform, label in PLATFORMS.items():
        own = figures.platforms[platform]
        if own.total:
            crossed = own.settled[mark.name]
            parts = [
                BarPart(crossed, mark.fill, mark.tone),
                BarPart(own.pending, PENDING, Tone.PENDING),
                BarPart(own.people, PEOPLE, Tone.EXPIRING),
            ]
            lines.append(_line(app, label, stacked_bar(app, parts, own.total, bar), crossed, own.total))
    return [*lines, *_waiting(app, figures, width), *_in_common(app, failing, width)]


def load_lines(app: App[object], load: PeakLoad | None, pushes_a_minute: int) -> list[Text]:
    """``Peak 212 check-ins a minute``, the certificates, and the pace of pushes."""
    if load is None:
        return []
    peaks = ("Peak", load.check_ins, "check-in"), ("", load.certificates, "certificate")
    lines = [
        styled(app, (fit(label, LABEL), Tone.DIM), f"{plural(peak.count, what)} a minute")
        for label, peak, what in peaks
        if peak.count
    ]
    pace = styled(app, (fit("Pushes", LABEL), Tone.DIM), pushes_text(pushes_a_minute))
    return [*lines, pace] if lines else []


def progress_legend(app: App[object], mark: GroupMark) -> Text:
    """The legend of the platforms' bars."""
    name = printable(mark.name)
    parts = ((mark.fill, mark.tone, name), (PENDING, Tone.PENDING, "pending"), (PEOPLE, Tone.EXPIRING, "to re-enroll"))
    text = Text(no_wrap=True, overflow="ellipsis")
    for fill, tone, word in (*parts, (TRACK, Tone.TRACK, "not asked")):
        text.append(fill, style_of(app, tone)).append(f" {word}  ", style_of(app, Tone.DIM))
    return text


def progress_campaign_line(app: App[object], campaign: CampaignSummary, width: int) -> Text:
    """How a campaign stands."""
    line = styled(app, (fit("Campaign", LABEL), Tone.DIM), campaign_line(campaign))
    line.truncate(width, overflow="ellipsis")
    return line


def _line(app: App[object], label: str, bar: Text, count: int, total: int) -> Text:
    line = styled(app, (fit(label, LABEL), Tone.DIM)).append_text(bar)
    return line.append(f" {count:,}").append(f" of {total:,}", style_of(app, Tone.DIM))


def _in_common(app: App[object], failing: FailingRenewals | None, width: int) -> list[Text]:
    """What failing devices have in common, if anything."""
    trait, count = ("", "") if failing is None else failing_words(failing)
    if not trait:
        return []
    room = max(8, width - LABEL - len(count) - 2)
    trait = printable(trait)
    said = fit(trait, room).rstrip() if len(trait) > room else trait
    return [styled(app, (fit("Failing", LABEL), Tone.DIM), (said, Tone.EXPIRED), (f": {count}", Tone.DIM))]


def _waiting(app: App[object], figures: FleetFigures, width: int) -> list[Text]:
    lines = []
    if figures.pending:
        line = styled(app, (fit("Pending", LABEL), Tone.DIM), (f"{figures.pending:,}", Tone.PENDING))
        for waits, text in WAITS.items():
            if count := figures.waits[waits]:
                part = f"  {text} {count:,}"
                if line.cell_len + len(part) > width:
                    lines.append(line)
                    line = Text(" " * (LABEL - 2))
                line.append(part, style_of(app, Tone.DIM))
        lines.append(line)
    if people := sum(own.people for own in figures.platforms.values()):
        windows = figures.platforms[Platform.WINDOWS].people
        what = "Windows to re-enroll" if people == windows else "to re-enroll"
        line = styled(app, (fit("People", LABEL), Tone.DIM), (f"◆ {people:,} {what}", Tone.EXPIRING))
        lines.append(line)
    if away := figures.states[DeviceState.MUST_RE_ENROLL]:
        lines.append(styled(app, " " * LABEL, (f"× {away:,} turned away", Tone.EXPIRED)))
    return lines
