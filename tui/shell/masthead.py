"""The two top lines: the workspace and its state, and the screens with their number keys."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual import events
from textual.reactive import reactive
from textual.widget import Widget

from ...store.model.certificate import Status
from ...store.views.certificate import STATUS_SYMBOLS
from ...store.views.simulation import speed_text
from ...store.words import plural
from ...store.workspace_kind import WorkspaceKind
from ..components.fitted_text import fit
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled
from ..simulator.control import RUNS, STANDS, SimulatorStatus
from .pages import PAGES

ROOMY = 110  # cells for the full names
TIGHT = 60  # cells below which only the number of other screens is shown
MAIL = "✉"
SOLID, HATCHED = "━", "╱"
UNDERLINED = Style(underline=True)

# The statuses that a person should notice at a glance.
_WORRIES = (Status.EXPIRED, Status.CRITICAL, Status.EXPIRING)


class Masthead(Widget):
    """Two lines; a click on a screen's name goes there. A ``note`` replaces the counts while it lasts, all but the kind
    of workspace if it needs the room, and the screens' names too if it needs two lines.

    The top line says what kind of workspace it is, by a word and by its look: a solid rule on the real site, hatching
    in every rehearsal. ``standing`` is the state of the simulator and its clock, ``unread`` the number of notices that
    the user has not read.
    """

    kind: reactive[WorkspaceKind] = reactive(WorkspaceKind.IN_MEMORY)
    page: reactive[str] = reactive("overview")
    title: reactive[str] = reactive("")
    counts: reactive[dict[Status, int]] = reactive(dict)
    note: reactive[str] = reactive("")
    clock: reactive[str] = reactive("")
    standing: reactive[SimulatorStatus] = reactive(SimulatorStatus())
    unread: reactive[int] = reactive(0)

    def render(self) -> Text:
        width = self.size.width
        return Text("\n").join(self._long_note(width) or (self._state(width), self._pages(width)))

    def _long_note(self, width: int) -> tuple[Text, Text] | None:
        """Both lines, if the note needs them."""
        line, note = self._badge().append("  "), Text(f"» {self.note}", style_of(self.app, Tone.ACCENT))
        room = width - line.cell_len - 3
        if not self.note or note.cell_len <= room or width < TIGHT:
            return None
        first = note.wrap(self.app.console, room)[0]
        rest = note[len(first.plain) :]
        first.rstrip()
        rest = Text(f"   {rest.plain.strip()}", note.style)
        rest.truncate(width - 1, overflow="ellipsis")
        line.append_text(first).append_text(self._rule(width - line.cell_len - first.cell_len))
        return line, rest

    def _state(self, width: int) -> Text:
        app = self.app
        roomy = width >= ROOMY
        clock, line, title = self._clock(roomy), self._badge(), Text()
        if width >= TIGHT:
            title = Text(f"  {fit(self.title, min(len(self.title), 30 if roomy else 12))}", style_of(app, Tone.DIM))
        if self.unread:
            clock = self._mail().append("  ").append_text(clock)
        note = Text(f"» {self.note}" if self.note else "", style_of(app, Tone.ACCENT))
        if note and note.cell_len > width - line.cell_len - title.cell_len - clock.cell_len - 5:
            title, clock = Text(), Text()  # they come back; what a note says may be told nowhere else
        line.append_text(title).append("  ")
        space = width - line.cell_len - clock.cell_len - 3
        middle = note or self._counts(space)
        middle.truncate(max(0, space), overflow="ellipsis")
        line.append_text(middle)
        line.append_text(self._rule(width - line.cell_len - clock.cell_len - 1))
        line.append_text(clock)
        line.truncate(width)  # else it takes the line of the screens
        return line

    def _badge(self) -> Text:
        if self.kind is WorkspaceKind.IN_MEMORY:  # which no command opens
            return styled(self.app, (" certfleet", Tone.STRONG))
        badge = Text(f" {self.kind.upper()} ", style_of(self.app, Tone.STRONG if self.kind.is_real else Tone.ACCENT))
        badge.stylize("reverse")
        return badge

    def _rule(self, cells: int) -> Text:
        """What fills the top line."""
        if cells < 4 or self.kind is WorkspaceKind.IN_MEMORY:
            return Text(" " * max(1, cells))
        if self.kind.is_real:
            rule = Text(SOLID * (cells - 2), style_of(self.app, Tone.STRONG))
        else:
            rule = Text(HATCHED * (cells - 2), style_of(self.app, Tone.TRACK))
        return Text(" ").append_text(rule).append(" ")

    def _mail(self) -> Text:
        mail = styled(self.app, (f"{MAIL} {self.unread:,}", Tone.STRONG))
        mail.apply_meta({"page": "notices"})
        return mail

    def _clock(self, roomy: bool) -> Text:
        clock = self.clock if roomy else self.clock[5:]
        standing = self.standing
        if not standing.virtual:
            return styled(self.app, (clock, Tone.DIM))
        sign = RUNS if standing.moves else STANDS
        text = styled(self.app, (f"{sign} virtual " if self.size.width >= TIGHT else f"{sign} ", Tone.ACCENT))
        text.append(clock if roomy else clock.removesuffix(" UTC"), style_of(self.app, Tone.STRONG))
        if roomy and standing.moves:
            text.append(f"  {speed_text(standing.speed)}", style_of(self.app, Tone.ACCENT))
        return text

    def _counts(self, space: int) -> Text:
        text = Text(plural(sum(self.counts.values()), "certificate") if space > 50 else "")
        worries = self._worries(text.copy(), words=True)
        return worries if worries.cell_len <= space else self._worries(text, words=False)

    def _worries(self, text: Text, *, words: bool) -> Text:
        for status in _WORRIES:
            if count := self.counts.get(status, 0):
                text.append("  " if text else "")
                told = f"{STATUS_SYMBOLS[status]} {count:,}" + (f" {status}" if words else "")
                text.append(told, style_of(self.app, STATUS_TONES[status]))
        return text

    def _pages(self, width: int) -> Text:
        app = self.app
        roomy = width >= ROOMY
        line = Text(" ")
        for number, page in enumerate(PAGES, 1):
            label = page.title if roomy else page.short
            here = page.name == self.page
            part = styled(app, (f"{number} ", Tone.ACCENT))
            if here:
                part.append(label, style_of(app, Tone.STRONG) + UNDERLINED)
            elif width >= TIGHT:
                part.append(label, style_of(app, Tone.DIM))
            else:
                part.rstrip()
            part.apply_meta({"page": page.name})
            line.append_text(part).append("  " if roomy else " ")
        return line

    async def on_click(self, event: events.Click) -> None:
        if page := event.style.meta.get("page"):
            await self.app.run_action(f"page({page!r})")
