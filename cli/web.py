"""``certfleet web``: the console in a browser."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from ..store.confinement import refuse_confined
from ..store.errors import Refusal
from ..store.extras import extra
from ..store.model.audit import Actor
from ..store.notices.addresses import is_loopback
from .frame.answer import Answer, print_answer
from .frame.command import command
from .frame.parameters import TEXT
from .frame.session import PASSPHRASE_FILE, Session

if TYPE_CHECKING:
    from ..store.workspace import Workspace


@command(examples=["certfleet web", "certfleet web --port 0"])
@click.option("--host", type=TEXT, default="127.0.0.1", show_default=True, help="The loopback address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, metavar="N", help="0 takes a free one."
)
def web(session: Session, host: str, port: int) -> None:
    """Serve the console to a browser on this machine, until Ctrl-C.

    Whoever opens the address that is printed can do everything that you can do in the workspace. The key in it is
    drawn anew each time; without it, nobody gets anything, other users of this machine and other web pages included.
    Don't pass the address on.

    Only loopback addresses are served. To use the console from another machine, let SSH carry it:

    \b
    ssh -L 8080:127.0.0.1:8080 HOST
    """
    refuse_confined("serving")
    refuse_other_machines(host)
    with extra("web", "the console in a browser"):
        from ..tui.browser.console_server import ConsoleServer
    from ..store.listening import listen

    path = session.path
    with session.open(create=True) as workspace:  # each console opens it for itself
        if workspace.vault.protection == "passphrase":
            _unlock_without_asking(workspace)
    with listen(host, port) as sock:
        line = [sys.executable, "-m", "certfleet", "--workspace", str(path.absolute())]
        server = ConsoleServer(line, sock, title=f"certfleet · {path.name}")
        who = Actor.current().user
        told = [
            f"the console of {path}, for whoever opens this address on this machine, with all rights of {who}:",
            f"  {server.address}",
            "Ctrl-C stops it and ends all consoles",
        ]
        document = {"address": server.address, "workspace": str(path), "user": who}
        print_answer(Answer(document, told), as_json=session.json)
        sys.stdout.flush()
        server.run()


def _unlock_without_asking(workspace: Workspace) -> None:
    """Try the passphrase, which the consoles can't ask for. Refuses with ``passphrase-needed`` or
    ``wrong-passphrase``."""
    if os.environ.get(PASSPHRASE_FILE, "-") == "-":
        raise Refusal(
            "passphrase-needed",
            "the workspace is protected by a passphrase, which a browser isn't asked for",
            f"Name a file that holds it in {PASSPHRASE_FILE}.",
        )
    workspace.vault.unlock()


def refuse_other_machines(host: str) -> None:
    """Refuse an address that other machines reach, with ``web-needs-loopback``: the key, and all that is typed, would
    go over the network in the clear."""
    if not is_loopback(host.strip("[]")):
        raise Refusal(
            "web-needs-loopback",
            f"the console is not served on {host}: other machines would reach it, and nothing would protect it",
            "Serve on loopback, and let SSH carry it: `ssh -L 8080:127.0.0.1:8080 HOST`.",
        )
