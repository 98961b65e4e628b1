"""Waiting until the console has nothing left to do, without sleeping, whatever else the machine is doing.

Textual's pilot watches the CPU time of the process instead: that takes 40 ms and more per key, and ends too early on a
busy machine. This module looks at the pending work: messages in queues, callbacks, repaints, and running threads.
"""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from textual._context import active_app
from textual.app import App
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.timer import Timer

from certfleet.tui.shell.repaint_throttle import AGAIN, Throttle
from certfleet.tui.terminal.typed_ahead import TypedAhead

from ..asking import is_asking
from ..waiting import LONG

CALM = 3  # turns of the event loop with nothing to do
AT_ONCE = 50  # turns at most in which the event loop alone is asked: a task that waits in turns is always there
STUCK = 20  # milliseconds in which what is being handled doesn't go on: it waits for something else
A_KEY_WAITS = 15.0  # seconds at most, on a busy machine: who waits for more asks for what they want to see
THREADS = Path("/proc/self/task")
SOON = 2.0  # seconds: a timer that is due earlier changes the picture


async def quiet(app: App[None], longest: float = A_KEY_WAITS) -> None:
    """Until every message is handled, all changes are painted, and no thread computes."""
    end, calm, stuck, at_once, before = time.monotonic() + longest, 0, 0, 0, None
    ready = getattr(asyncio.get_running_loop(), "_ready", ())
    while calm < CALM and stuck < STUCK and time.monotonic() < end:
        await asyncio.sleep(0)
        if ready and at_once < AT_ONCE:  # somebody goes on in this turn or the next: no need to know who
            calm, at_once = 0, at_once + 1
            continue
        at_once = 0
        busy = _busy(app)
        if busy and busy != before:
            calm = stuck = 0
        elif busy:
            calm, stuck = 0, 0 if _computing() else stuck + 1
            await asyncio.sleep(0.001)
        elif _paint(app):
            calm = stuck = 0
        elif _computing():
            calm = stuck = 0
            await asyncio.sleep(0.001)
        elif _trying_again(app) or (isinstance(app, TypedAhead) and app.has_keys_ahead):
            calm = stuck = 0
            await asyncio.sleep(0.005)
        else:
            calm += 1
        before = busy


async def settled(pilot: Pilot[None], longest: float = LONG) -> None:
    """Until a picture can be taken: all is quiet, the work of threads is done, and no timer changes it soon."""
    end = time.monotonic() + longest
    while True:
        await quiet(pilot.app, longest)
        waiting = _at_work(pilot.app) + _due(pilot.app)
        if not waiting:
            return
        assert time.monotonic() < end, f"still waiting after {longest} s for {waiting}"
        await asyncio.sleep(0.005)


async def quiet_instead_of_idle(min_sleep: float = 0, max_sleep: float = A_KEY_WAITS) -> None:
    """In place of Textual's ``wait_for_idle``."""
    await quiet(active_app.get(), max_sleep)


def _paint(app: App[None]) -> bool:
    """Do at once what the timers of the screens, those behind a dialog too, would do within a sixtieth of a second.
    Whether there was anything."""
    if not (app.is_running and app.screen_stack):
        return False
    waiting = [screen for screen in app._background_screens if _is_behind(screen)]
    if app.screen._repaint_required or _is_behind(app.screen):
        waiting.append(app.screen)
    for screen in waiting:
        screen._on_timer_update()
    return bool(waiting)


def _is_behind(screen: Screen[Any]) -> bool:
    return bool(screen._layout_required or screen._dirty_widgets or screen._callbacks)


def _busy(app: App[None]) -> list[tuple[int, int]]:
    """Whoever has messages to handle, or handles one, and how many."""
    return [(id(pump), left) for pump in _pumps(app) if (left := _left_to_do(pump))]


def _left_to_do(pump: MessagePump) -> int:
    if not pump._running or pump._closing or pump._closed:
        return 0
    waits_for_the_next = bool(pump._message_queue.ready_event._waiters)
    return pump._message_queue.qsize() + len(pump._next_callbacks) + (not waits_for_the_next)


def _pumps(app: App[None]) -> list[MessagePump]:
    return [app, *app._registry]


def _at_work(app: App[None]) -> list[str]:
    """What goes on in threads for the console."""
    return [str(worker) for worker in app.workers if worker._thread_worker and not worker.is_finished]


def _due(app: App[None]) -> list[Timer]:
    """Timers that do something once, and soon."""
    return [timer for pump in _pumps(app) for timer in pump._timers if _is_due(timer, SOON)]


def _trying_again(app: App[None]) -> bool:
    """Whether the page that is shown has found the workspace busy, and waits a moment before it reads: who presses a
    key before there are rows would have chosen none."""
    if not (app.is_running and app.screen_stack):
        return False
    due = (timer._callback for timer in app.screen._timers if _is_due(timer, AGAIN))
    calls = (callback.args[-1] for callback in due if isinstance(callback, partial))  # as Textual wraps them
    return any(isinstance(getattr(call, "__self__", None), Throttle) for call in calls)


def _is_due(timer: Timer, soon: float) -> bool:
    """Whether a timer does something once, and soon."""
    is_waiting = timer._task is not None and not timer._task.done()
    return is_waiting and timer._repeat == 0 and timer._interval <= soon


def _computing() -> bool:
    """Whether a thread other than this one runs, or would if there were a processor for it, or waits for the disk or
    for the server of the database."""
    if threading.active_count() == 1:
        return False
    if is_asking():
        return True
    mine = str(threading.get_native_id())
    return any(_state(thread) in "RD" for thread in THREADS.iterdir() if thread.name != mine)


def _state(thread: Path) -> str:
    try:
        return (thread / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:  # it has just ended
        return "Z"
