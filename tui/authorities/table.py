"""The CA groups as table lines: each group, followed by its CAs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...store.authorities.ca_groups import GroupSummary
from ...store.authorities.groups import GroupState
from ...store.inventory.expiry import ExpiryRule
from ...store.inventory.status import days_until, status_within
from ...store.model.authority import Authority, AuthorityRole
from ...store.printable import printable
from ...store.views.certificate import STATUS_SYMBOLS
from ...store.words import day
from ..components.group_marks import GroupMark
from ..components.stacked_bar import TRACK, share_out
from ..components.text_styles import STATUS_TONES, Tone
from ..lists.columns import Column
from ..shell.keys.keys import keyed

BAR = 11

ROLES = {AuthorityRole.ROOT: "Root CA", AuthorityRole.DEVICE: "Device CA", AuthorityRole.SERVER: "Server CA"}

GROUP_SYMBOLS = {
    GroupState.REQUESTED: "○",
    GroupState.ISSUING: "●",
    GroupState.READY: "◇",
    GroupState.EXPIRED: "×",
}
GROUP_TONES = {
    GroupState.REQUESTED: Tone.PENDING,
    GroupState.ISSUING: Tone.VALID,
    GroupState.READY: Tone.DIM,
    GroupState.EXPIRED: Tone.EXPIRED,
}


@dataclass(slots=True, frozen=True)
class AuthorityLine:
    """A group if ``authority`` is None, otherwise one of its CAs. ``bar`` and ``devices`` are the group's."""

    id: int
    summary: GroupSummary
    authority: Authority | None
    mark: GroupMark
    name: str
    state: str
    tone: Tone
    until: str
    days: int
    devices: str
    bar: str
    owner: str

    @property
    def subject(self) -> Authority:
        """The CA that the line shows; for a group its device CA, which issues the device certificates."""
        return self.authority or self.summary.of(AuthorityRole.DEVICE)


def line_id(group_id: int) -> int:
    """The id of a group's line; its CAs have the ids after it."""
    return group_id * 10


def owned(group_id: int) -> str:
    """A group as a record that somebody answers for."""
    return f"authority-group:{group_id}"


def lines_of(
    summaries: Sequence[GroupSummary],
    marks: dict[str, GroupMark],
    total: int,
    now: datetime,
    rule: ExpiryRule,
    owners: Mapping[str, str],
) -> list[AuthorityLine]:
    """The lines of these groups. ``total`` devices fill a whole bar; ``rule`` is the expiry rule for CAs; ``owners``
    are the groups' (``authority-group:2``)."""
    lines: list[AuthorityLine] = []
    for summary in summaries:
        group, mark = summary.group, marks[summary.group.name]
        ca = summary.of(AuthorityRole.DEVICE)
        filled = share_out([summary.devices], max(total, 1), BAR)[0]
        lines.append(
            AuthorityLine(
                id=line_id(group.id),
                summary=summary,
                authority=None,
                mark=mark,
                name=printable(group.name),
                state=f"{GROUP_SYMBOLS[summary.state]} {summary.state}",
                tone=GROUP_TONES[summary.state],
                until=day(ca.not_after),
                days=days_until(ca.not_after, now),
                devices=f"{summary.devices:,}",
                bar=mark.fill * filled + TRACK * (BAR - filled),
                owner=printable(owners.get(owned(group.id), "")),
            )
        )
        for number, authority in enumerate(sorted(summary.authorities, key=lambda one: list(ROLES).index(one.role))):
            status = status_within(authority.not_before, authority.not_after, now, rule)
            branch = "└─" if number == len(summary.authorities) - 1 else "├─"
            lines.append(
                AuthorityLine(
                    id=line_id(group.id) + 1 + number,
                    summary=summary,
                    authority=authority,
                    mark=mark,
                    name=f"{branch} {ROLES[authority.role]}",
                    state=f"{STATUS_SYMBOLS[status]} {status}",
                    tone=STATUS_TONES[status],
                    until=day(authority.not_after),
                    days=days_until(authority.not_after, now),
                    devices="",
                    bar="",
                    owner="",
                )
            )
    return lines


def _name_tone(line: AuthorityLine) -> Tone | None:
    return Tone.STRONG if line.authority is None else None


COLUMNS = (
    Column[AuthorityLine]("name", "CA group", lambda line: line.name, None, _name_tone, width=15, grow=1, told_in=24),
    Column[AuthorityLine]("state", "State", lambda line: line.state, tone=lambda line: line.tone, width=11),
    Column[AuthorityLine]("until", "Valid until", lambda line: line.until, width=11),
    Column[AuthorityLine]("days", "Days", lambda line: f"{line.days:,}", width=6, right=True, keep=1),
    Column[AuthorityLine]("devices", "Devices", lambda line: line.devices, width=7, right=True),
    Column[AuthorityLine]("share", "", lambda line: line.bar, tone=lambda line: line.mark.tone, width=BAR, keep=2),
    Column[AuthorityLine]("owner", "Owner", lambda line: line.owner, width=18, grow=1, keep=3),
)


def ready_in(ready_at: datetime, now: datetime) -> str:
    """``in 23 h``, ``in 40 min``, ``in 3 days``."""
    left = max(timedelta(0), ready_at - now)
    minutes = -(-int(left.total_seconds()) // 60)
    if minutes < 120:
        return f"in {minutes} min"
    hours = -(-minutes // 60)
    return f"in {hours} h" if hours < 72 else f"in {hours // 24} days"


def headline(summaries: Iterable[GroupSummary], now: datetime) -> list[tuple[str, Tone]]:
    """The group that issues, and any refresh under way."""
    found = list(summaries)
    issuing = next((printable(one.group.name) for one in found if one.state is GroupState.ISSUING), None)
    parts = (
        [(f"New device certificates come from {issuing}.", Tone.STRONG)]
        if issuing
        else [(keyed("No group can issue at the moment. {new} requests a new one."), Tone.EXPIRED)]
    )
    for one in found:
        if one.state is GroupState.REQUESTED:
            when = ready_in(one.group.ready_at, now)
            parts.append((f"  ○ {printable(one.group.name)} is ready {when}.", Tone.PENDING))
    return parts
