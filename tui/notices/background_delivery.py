"""The notices beside the screens: how many are unread, and their delivery while the console is open."""

from __future__ import annotations

from ...store.notices.courier_thread import CourierThread
from ...store.workspace import Workspace


class NoticeDelivery:
    """One for all screens. ``unread`` is how many notices the user of this console has not read."""

    def __init__(self, workspace: Workspace, *, deliver: bool) -> None:
        self._workspace = workspace
        self._courier = CourierThread(workspace.courier) if deliver else None
        self.unread = 0
        self.count()

    @property
    def trouble(self) -> str | None:
        """Why nothing can be delivered at the moment, where that is no server's fault."""
        return None if self._courier is None else self._courier.last_trouble

    def start(self) -> None:
        """Deliver from now on, beside the screen."""
        if self._courier is not None:
            self._courier.start()

    def take(self) -> None:
        """Notices came in, or somebody read some."""
        self.count()
        self.nudge()

    def count(self) -> None:
        """Count what is unread."""
        self.unread = self._workspace.notices.unread(self._workspace.actor.user)

    def nudge(self) -> None:
        """Deliver what is due now."""
        if self._courier is not None:
            self._courier.nudge()

    def close(self) -> None:
        """End within about a second, whatever a server does."""
        if self._courier is not None:
            self._courier.close()
