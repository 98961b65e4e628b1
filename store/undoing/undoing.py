"""Undoing a change by the audit trail: what it altered is put back, by the rules and in the name of who undoes it.

An undo is a change of its own, with its own lines in the trail; undoing it does the change again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ..effects.keeping import UNDO, kept_changes
from ..errors import Refusal
from ..model.audit import AuditLine
from ..model.documents import from_document
from ..model.kept_change import KeptChange, KeptRow
from ..moments.moments import Moments
from ..printable import printable
from ..use_cases import Context, UseCases
from ..words import minute
from .command_lines import commands_of
from .putting_back import UseCasesOfUndo, put_back, stands
from .reasons import reason

LOOKED_AT = 500
"""The lines of the audit trail among which somebody's newest change is looked for."""

_NO_CHANGES = (
    "account.",
    "audit.",
    "certificate.export",
    "certificate.reveal",
    "policy.export",
    "workspace.backup",
    "workspace.export",
)
_FOLLOWING = ("component.switch", "task.open")
_LISTED = "`certfleet audit list` shows them."


class Undone(Struct, frozen=True, kw_only=True):
    """An undo: its own line in the audit trail, and the line of the change that it took back."""

    line: AuditLine
    undone: AuditLine


class Undoing(UseCases):
    """Undoing changes of a workspace."""

    def __init__(self, context: Context, use: UseCasesOfUndo, moments: Moments) -> None:
        super().__init__(context)
        self._use = use
        self._moments = moments
        self._kept = kept_changes(self._database)
        self._lines = self._database.table("audit")

    def line(self, id: int) -> AuditLine:
        """A line of the audit trail; refuses with ``audit-line-unknown``."""
        document = self._lines.get(doc_id=id)
        if document is None:
            raise Refusal("audit-line-unknown", f"there is no audit line {id}", _LISTED)
        return from_document(document, AuditLine)

    def last(self) -> AuditLine:
        """The line of the acting person's newest change. Refuses with ``nothing-to-undo``, and as ``undo`` does what
        can't be undone: what came before it isn't meant."""
        line = self.newest()
        if refusal := self.against(line.id):
            raise refusal
        return line

    def newest(self) -> AuditLine:
        """The line of the acting person's newest change, apart from undos and what they have undone, whether or not it
        can be undone. Refuses with ``nothing-to-undo``."""
        kept = self._kept.all()
        for line in self._audit.tail(LOOKED_AT):
            if line.user != self._actor.user or line.action.startswith(_NO_CHANGES):
                continue
            change = next((one for one in kept if one.first_line <= line.id <= one.last_line), None)
            if change is None or not (change.undoes or change.undone_by):
                return self._origin(line) if change is None else self._act(change)
        raise Refusal(
            "nothing-to-undo",
            f"there is no change by {printable(self._actor.user)} to undo",
            "`certfleet undo ID` undoes another one: `certfleet audit list` shows the ids.",
        )

    def against(self, id: int) -> Refusal | None:
        """Why the change of an audit line can't be undone; None if it can. Refuses with ``audit-line-unknown``."""
        line = self.line(id)
        change = self._of(id)
        return self._forbidden([self._origin(line)], line, reason(line)) if change is None else self._against(change)

    def commands_of_last(self, after: int = 0) -> tuple[str, ...] | None:
        """The commands that would do the acting person's newest change again, among the lines of the audit trail after
        ``after``; None if there is none. Empty where nothing that was kept says it."""
        for line in self._audit.tail(LOOKED_AT):
            if line.id <= after:
                break
            if line.user == self._actor.user and not line.action.startswith(_NO_CHANGES):
                change = self._of(line.id)
                return self.commands(line.id if change is None else self._act(change).id)
        return None

    def commands(self, id: int) -> tuple[str, ...]:
        """The commands that would do what an audit line is about; none where too little is known of it. Refuses with
        ``audit-line-unknown``."""
        return commands_of(self.line(id), self._of(id))

    def undo(self, id: int) -> Undone:
        """Undo the change that a line of the audit trail is about, with all that it did.

        Refuses with ``audit-line-unknown``, ``undo-forbidden``, ``undo-overtaken`` (something else has changed the same
        since, or it was undone), and as the use cases do that put it back.
        """
        with self._database.transaction():
            self._audit.permit(UNDO)
            if refusal := self.against(id):
                raise refusal
            change = self._of(id)
            assert change is not None
            act = self._act(change)
            put_back(self._use, change.rows)
            self._audit.record(UNDO, f"audit:{act.id}", f"undone: {act.summary}")
            self._kept.change(change, undone_by=self._lines.highest_id())
            if change.undoes and (first := self._kept.peek(change.undoes)) is not None:
                self._kept.change(first, undone_by=0)
        return Undone(line=self.line(self._undo_of(change.id)), undone=act)

    def _origin(self, line: AuditLine) -> AuditLine:
        """The line of the change that another line follows from."""
        while line.action in _FOLLOWING and line.id > 1:
            line = self.line(line.id - 1)
        return line

    def _undo_of(self, id: int) -> int:
        return self._kept.get(id).undone_by

    def _of(self, line: int) -> KeptChange | None:
        return next((one for one in self._kept.all() if one.first_line <= line <= one.last_line), None)

    def _act(self, change: KeptChange) -> AuditLine:
        """The line that says what was done: that of an undo says so itself."""
        lines = list(self._lines_of(change))
        return next((line for line in lines if line.action == UNDO), lines[0])

    def _lines_of(self, change: KeptChange) -> Iterator[AuditLine]:
        for id in range(change.first_line, change.last_line + 1):
            yield self.line(id)

    def _against(self, change: KeptChange) -> Refusal | None:
        act = self._act(change)
        if change.undone_by:
            return Refusal(
                "undo-overtaken",
                f"audit line {act.id} was undone already, by line {change.undone_by}",
                f"`certfleet undo {change.undone_by}` does it again.",
            )
        if change.forbidden:
            return self._forbidden(list(self._lines_of(change)), act, change.forbidden)
        for row in change.rows:
            if row.table != "certificate_der" and not stands(row, self._database.table(row.table).get(doc_id=row.id)):
                return Refusal("undo-overtaken", self._later(change, act, row), "Change it by hand.")
        return None

    def _later(self, change: KeptChange, act: AuditLine, row: KeptRow) -> str:
        records = {line.record for line in self._lines_of(change)}
        later = [line for record in records for line in self._audit.about(record) if line.id > change.last_line]
        if not later:
            return f"what audit line {act.id} changed has been changed since"
        last = min(later, key=lambda line: line.id)
        return f"audit line {last.id} stands on line {act.id}: {last.summary} ({last.user})"

    def _forbidden(self, lines: Sequence[AuditLine], line: AuditLine, why: str) -> Refusal:
        kept = self._moments.before(lines)
        hint = None
        if kept is not None:
            which = f"the moment that was kept before it, {kept.id} of {minute(kept.at)} UTC"
            hint = f"Go back to {which}: `certfleet moment list`."
        return Refusal("undo-forbidden", f"audit line {line.id} ({line.action}) can't be undone: {why}", hint)
