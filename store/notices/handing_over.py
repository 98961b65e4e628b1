"""Handing over: somebody leaves, and somebody else takes over whatever they answer for."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, convert
from msgspec.structs import replace

from ..errors import Refusal
from ..model.notice import DRILL, Notice, Stage
from ..model.site import SITE, SiteSettings
from ..model.task import Task
from ..persistence.records import RecordTable
from ..printable import printable
from ..use_cases import Context, UseCases
from ..words import plural
from .answerable import addresses_of, ownerships
from .outbox import Outbox
from .people import is_same, person


class Held(Struct, frozen=True, kw_only=True):
    """What a person holds: the records that they are owner or deputy of (``site`` for the default), the open tasks that
    are theirs, the notices that went to them and are not over, and those that they have acknowledged."""

    person: str
    owner_of: tuple[str, ...] = ()
    deputy_of: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()
    notices: tuple[int, ...] = ()
    acknowledged: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether they hold nothing."""
        return not (self.owner_of or self.deputy_of or self.tasks or self.notices or self.acknowledged)


class HandingOver(UseCases):
    """Moves what a leaver holds to somebody else."""

    def __init__(self, context: Context, *, outbox: Outbox) -> None:
        super().__init__(context)
        self._outbox = outbox
        self._ownerships = ownerships(self._database)
        self._settings = self._database.table("settings")
        self._tasks = RecordTable(self._database.table("tasks"), Task)
        self._notices = RecordTable(self._database.table("notices"), Notice)

    def held(self, name: str) -> Held:
        """What a person holds."""
        with self._database.moment():
            owned = self._ownerships.all()
            notices = [one for one in self._notices.all() if one.over_at is None]
            site = self._site()
            return Held(
                person=name,
                owner_of=(
                    *(one.record for one in owned if is_same(one.owner, name)),
                    *(("site",) if is_same(site.default_owner, name) else ()),
                ),
                deputy_of=(
                    *(one.record for one in owned if is_same(one.deputy, name)),
                    *(("site",) if is_same(site.default_deputy, name) else ()),
                ),
                tasks=tuple(one.id for one in self._tasks.all() if _is_theirs(one, name)),
                notices=tuple(one.id for one in notices if is_same(one.owner, name) or is_same(one.deputy, name)),
                acknowledged=tuple(one.id for one in notices if is_same(one.acknowledged_by, name)),
            )

    def hand_over(self, leaver: str, successor: str) -> Held:
        """Move everything; returns what that was. A successor who was the deputy leaves that place empty.

        Refuses with ``person-unknown`` (the successor: the leaver may be gone), ``handover-to-self`` or
        ``nothing-to-hand-over``.
        """
        with self._database.transaction():
            new = person(self._database, successor)
            if not new or is_same(leaver, new):
                raise Refusal(
                    "handover-to-self", f"{printable(leaver)[:60]} would hand over to themselves", "Name another one."
                )
            held = self.held(leaver)
            if held.is_empty:
                raise Refusal("nothing-to-hand-over", f"{printable(leaver)[:60]!r} holds nothing here")
            self._move_roles(leaver, new)
            for task in self._tasks.all(set(held.tasks)):
                self._tasks.change(task, assignee=new)
            for notice in self._notices.all({*held.notices, *held.acknowledged}):
                self._move_notice(notice, leaver, new)
            self._audit.record("owner.handover", "workspace:1", f"{leaver} hands over to {new}: {held_text(held)}")
        return held

    def _site(self) -> SiteSettings:
        document = self._settings.get(doc_id=SITE)
        return SiteSettings() if document is None else convert(dict(document), SiteSettings)

    def _move_roles(self, leaver: str, new: str) -> None:
        for one in self._ownerships.all():
            owner, deputy = _moved(one.owner, one.deputy, leaver, new)
            self._ownerships.write(one, replace(one, owner=owner, deputy=deputy))
        site = self._site()
        owner, deputy = _moved(site.default_owner, site.default_deputy, leaver, new)
        if (owner, deputy) != (site.default_owner, site.default_deputy):
            self._settings.update({"default_owner": owner, "default_deputy": deputy}, doc_ids=[SITE])

    def _move_notice(self, notice: Notice, leaver: str, new: str) -> None:
        owner, deputy = _moved(notice.owner, notice.deputy, leaver, new)
        fields: dict[str, Any] = {"owner": owner, "deputy": deputy}
        if is_same(notice.acknowledged_by, leaver) and notice.kind != DRILL:
            fields["acknowledged_by"] = new
        after = self._notices.change(notice, **fields)
        # The successor hasn't had it yet; a question of a drill was for the leaver.
        asked = notice.owner if notice.stage is Stage.OWNER else notice.deputy if notice.stage is Stage.DEPUTY else ""
        if is_same(asked, leaver) and not notice.acknowledged_by:
            self._outbox.add(after.id, addresses_of(after))


def held_text(held: Held) -> str:
    """``owner of 3 records, 1 open task``."""
    parts = [
        (held.owner_of, "owner of {}", "record"),
        (held.deputy_of, "deputy of {}", "record"),
        (held.tasks, "{}", "open task"),
        (held.notices, "{}", "notice"),
        (held.acknowledged, "{}", "acknowledgement"),
    ]
    return ", ".join(how.format(plural(len(some), word)) for some, how, word in parts if some) or "nothing"


def _moved(owner: str, deputy: str, leaver: str, new: str) -> tuple[str, str]:
    owner = new if is_same(owner, leaver) else owner
    deputy = new if is_same(deputy, leaver) else deputy
    return owner, "" if is_same(owner, deputy) else deputy


def _is_theirs(task: Task, name: str) -> bool:
    return task.done_at is None and is_same(task.assignee or task.opened_by, name)
