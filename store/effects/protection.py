"""A protected workspace: nothing is stopped or stranded in it unless the acting person says its name.

The rule stands in every transaction, so no front end can forget it. What happens by itself is free: simulated time,
what is due by the clock, and what a device does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import Refusal
from ..model.audit import SYSTEM, AuditLine
from ..model.site import SITE
from ..persistence.database import Database
from ..printable import printable
from .effects import Effects

_SAID: ContextVar[str] = ContextVar("said_name", default="")
_OF_DEVICES = frozenset({"device.enroll"})


class ProtectedRefusal(Refusal):
    """A change of a protected workspace that stops something, and whose person hasn't said its name."""

    def __init__(self, name: str, what: str, effects: Effects) -> None:
        said = _SAID.get()
        wrong = f", and {printable(said)[:60]!r} is not its name" if said else ""
        super().__init__(
            "workspace-protected",
            f"nothing was changed: the workspace is protected{wrong}, and {what}",
            "Name the workspace before the command, with --workspace-name NAME, if you mean it. `certfleet site "
            "show` has its name.",
        )
        self.name, self.effects = name, effects


@contextmanager
def saying_name(name: str | None) -> Iterator[None]:
    """Inside, in this thread or asyncio task, the acting person has said this name of the workspace."""
    token = _SAID.set((name or "").strip())
    try:
        yield
    finally:
        _SAID.reset(token)


def must_be_named(name: str, what: str) -> None:
    """Refuse with ``workspace-protected`` what is no transaction, unless the name was said; ``name`` is empty for a
    workspace that isn't protected."""
    if not _is_said(name):
        raise ProtectedRefusal(name, what, Effects())


class Protection:
    """The name that has to be said in a workspace. One in memory needs none: nothing done there is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._settings = database.table("settings")

    @property
    def name(self) -> str:
        """The name; empty if the workspace isn't protected."""
        if not self._database.engine.is_durable:
            return ""
        document = self._settings.get(doc_id=SITE)
        return "" if document is None else str(document.get("protected_name", ""))

    @property
    def asks(self) -> bool:
        """Whether the workspace is protected, and the acting person hasn't said its name."""
        return not _is_said(self.name)

    def check(self, name: str, effects: Effects, lines: Iterable[AuditLine]) -> None:
        """Refuse a change that has these effects and left these audit lines, in a workspace that was protected by
        ``name`` before it, unless the name was said. Refuses with ``workspace-protected``.
        """
        if _is_said(name):
            return
        if self.name != name:
            raise ProtectedRefusal(name, "this would end or rename its protection", effects)
        acts = (line.action for line in lines if line.user != SYSTEM.user)
        if effects.is_harmful and any(action not in _OF_DEVICES for action in acts):
            raise ProtectedRefusal(name, "this would stop something or strand devices", effects)


def _is_said(name: str) -> bool:
    return not name or _SAID.get() == name
