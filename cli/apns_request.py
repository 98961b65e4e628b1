"""``certfleet apns request`` and ``sign``."""

from __future__ import annotations

from pathlib import Path

import click

from ..store.certificates.files import read_input
from .apns_choice import need_options, request_as_json
from .frame.answer import emit, say
from .frame.output_file import Handout, handout_options
from .frame.parameters import FILE, ID, TEXT
from .frame.session import Session, pass_session


@click.command()
@click.option("--email", type=TEXT, help="An e-mail address for its subject.")
@click.option("--country", type=TEXT, metavar="DE", help="A country for its subject, two letters.")
@need_options
@handout_options
@pass_session
def request(session: Session, email: str | None, country: str | None, need: str, handout: Handout) -> None:
    """Make a key, which stays in the vault, and a request for a push certificate; a task waits until its answer is
    here. The vendor signs it (sign) before it is uploaded; Secure Mail's is uploaded as it is."""
    handout.check(session)
    with session.open(create=True) as workspace:
        made = workspace.apns.request(need, email=email, country=country)
        pem = workspace.requests.pem(made.id)
    handout.write(session, pem)
    if session.json:
        emit({"request": {**request_as_json(made), "pem": pem.decode("ascii")}, **handout.as_json(pem)})
    else:
        where = "" if handout.out is None else f", written to {handout.out}"
        say(f"request #{made.id} for {made.subject}{where}", err=handout.out is None)


@click.command()
@click.argument("request_id", type=ID, metavar="[REQUEST-ID]", required=False)
@click.option("--csr", type=FILE, help="A request that was made elsewhere, PKCS #10 as PEM or DER.")
@handout_options
@pass_session
def sign(session: Session, request_id: int | None, csr: Path | None, handout: Handout) -> None:
    """Have a request signed by the simulated vendor: the file to upload to the push portal. `certificate requests`
    lists those that were made here."""
    if (request_id is None) == (csr is None):
        raise click.UsageError("Name a request's id, or a file with --csr.")
    data = None if csr is None else read_input(csr)
    handout.check(session)
    with session.open() as workspace:
        if data is not None:
            signed = workspace.apns.sign_csr(data)
        else:
            assert request_id is not None
            signed = workspace.apns.sign(request_id)
    handout.write(session, signed)
    if session.json:
        emit({"request_id": request_id, **handout.as_json(signed)})
    elif handout.out is not None:
        say(f"signed by the vendor, written to {handout.out}; upload it as your Apple ID")
