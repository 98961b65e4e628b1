"""``certfleet serve``."""

from __future__ import annotations

import logging

import click

from ..store.extras import extra
from .frame.answer import emit, say
from .frame.interruption import stopping
from .frame.session import Session, pass_session


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=4443, show_default=True, help="0 takes a free one.")
@click.option("--http", is_flag=True, help="Plain HTTP, on loopback only.")
@click.option("--quiet", is_flag=True, help="No access log on standard error.")
@pass_session
def serve(session: Session, host: str, port: int, http: bool, quiet: bool) -> None:
    """Serve the REST API of the workspace, over TLS by its SSL listener certificate, until Ctrl-C.

    Accounts are made by `certfleet admin add`. The OpenAPI page is at /docs. It runs beside consoles and the simulator
    on the same workspace.
    """
    with extra("serve", "the REST server"):
        from ..api.server.serving import serve as run

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name in ("certfleet.api", *(() if quiet else ("certfleet.access",))):
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.INFO)

    with session.open() as workspace:
        if workspace.vault.protection == "passphrase":
            workspace.vault.unlock()
        nobody = not workspace.accounts.list()

        def ready(address: str) -> None:
            if session.json:
                emit({"address": address})
            else:
                say(f"serving {address}/xenmobile/api/v1 (Ctrl-C stops)")
                if nobody:
                    say("nobody can log in yet: `certfleet admin add NAME --role administrator`", err=True)

        with stopping(attached=False):  # whoever stops the server, it has done what it was asked to
            run(workspace, host=host, port=port, http=http, ready=ready)
