"""Worries about notices: a channel that fails, an owner who doesn't answer, or one who is nobody any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..components.capabilities import Level
from ..components.needs import NOTICES
from ..model.ownership import OwnershipRecord
from ..model.site import SiteSettings
from ..notices.answerable import BY_SITE, ownerships
from ..notices.channel_states import ChannelStates
from ..notices.channels import NAMES
from ..notices.drills import Drills
from ..notices.people import known_person
from ..use_cases import Context, UseCases
from ..words import argument, day, minute, plural
from .checklist_row import ChecklistRow, Mark


class Worries(UseCases):
    """What may keep notices from the people who answer for something."""

    def __init__(
        self, context: Context, *, site: Callable[[], SiteSettings], channels: ChannelStates, drills: Drills
    ) -> None:
        super().__init__(context)
        self._site = site
        self._channels = channels
        self._drills = drills

    def rows(self) -> tuple[ChecklistRow, ...]:
        """Rows of the checklist, one for each worry."""
        with self._database.moment():
            return tuple(
                ChecklistRow(
                    need=NOTICES,
                    component=None,
                    status=Mark.WORRY,
                    level=Level.FINE,
                    would_stop=(),
                    next_step=step,
                    devices=0,
                    worry=title,
                )
                for title, step in self._found()
            )

    def _found(self) -> Iterator[tuple[str, str]]:
        for state in self._channels.failing():
            yield (
                f"no {NAMES[state.channel]} since {minute(state.since)}",
                f"{state.reason}. Mend it: `certfleet notice {state.channel} test` tries it.",
            )
        for one in self._drills.unanswered(self._clock.now()):
            yield (
                f"{one.person} doesn't answer",
                f"{one.person} was asked on {day(one.asked_at)} whether notices reach them. Find out, and acknowledge "
                f"notice {one.notice_id}, or hand over: `certfleet handover {argument(one.person)} NEW`.",
            )
        for name, count in self._strangers().items():
            yield (
                f"{name} is nobody here",
                f"{name} answers for {plural(count, 'record')}, and is no account, no user of this machine and no mail "
                f"address. Hand over: `certfleet handover {argument(name)} NEW`.",
            )

    def _strangers(self) -> dict[str, int]:
        """The owners and deputies who are nobody, and for how many records."""
        site = self._site()
        default = OwnershipRecord(id=0, record=BY_SITE, owner=site.default_owner, deputy=site.default_deputy)
        found: dict[str, int] = {}
        for one in (*ownerships(self._database).all(), default):
            for name in (one.owner, one.deputy):
                if name and known_person(self._database, name) is None:
                    found[name] = found.get(name, 0) + 1
        return found
