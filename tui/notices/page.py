"""The notices: an inbox with the text of the one under the cursor, newest first, read page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from ...store.errors import Refusal
from ...store.model.notice import DeliveryState, Notice
from ...store.persistence.database import Changes
from ...store.printable import printable
from ...store.words import minute, plural
from ..components.filter_input import FilterInput
from ..components.list_page import ListPage
from ..components.record_table import RecordTable
from ..components.text_styles import Tone, style_of
from ..components.wording import hint_of
from ..shell.repaint_throttle import RepaintThrottle
from .channels_dialog import DeliveryDialog
from .details import notice_body, notice_title, urgency_text
from .details_dialog import NoticeDialog, Wish
from .links import about_text, go_to
from .table import NoticeLine, NoticeTable

PAGE = 500
ALL = 1_000_000
SIDE_BY_SIDE = 120

_EMPTY = "No notice yet."
_ALL_READ = "Nothing unread. u shows all."


class NoticesPage(ListPage):
    """Read and unread are the user's own. While only unread ones are shown, one that is read stays until the list is
    made anew."""

    page = "notices"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (SIDE_BY_SIDE, "-wide")]  # noqa: RUF012 - as Textual declares it
    AUTO_FOCUS = "NoticeTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "turn", "Read, unread", tooltip="Mark as read, or unread"),
        Binding("R,a", "all_read", "All read", key_display="a", tooltip="Mark all as read"),
        Binding("u", "unread", "Unread", tooltip="Only unread, or all"),
        Binding("g", "go", "Go there", tooltip="Go to what it is about"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only what matches"),
        Binding("o", "deliveries", "Delivery", tooltip="Mail and webhook"),
        Binding("y", "retry", "Try again", tooltip="Try to deliver it again"),
        Binding("escape", "back", "Clear selection, filter", show=False),
        Binding("ctrl+a", "mark_all", "Select all shown", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._notices: list[Notice] = []  # the newest first, as far as they are read from the store
        self._complete = False
        self._unread_only = False
        self._changed: set[int] | None = None  # what to read anew; None is all
        self._calmly = RepaintThrottle(self, self._catch_up, rest=0.3)

    def compose_page(self) -> ComposeResult:
        with Horizontal(id="filter-line"):
            yield FilterInput(id="filter", placeholder="/ filters: words, all of them in a notice")
            yield Static("", id="shown")
        with Horizontal(id="notices"):
            yield NoticeTable(id="table")
            with Vertical(id="notice"):
                yield Static("", id="notice-title")
                with VerticalScroll(can_focus=False):
                    yield Static("", id="notice-body")

    @property
    def table(self) -> NoticeTable:
        """The list."""
        return self.query_one("#table", NoticeTable)

    @property
    def user(self) -> str:
        """Whose inbox it is."""
        return self.workspace.actor.user

    # Following the feed

    def show_state(self, changes: Changes | None) -> None:
        if changes is None:
            self._changed = None
            self._calmly.now()
        elif changes.touches("notices", "deliveries", "settings"):
            if self._changed is not None:
                self._changed |= changes.tables.get("notices", set())
            self._calmly()
        else:
            self._count()

    def _catch_up(self) -> None:
        changed, self._changed = self._changed, set()
        if changed is None or not self._notices or len(changed) > PAGE:
            self._load(max(PAGE, len(self._notices)))
        elif changed:
            self._take(changed)
        self._show()

    def _load(self, count: int) -> None:
        self._notices = self.workspace.notices.list(count, unread_by=self.user if self._unread_only else None)
        self._complete = len(self._notices) < count

    def _take(self, changed: Collection[int]) -> None:
        """Read some anew; those that are older than all that were read are left for later."""
        oldest, newest = self._notices[-1].id, self._notices[0].id
        fresh = {id: self.workspace.notices.get(id) for id in changed if id >= oldest}
        come = [fresh[id] for id in sorted(fresh, reverse=True) if id > newest]
        if self._unread_only:
            come = [notice for notice in come if self.user not in notice.read_by]
        self._notices = [*come, *(fresh.get(notice.id, notice) for notice in self._notices)]

    def _load_older(self, count: int = PAGE) -> None:
        older = self.workspace.notices.list(
            count, before=self._notices[-1].id, unread_by=self.user if self._unread_only else None
        )
        self._notices += older
        self._complete = len(older) < count
        self._show()

    # What it shows

    def _show(self) -> None:
        outbox, table = self.workspace.outbox, self.table
        failed = {delivery.notice_id for delivery in outbox.failed()}
        waiting = {delivery.notice_id for delivery in outbox.pending()}
        known = {line.id: line for line in table.rows}
        lines: list[NoticeLine] = []
        for notice in self._notices:
            sent = DeliveryState.FAILED if notice.id in failed else None
            if sent is None and notice.id in waiting:
                sent = DeliveryState.WAITING
            line = NoticeLine(notice, self.user not in notice.read_by, sent)
            lines.append(known[line.id] if known.get(line.id) == line else line)
        table.empty = _ALL_READ if self._unread_only else _EMPTY
        if self.query_one("#filter", Input).value:
            table.empty = "Nothing matches the filter. Esc clears it."
        table.set_rows(lines)
        self._count()
        self._show_notice()

    def _count(self) -> None:
        app, table = self.app, self.table
        dim, parts = style_of(app, Tone.DIM), []
        if (trouble := self.console.post.trouble) is not None:
            parts.append(Text(f"not delivered: {printable(trouble)}", style_of(app, Tone.EXPIRING)))
        if table.marked:
            parts.append(Text(f"{len(table.marked):,} selected", style_of(app, Tone.ACCENT)))
        if failed := self.workspace.outbox.counts().failed:
            parts.append(Text(f"× {failed:,} not delivered", style_of(app, Tone.EXPIRED)))
        unread = self.console.post.unread
        parts.append(Text(f"{unread:,} unread", style_of(app, Tone.STRONG if unread else Tone.DIM)))
        shown, loaded = len(table.rows), len(self._notices)
        count = f"{shown:,} of " if shown != loaded else ""
        count += f"{loaded:,} shown" if self._unread_only else plural(loaded, "notice")
        parts.append(Text(count + ("" if self._complete else ", older ones at the end"), dim))
        self.query_one("#shown", Static).update(Text("  ").join(parts))

    def _show_notice(self) -> None:
        line = self.table.record
        title, body = self.query_one("#notice-title", Static), self.query_one("#notice-body", Static)
        if line is None:
            title.update("")
            body.update("")
            return
        title.update(notice_title(self.app, line.notice))
        body.update(
            notice_body(
                self.app,
                line.notice,
                self.workspace.outbox.list_for(line.id),
                self.workspace.deliveries.get(),
                about=about_text(line.notice, self.console),
                unread=line.unread,
            )
        )

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show_notice)

    @on(RecordTable.Highlighted, "#table")
    def _highlighted(self) -> None:
        if not self._complete and self._notices and self.table.cursor >= len(self.table.rows) - 2:
            self._load_older()
        else:
            self._show_notice()

    @on(RecordTable.Changed, "#table")
    def _table_changed(self) -> None:
        self._count()

    # The filter

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        words = event.value.lower().split()
        self.table.narrow((lambda line: all(word in _haystack(line) for word in words)) if words else None)
        if words and not self._complete and self._notices:
            self._load_older(ALL)
        else:
            self._show()

    def action_unread(self) -> None:
        self._unread_only = not self._unread_only
        self._changed, self._notices = None, []
        self._calmly.now()

    def action_back(self) -> None:
        field = self.query_one("#filter", Input)
        if not self.table.has_focus:
            self.table.focus()
        elif self.table.marked:
            self._unmark()
        elif field.value:
            field.value = ""
        elif self._unread_only:
            self.action_unread()

    def _unmark(self) -> None:
        self.table.marked.clear()
        self.table.refresh()
        self._count()

    def action_mark_all(self) -> None:
        self.table.mark_all()

    # What can be done

    def _targets(self) -> list[NoticeLine]:
        """What is selected, or else what is under the cursor."""
        table = self.table
        if table.marked:
            return [line for line in table.rows if line.id in table.marked]
        return [] if table.record is None else [table.record]

    @on(RecordTable.Opened, "#table")
    def _opened(self, event: RecordTable.Opened) -> None:
        line: NoticeLine = event.record
        if line.unread:
            self._do(lambda: self.workspace.notices.mark_read([line.id], self.user))
        self.app.push_screen(NoticeDialog(line.notice), lambda wish: self._wished(line.notice, wish))

    def _wished(self, notice: Notice, wish: Wish | None) -> None:
        if wish is Wish.GO:
            go_to(notice, self.console)
        elif wish is Wish.RETRY:
            self._retry([notice.id])

    def action_go(self) -> None:
        if (line := self.table.record) is not None:
            go_to(line.notice, self.console)

    def action_turn(self) -> None:
        lines = self._targets()
        ids, notices = [line.id for line in lines], self.workspace.notices
        unread = [line.id for line in lines if line.unread]
        self._unmark()
        if unread:
            self._do(lambda: notices.mark_read(unread, self.user))
        elif ids:
            self._do(lambda: notices.mark_unread(ids, self.user))

    def action_all_read(self) -> None:
        self._do(lambda: self.workspace.notices.mark_all_read(self.user), self._told_all_read)

    def _told_all_read(self, count: int) -> None:
        self.console.note(f"{plural(count, 'notice')} marked as read." if count else "All were read.")
        if self._unread_only:
            self._changed = None
            self._calmly.now()

    def action_deliveries(self) -> None:
        self.app.push_screen(DeliveryDialog(), self._set_up)

    def _set_up(self, sentence: str | None) -> None:
        self.console.post.nudge()
        if sentence is not None:
            self.console.note(sentence)

    def action_retry(self) -> None:
        ids = [line.id for line in self._targets()]
        self._unmark()
        self._retry(ids)

    def _retry(self, ids: list[int]) -> None:
        self._do(lambda: self._try_again(ids), self._retried)

    def _try_again(self, ids: list[int]) -> int:
        outbox = self.workspace.outbox
        with self.workspace.database.transaction():
            missing = [one for id in ids for one in outbox.list_for(id) if one.state is not DeliveryState.DELIVERED]
            settings = self.workspace.deliveries.get()
            again = [
                one for one in missing if settings.has(one.channel)
            ] or missing  # those are refused, with the reason
            for one in again:
                outbox.retry(one.id)
        return len(again)

    def _retried(self, count: int) -> None:
        if count:
            self.console.post.nudge()
            self.console.note(
                "The delivery is tried again." if count == 1 else f"{count:,} deliveries are tried again."
            )
        else:
            self.console.note("Nothing of it waits for its delivery, and nothing failed.")

    def _refused(self, refusal: Refusal) -> None:
        sentence = f"{refusal.message[:1].upper()}{refusal.message[1:]}. {hint_of(refusal) or ''}"
        self.notify(printable(sentence.strip()), title="Refused", severity="warning", markup=False)

    @work(thread=True, exit_on_error=False, group="notices")
    def _do(self, what: Callable[[], int], then: Callable[[int], None] = lambda count: None) -> None:
        """In the background: a simulator that writes lets others wait for a moment."""
        try:
            with self.console.feed.own():
                count = what()
        except Refusal as refusal:
            self.app.call_from_thread(self._refused, refusal)
        except Exception as error:  # noqa: BLE001 - told calmly
            self.app.call_from_thread(self.console.trouble, error)
        else:
            self.app.call_from_thread(self.console.poll_now)
            self.app.call_from_thread(then, count)


def _haystack(line: NoticeLine) -> str:
    notice = line.notice
    words = (minute(notice.at), urgency_text(notice.urgency), notice.title, notice.text, notice.kind)
    return " ".join([*words, notice.recipient or "", line.sent or ""]).lower()
