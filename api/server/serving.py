"""Running the server: TLS by the workspace's SSL listener certificate, or plain HTTP on loopback; a graceful stop."""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ...store.backups.daily_thread import DailyBackups
from ...store.errors import Refusal
from ...store.model.account import Role
from ...store.model.audit import Actor
from ...store.notices.courier_thread import CourierThread
from ...store.second_handle import second_handle
from ...store.workspace import Workspace
from .application import create_application, served
from .http_server import HttpServer
from .limits import Limits, limits_of_process
from .listener import Listener
from .memory import give_back
from .threads import WORKERS, all_ended

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
    if http and not is_loopback(host):
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


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _reading(workspace: Workspace) -> Iterator[Workspace]:
    """The handle for readers."""
    second = second_handle(workspace)
    try:
        yield second
    finally:
        if second is not workspace and not WORKERS.is_busy:  # a thread may be in it
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
    try:
        server.run()
    finally:
        ending.set()
        courier.close()
        backups.close()
        for thread in beside:
            thread.join(timeout=2)
    if all_ended(LAST_WAIT):
        return True
    LOG.warning("a request was still at work: what it has not committed is undone")
    return False


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; refuses with ``address-in-use`` or ``address-unusable``."""
    name = host.strip("[]")
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(2048)
    except (OverflowError, UnicodeError) as error:
        raise Refusal("address-unusable", f"{host}:{port} can't be used: it is no address") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal("address-in-use", f"{host}:{port} is in use", "Name another --port.") from error
        raise Refusal("address-unusable", f"{host}:{port} can't be used: {error.strerror or error}") from error
    return sock


def shown(sock: socket.socket) -> str:
    """The address that a socket listens on, as in a URL."""
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


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
