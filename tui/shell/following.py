"""How the console follows its workspace: what anybody changes, what the passing of time changes, and a large fleet that
is still being read."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import Any, Protocol, runtime_checkable

from textual import work
from textual.app import App

from ...store.errors import Refusal
from ...store.persistence.database import Changes
from ...store.words import minute
from .console_app import console_of
from .error_boundary import report

POLL_SECONDS = 0.25
READ_SECONDS = 0.004
RETRY_SECONDS = 1.0  # until all is shown again after that has failed: it costs more than asking for changes
NOTHING = Changes({})  # only time has passed


@runtime_checkable
class FollowingScreen(Protocol):
    """A screen that shows what is in the workspace."""

    def follow(self, changes: Changes | None, *, visible: bool) -> None:
        """The workspace changed: None if anything may have, ``NOTHING`` if only time has passed."""


class Following(App[None]):
    """Part of the console's app, for as long as it is open: hours, days, and while a database server restarts."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cannot_read = False
        """Whether the workspace can't be read at the moment, which has been told."""
        self._has_missed = False  # something was read, and not shown
        self._retry_at = 0.0
        self._minute = ""
        self._settles = False  # a thread does what is due by the clock
        self._unsettled = ""  # why that can't be done, as it was told

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(POLL_SECONDS, self.poll_now)
        self.run_worker(self._read_fleet(), group="fleet", exit_on_error=False)

    def poll_now(self) -> None:
        """Show what changed. A timer calls it, and so does code that needs the change at once."""
        if not self.is_running:
            return
        lock = console_of(self).workspace.database.lock
        if not lock.acquire(blocking=False):
            return  # a long action of this console is running; we are called when it ends
        try:
            self._poll()
        finally:
            lock.release()

    def _poll(self) -> None:
        console = console_of(self)
        try:
            self._follow(console.feed.poll())
            if self._has_missed and time.monotonic() >= self._retry_at:
                console.notice_delivery.take()
                self.spread(None)
                self._has_missed = self.cannot_read = False
        except (Refusal, OSError) as error:  # a disk that is full now may have room later, a server be back
            self._has_missed, self._retry_at = True, time.monotonic() + RETRY_SECONDS
            if not self.cannot_read:
                self.cannot_read = True
                self.notify(f"The workspace can't be read at the moment: {error}", severity="error", markup=False)
        except Exception as error:  # noqa: BLE001 - told calmly; the next look may succeed
            report(self, error)

    def _follow(self, changes: Changes | None) -> None:
        console = console_of(self)
        if changes is not None and changes.touches("notices"):
            console.notice_delivery.take()
        if note := console.feed.note():
            console.note(note)
        now = minute(console.workspace.now())
        time_passed = now != self._minute
        self._minute = now
        if time_passed and not console.workspace.is_virtual:  # the simulator does what is due by its clock
            self._begin_settling()
        if (time_passed or changes is not None) and (said := console.scenario.look()):
            console.note(said)
        judged_anew = time_passed or (changes is not None and changes.touches("settings"))
        retimed = judged_anew and console.certificates.retime()
        if retimed and changes is not None:  # each commit moves a virtual clock
            changes = Changes({**changes.tables, "certificates": set(console.certificates.rows)})
        if changes is not None or retimed:
            self.spread(changes)
        elif time_passed:
            self.spread(NOTHING)

    def spread(self, changes: Changes | None) -> None:
        """Have all screens show what changed; None: anything may have. One that fails keeps no other from it."""
        visible = set(self.screen_stack)
        for screen in {screen for stack in self._screen_stacks.values() for screen in stack}:
            if isinstance(screen, FollowingScreen):
                try:
                    screen.follow(changes, visible=screen in visible)
                except (Refusal, OSError):
                    raise
                except Exception as error:  # noqa: BLE001 - told calmly
                    report(self, error)

    # What is due by the clock

    def _begin_settling(self) -> None:
        # Not while it goes on: it may wait for a server, or carry out a plan for longer than a minute.
        if not self._settles:
            self._settles = True
            self._settle()

    @work(thread=True, group="settle", exit_on_error=False)
    def _settle(self) -> None:
        from ..plans.background import go_on_quietly

        workspace = console_of(self).workspace
        try:
            workspace.settle()
            go_on_quietly(workspace)
        except Refusal as refusal:
            self.call_from_thread(self._not_settled, refusal)
        else:
            self._unsettled = ""
        finally:
            self._settles = False

    def _not_settled(self, refusal: Refusal) -> None:
        if not self.cannot_read and refusal.message != self._unsettled:  # it is tried again each minute
            self._unsettled = refusal.message
            console_of(self).trouble(refusal)

    # A large fleet

    async def _read_fleet(self) -> None:
        """Read a large fleet in the background, a little at a time between keystrokes."""
        while self.is_running:
            try:
                await self._read_on()
            except (Refusal, OSError):  # the feed tells that the workspace can't be read
                self._has_missed = True
                await asyncio.sleep(POLL_SECONDS)
            except Exception as error:  # noqa: BLE001 - told calmly
                report(self, error)
                await asyncio.sleep(POLL_SECONDS)

    async def _read_on(self) -> None:
        fleet = console_of(self).fleet
        if fleet.waiting:
            until, read = time.monotonic() + POLL_SECONDS, set[int]()
            try:
                while fleet.waiting and time.monotonic() < until:
                    read |= fleet.read(READ_SECONDS)
                    await asyncio.sleep(READ_SECONDS)
            finally:
                if read:
                    self.spread(Changes({"devices": read}))
            if not fleet.waiting:
                gc.freeze()  # what was read stays
        more = fleet.waiting or fleet.prepare(READ_SECONDS)
        await asyncio.sleep(READ_SECONDS * 4 if more else POLL_SECONDS)
