"""The list of notices: a list table that leaves g to the screen, which goes to the subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType

from ...store.model.notice import DeliveryState, Notice
from ...store.printable import printable
from ...store.words import minute
from ..components.text_styles import Tone
from ..lists.columns import Column
from ..lists.list_keys import list_keys
from ..lists.list_table import ListTable
from .details import STATE_TONES, URGENCY_TONES, urgency_text

UNREAD = "●"
_URGENCIES = list(URGENCY_TONES)
SENT = {DeliveryState.WAITING: "…", DeliveryState.FAILED: "×"}


@dataclass(frozen=True)
class NoticeLine:
    """A notice as one user sees it; ``sent`` is the state of its delivery until it has arrived."""

    notice: Notice
    unread: bool
    sent: DeliveryState | None = None

    @property
    def id(self) -> int:
        """The notice's id."""
        return self.notice.id


_COLUMNS = (
    Column[NoticeLine](
        "unread",
        "",
        lambda line: UNREAD if line.unread else "",
        lambda line: (line.unread, line.id),
        lambda line: Tone.ACCENT,
        1,
    ),
    Column[NoticeLine](
        "sent",
        "",
        lambda line: "" if line.sent is None else SENT.get(line.sent, ""),
        None,
        lambda line: None if line.sent is None else STATE_TONES[line.sent],
        1,
    ),
    Column[NoticeLine](
        "urgency",
        "Urgency",
        lambda line: urgency_text(line.notice.urgency),
        lambda line: (_URGENCIES.index(line.notice.urgency), line.id),
        lambda line: URGENCY_TONES[line.notice.urgency],
        9,
    ),
    Column[NoticeLine](
        "at",
        "Time (UTC)",
        lambda line: minute(line.notice.at)[5:],
        lambda line: (line.notice.at, _URGENCIES.index(line.notice.urgency), line.id),
        lambda line: Tone.DIM,
        11,
        keep=1,
    ),
    Column[NoticeLine](
        "title",
        "Notice",
        lambda line: printable(line.notice.title),
        None,
        lambda line: Tone.STRONG if line.unread else None,
        43,
        grow=1,
    ),
)


class NoticeTable(ListTable[NoticeLine], inherit_bindings=False):
    """Newest first, and of the same minute the most urgent, unless sorted by another column. Read notices are dim."""

    BINDINGS: ClassVar[list[BindingType]] = list_keys("Read", tooltip="Read it")

    def __init__(self, *, id: str) -> None:
        super().__init__(
            _COLUMNS,
            sort="at",
            reverse=True,
            row_tone=lambda line: None if line.unread else Tone.DIM,
            empty="No notice yet.",
            id=id,
        )
