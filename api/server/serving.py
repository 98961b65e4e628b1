"""Running the server: TLS by the workspace's SSL listener certificate, or plain HTTP on loopback; a graceful stop."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ...store.backups.daily_thread import DailyBackups
from ...store.errors import Refusal
from ...store.listening import listen, shown
from ...store.model.account import Role
from ...store.model.audit import SYSTEM, Actor
from ...store.notices.addresses import is_loopback
from ...store.notices.courier_thread import CourierThread
from ...store.second_handle import second_handle
from ...store.watching.watch_thread import WatchThread
from ...store.workspace import Workspace
from .application import create_application, served
from .http_server import HttpServer
from .limits import Limits, limits_of_process
from .listener import Listener
from .memory import give_back
from .threads import RERUNS, WORKERS, all_ended

SETTLE_SECONDS = 20.0
FOLLOW_SECONDS = 0.25
LAST_WAIT = 1.0  # seconds, for the threads of requests that were ended
NOBODY = Actor("certfleet serve", None, Role.VIEWER)

LOG = logging.getLogger("certfleet.api")

Ready = Callable[[str, Sequence[str]], None]


def serve(
    workspace: Workspace,
    *,
    host: str = "127.0.0.1",
    port: int = 4443,
    http: bool = False,
    ready: Ready = lambda address, added: None,
    limits: Limits | None = None,
) -> bool:
    """Serve a workspace until SIGINT or SIGTERM; requests under way are finished first. False if a thread is still at
    work for one that was ended: the process should end at once, which undoes what isn't committed.

    ``ready`` is called with the address (``https://127.0.0.1:4443``) once connections are accepted, and the entries
    that had to be added to the inventory; port 0 picks a free one. From then on the workspace's own actor may do
    nothing, so that all work outside an account's name is refused.
    Refuses with ``http-needs-loopback``, ``address-in-use``, ``address-unusable``, and as ``Listener`` does.
    """
    if http and not is_loopback(host.strip("[]")):
        raise Refusal(
            "http-needs-loopback",
            f"plain HTTP is served on loopback only, and {host} is not",
            "Leave --http out, or --host.",
        )
    sock = listen(host, port)
    try:
        listener = None if http else Listener(workspace, [host])
        before = workspace.actor.own
        with _reading(workspace) as reading:
            workspace.actor.own = reading.actor.own = NOBODY
            try:
                return _run(workspace, reading, sock, listener, ready, limits or limits_of_process())
            finally:
                workspace.actor.own = before
    finally:
        sock.close()


@contextmanager
def _reading(workspace: Workspace) -> Iterator[Workspace]:
    """The handle for readers."""
    second = second_handle(workspace)
    try:
        yield second
    finally:
        if second is not workspace and not (WORKERS.is_busy or RERUNS.is_busy):  # a thread may be in it
            second.close()


def _run(
    workspace: Workspace,
    reading: Workspace,
    sock: socket.socket,
    listener: Listener | None,
    ready: Ready,
    limits: Limits,
) -> bool:
    address = f"{'http' if listener is None else 'https'}://{shown(sock)}"
    context = None if listener is None else lambda: listener.context
    added = () if listener is None else listener.added
    server = HttpServer(
        served(create_application(workspace, reading)), sock, context, limits, lambda: ready(address, added)
    )
    ending = threading.Event()
    beside = [threading.Thread(target=_settle, args=(workspace, listener, ending), daemon=True)]
    if listener is not None:
        beside.append(threading.Thread(target=_follow, args=(listener, ending), daemon=True))
    for thread in beside:
        thread.start()
    courier = CourierThread(workspace.courier).start()
    backups = DailyBackups(workspace.backups, lambda reason: LOG.warning("no backup can be made: %s", reason)).start()
    watch = WatchThread(
        workspace.watching,
        lambda reason: LOG.warning("endpoints can't be watched: %s", reason),
        acting=lambda: workspace.acting_as(SYSTEM),
    ).start()
    try:
        server.run()
    finally:
        ending.set()
        courier.close()
        backups.close()
        watch.close()
        for thread in beside:
            thread.join(timeout=2)
    if all_ended(LAST_WAIT):
        return True
    LOG.warning("a request was still at work: what it has not committed is undone")
    return False


def _settle(workspace: Workspace, listener: Listener | None, ending: threading.Event) -> None:
    """Do what is due by the clock, and switch to the current listener certificate."""
    while not ending.wait(SETTLE_SECONDS):
        give_back()
        try:
            workspace.settle()
            if listener is not None:
                listener.follow()
        except Exception:
            LOG.exception("what is due by the clock could not be done")


def _follow(listener: Listener, ending: threading.Event) -> None:
    """Switch to another listener certificate as soon as it is in the inventory, whichever process has put it there."""
    while not ending.wait(FOLLOW_SECONDS):
        try:
            listener.follow_changes()
        except Refusal as refusal:
            LOG.warning("the SSL listener certificate stays as it was: %s", refusal.message)
        except Exception:
            LOG.exception("the SSL listener certificate could not be looked up")
