"""The notices: an inbox, newest first and read page by page, with the text of the notice under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from ...store.errors import Refusal
from ...store.filters import Filter
from ...store.model.notice import DeliveryState, Notice
from ...store.notices.acknowledging import is_acknowledged
from ...store.persistence.database import Changes
from ...store.printable import printable
from ...store.words import minute, plural
from ..components.text_styles import Tone
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..lists.details_pane import Details, DetailsPane
from ..lists.list_page import BACK, BESIDE, FILTER, NO_MATCH, ListPage, words_filter
from ..lists.newest_first import NewestFirst
from ..shell.keys.hints import hint_of
from ..shell.keys.keys import bound, keyed
from ..shell.repaint_throttle import RepaintThrottle
from .channels_dialog import DeliveryDialog
from .details import notice_body, notice_title, urgency_text
from .details_dialog import GO, details_dialog
from .links import about_text, go_to
from .table import NoticeLine, NoticeTable

PAGE = 500
ALL = 1_000_000

_ALL_READ = "Nothing unread. {choose-filter} shows all."


class NoticesPage(ListPage[NoticeLine]):
    """Each user has their own read marks. While only unread notices are shown, a notice that is read stays until the
    list is rebuilt."""

    page = "notices"
    no_records = "No notice yet."
    filter_hint = "{filter} filters: words, all of them in a notice"
    details_area = "#notice"
    HORIZONTAL_BREAKPOINTS = BESIDE
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("mark-read", "turn", "Read", tooltip="Mark as read, or unread"),
        bound("mark-all-read", "all_read", "All read", tooltip="Mark all as read"),
        bound("acknowledge", "acknowledge", "Deal with it", tooltip="Acknowledge it, or no longer"),
        bound("choose-filter", "unread", "Unread", tooltip="Only unread, or all"),
        bound("follow", "go", "Go there", tooltip="Go to what it is about"),
        FILTER,
        bound("settings", "deliveries", "Delivery", tooltip="Mail and webhook"),
        bound("again", "retry", "Try again", tooltip="Try to deliver it again"),
        BACK,
        bound("select-all", "mark_all", "Select all shown", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._notices = NewestFirst[Notice](self._read, PAGE)
        self._unread_only = False
        self._changed: set[int] | None = None  # notices to read anew; None for all
        self._throttle = RepaintThrottle(self, self._catch_up, rest=0.3)

    def compose_page(self) -> ComposeResult:
        filter_line, table = self.compose_list()
        yield filter_line
        with Horizontal(id="notices"):
            yield table
            yield DetailsPane(id="notice")

    def make_table(self) -> NoticeTable:
        return NoticeTable(id="table")

    def parse(self, text: str) -> Filter[NoticeLine]:
        return words_filter(text, _haystack)

    @property
    def user(self) -> str:
        """The owner of the inbox."""
        return self.workspace.actor.user

    # Following the feed

    def show_state(self, changes: Changes | None) -> None:
        if changes is None:
            self._changed = None
            self._throttle.now()
        elif changes.touches("notices", "deliveries", "settings"):
            if self._changed is not None:
                self._changed |= changes.tables.get("notices", set())
            self._throttle()
        else:
            self.show_amount()

    def _catch_up(self) -> None:
        changed, self._changed = self._changed, None  # all are read anew if this fails, as while a server is away
        if changed is None or not self._notices.records or len(changed) > PAGE:
            self._notices.reload()
        elif changed:
            try:
                self._take(changed)
            except Refusal:  # one is gone: somebody went back to an earlier moment
                self._notices.reload()
        self._show()
        self._changed = set()

    def _read(self, count: int, before: int | None) -> list[Notice]:
        return self.workspace.notices.list(count, before=before, unread_by=self.user if self._unread_only else None)

    def _take(self, changed: Collection[int]) -> None:
        """Read some notices anew. Notices older than the last one read are left for later."""
        known = self._notices.records
        fresh = {id: self.workspace.notices.get(id) for id in changed if id >= known[-1].id}
        come = [fresh[id] for id in sorted(fresh, reverse=True) if id > known[0].id]
        if self._unread_only:
            come = [notice for notice in come if self.user not in notice.read_by]
        self._notices.records = [*come, *(fresh.get(notice.id, notice) for notice in known)]

    # Contents

    def _show(self) -> None:
        outbox, user = self.workspace.outbox, self.user
        missing = {delivery.notice_id: DeliveryState.WAITING for delivery in outbox.pending()}
        missing |= {delivery.notice_id: DeliveryState.FAILED for delivery in outbox.failed()}
        known = {line.id: line for line in self.table.rows}
        lines: list[NoticeLine] = []
        for notice in self._notices.records:
            line = NoticeLine(notice, user not in notice.read_by, missing.get(notice.id))
            lines.append(known[line.id] if known.get(line.id) == line else line)
        self.show_records(lines)

    def why_empty(self) -> str:
        return keyed(NO_MATCH) if self.filter_text else keyed(_ALL_READ) if self._unread_only else self.no_records

    def remarks(self) -> Iterable[tuple[str, Tone]]:
        if (trouble := self.console.notice_delivery.trouble) is not None:
            yield f"not delivered: {printable(trouble)}", Tone.EXPIRING
        if failed := self.workspace.outbox.counts().failed:
            yield f"× {failed:,} not delivered", Tone.EXPIRED
        unread = self.console.notice_delivery.unread
        yield f"{unread:,} unread", Tone.STRONG if unread else Tone.DIM

    def amount(self) -> str:
        shown, loaded = len(self.table.rows), self.total
        count = f"{shown:,} of " if shown != loaded else ""
        count += f"{loaded:,} shown" if self._unread_only else plural(loaded, "notice")
        return count + ("" if self._notices.complete else ", older ones at the end")

    def show_details(self) -> None:
        line, details = self.table.record, None
        if line is not None:
            deliveries, settings = self.workspace.outbox.list_for(line.id), self.workspace.deliveries.get()
            about = about_text(line.notice, self.console)
            body = notice_body(
                self.app, line.notice, deliveries, settings, about=about, unread=line.unread, now=self.workspace.now()
            )
            details = Details(notice_title(self.app, line.notice), body)
        self.query_one(DetailsPane).show(details)

    def highlighted(self) -> None:
        if self._notices.take_older_near_end(self.table):
            self._show()
        else:
            self.show_details()

    # The filter

    def narrow(self, text: str) -> None:
        super().narrow(text)
        if text.strip() and self._notices.take_older(ALL):
            self._show()

    def action_unread(self) -> None:
        self._unread_only = not self._unread_only
        self._changed, self._notices.records = None, []
        self._throttle.now()

    def action_back(self) -> None:
        if self._unread_only and self.table.has_focus and not self.table.marked and not self.filter_text:
            self.action_unread()
        else:
            super().action_back()

    # Actions

    def opened(self, record: NoticeLine) -> None:
        if record.unread:
            self._do(lambda: self.workspace.notices.mark_read([record.id], self.user))
        self.console.ask(details_dialog(self.app, record.notice), lambda wish: self._wished(record.notice, wish))

    def _wished(self, notice: Notice, wish: str) -> None:
        if wish == GO:
            go_to(notice, self.console)
        else:
            self._retry([notice.id])

    def _shown_targets(self) -> list[NoticeLine]:
        shown = {line.id for line in self.table.rows}
        return [line for line in self.targets() if line.id in shown]

    def action_go(self) -> None:
        if (line := self.table.record) is not None:
            go_to(line.notice, self.console)

    def action_turn(self) -> None:
        lines, notices = self._shown_targets(), self.workspace.notices
        ids, unread = [line.id for line in lines], [line.id for line in lines if line.unread]
        self.unmark()
        if unread:
            self._do(lambda: notices.mark_read(unread, self.user))
        elif ids:
            self._do(lambda: notices.mark_unread(ids, self.user))

    def action_acknowledge(self) -> None:
        lines, use = self._shown_targets(), self.workspace.acknowledgements
        now = self.workspace.now()
        mine = [line.id for line in lines if is_acknowledged(line.notice, now)]
        others = [line.id for line in lines if line.id not in mine]
        self.unmark()
        if others:
            self._do(lambda: len(use.acknowledge(others)), self._acknowledged)
        elif mine:
            self._do(lambda: len(use.withdraw(mine)), self._withdrawn)

    def _acknowledged(self, count: int) -> None:
        self.console.note(f"{plural(count, 'notice')} acknowledged: for a week nobody else is told.")

    def _withdrawn(self, count: int) -> None:
        self.console.note(f"{plural(count, 'acknowledgement')} taken back." if count else "A drill stays answered.")

    def action_all_read(self) -> None:
        self._do(lambda: self.workspace.notices.mark_all_read(self.user), self._told_all_read)

    def _told_all_read(self, count: int) -> None:
        self.console.note(f"{plural(count, 'notice')} marked as read." if count else "All were read.")
        if self._unread_only:
            self._changed = None
            self._throttle.now()

    def action_deliveries(self) -> None:
        self.app.push_screen(DeliveryDialog(), lambda _: self.console.notice_delivery.nudge())

    def action_retry(self) -> None:
        ids = [line.id for line in self._shown_targets()]
        self.unmark()
        self._retry(ids)

    def _retry(self, ids: list[int]) -> None:
        if len(ids) == 1 and self.workspace.outbox.states(ids).get(ids[0]) is DeliveryState.DELIVERED:
            self._send_once_more(ids[0], self.workspace.notices.get(ids[0]).title)
        else:
            self._do(lambda: self._try_again(ids), self._retried)

    def _try_again(self, ids: list[int]) -> int:
        """Send what has not arrived; of several notices, those that have are left out."""
        outbox = self.workspace.outbox
        if len(ids) == 1:
            return len(outbox.retry(ids[0]))
        with self.workspace.database.transaction():
            states = outbox.states(ids)
            missing = [id for id in ids if states.get(id) is not DeliveryState.DELIVERED]
            return sum(len(outbox.retry(id)) for id in missing)

    def _retried(self, count: int) -> None:
        self.console.notice_delivery.nudge()
        if count:
            said = "The delivery is tried again." if count == 1 else f"{count:,} deliveries are tried again."
            self.console.note(said)
        else:
            self.console.note("All of them have arrived.")

    def _send_once_more(self, id: int, title: str) -> None:
        """The notice has arrived: ask before it is sent again."""
        said = f"{printable(title)}\n\nIt has arrived. Send it once more, by mail and webhook as they are set up?"
        again = partial(self.workspace.outbox.retry, id, again=True)
        self.console.ask(
            Question[int](
                "Send again", "Send", Note(said), job=lambda: len(again()), command=("notice", "retry", id, "--again")
            ),
            self._retried,
        )

    def _do(self, what: Callable[[], int], then: Callable[[int], object] = lambda count: None) -> None:
        self.do(what, then, self._refused)

    def _refused(self, refusal: Refusal) -> None:
        sentence = f"{refusal.message}. {hint_of(refusal) or ''}"
        self.notify(printable(sentence.strip()), title="Refused", severity="warning", markup=False)


def _haystack(line: NoticeLine) -> str:
    notice = line.notice
    words = (minute(notice.at), urgency_text(notice.urgency), notice.title, notice.text, notice.kind)
    return " ".join([*words, notice.recipient or "", line.sent or ""]).lower()
