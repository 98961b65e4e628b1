"""``certfleet serve``: the REST API."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import click

from ..store.confinement import refuse_confined
from ..store.extras import extra
from .frame.answer import Answer, Aside, Text, print_answer
from .frame.command import command
from .frame.interruption import end_at_once, stop_on_signal
from .frame.parameters import TEXT
from .frame.session import Session

ADD_ACCOUNT = "nobody can log in yet: `certfleet admin add NAME --role administrator`"


@command(examples=["certfleet serve", "certfleet serve --host 0.0.0.0 --port 4443"])
@click.option("--host", type=TEXT, default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=4443, show_default=True, metavar="N", help="0 takes a free one."
)
@click.option("--http", is_flag=True, help="Plain HTTP, on loopback only.")
@click.option("--quiet", is_flag=True, help="No access log on standard error.")
def serve(session: Session, host: str, port: int, http: bool, quiet: bool) -> None:
    """Serve the REST API of the workspace over TLS, until Ctrl-C. To try a script, `certfleet rehearse` serves a branch
    that changes nothing.

    It shows the newest SSL listener certificate of the inventory, from the moment that it is imported. If there is
    none, the server CA issues one, which is added to the inventory with its chain. Clients trust the chain's root.

    `certfleet admin add` adds the accounts that may log in. The OpenAPI pages are at /docs and at
    /api/certfleet/v1/docs. Consoles and the simulator can use the same workspace meanwhile. To log in with curl, with
    {"login": "ann", "password": "..."} in login.json:

    \b
    certfleet authority export default --role root --output root.pem
    curl --cacert root.pem --json @login.json \\
      https://127.0.0.1:4443/xenmobile/api/v1/authentication/login
    curl --cacert root.pem -H 'auth_token: TOKEN' \\
      https://127.0.0.1:4443/xenmobile/api/v1/certificates
    """
    refuse_confined("serving")
    with extra("serve", "the REST server"):
        from ..api.server.serving import serve as run

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name in ("certfleet.api", *(() if quiet else ("certfleet.access",))):
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.INFO)

    workspace = session.open()
    if workspace.vault.protection == "passphrase":
        workspace.vault.unlock()
    note: Text = () if workspace.accounts.list() else Aside(ADD_ACCOUNT)

    def ready(address: str, added: Sequence[str]) -> None:
        said = [f"serving {address}/xenmobile/api/v1 (Ctrl-C stops)", note]
        if added:
            said.append(Aside(f"added to the inventory for the SSL listener: {', '.join(added)}"))
        print_answer(Answer({"address": address, "added": added}, said), as_json=session.json)

    with stop_on_signal():  # however it is stopped, the server has done its task
        if not run(workspace, host=host, port=port, http=http, ready=ready):
            end_at_once()
