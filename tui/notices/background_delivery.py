"""Notices in the background: the number of unread ones, and delivery while the console is open."""

from __future__ import annotations

from ...store.notices.courier_thread import CourierThread
from ...store.workspace import Workspace


class NoticeDelivery:
    """Shared by all screens. ``unread`` counts the notices that the user of this console has not read."""

    def __init__(self, workspace: Workspace, *, deliver: bool) -> None:
        self._workspace = workspace
        self._courier = CourierThread(workspace.courier) if deliver else None
        self.unread = 0
        self.count()

    @property
    def trouble(self) -> str | None:
        """Why nothing can be delivered at the moment, if the cause is not a server."""
        return None if self._courier is None else self._courier.last_trouble

    def start(self) -> None:
        """Start delivering in the background."""
        if self._courier is not None:
            self._courier.start()

    def take(self) -> None:
        """New notices arrived, or somebody read some."""
        self.count()
        self.nudge()

    def count(self) -> None:
        """Count the unread notices."""
        self.unread = self._workspace.notices.unread(self._workspace.actor.user)

    def nudge(self) -> None:
        """Deliver due notices now."""
        if self._courier is not None:
            self._courier.nudge()

    def close(self) -> None:
        """Stop within about a second, whatever a server does."""
        if self._courier is not None:
            self._courier.close()
