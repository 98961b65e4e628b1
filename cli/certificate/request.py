"""``certfleet certificate request`` and ``requests``."""

from __future__ import annotations

import click

from ...store.model.certificate import UseAs
from ...store.model.request import KeySpec, SigningRequest
from ...store.views.certificate import name_text
from ...store.views.request import request_document, request_notes, request_state
from ...store.words import day
from ..frame.answer import Answer, Content
from ..frame.command import command
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import ID, TEXT, choice_option
from ..frame.session import Session
from ..frame.tables import Cell, Listing

USES = [UseAs.SERVER, UseAs.SAML, UseAs.APNS, UseAs.SSL_LISTENER]


@command(
    examples=["certfleet certificate request --subject CN=mdm.example.com --san mdm.example.com --output mdm.csr"],
    changes=True,
)
@click.option("--subject", type=TEXT, required=True, help="RFC 4514: CN=mdm.example.com,O=Example,C=DE")
@click.option(
    "--san", "sans", type=TEXT, multiple=True, help="HOST, DNS:HOST or IP:ADDRESS, repeatable. Default: a server's CN."
)
@choice_option("--key", of=KeySpec, default=KeySpec.RSA_2048, help="The kind of key.")
@choice_option("--use-as", of=USES, default=UseAs.SERVER, help="The certificate's use.")
@click.option("--description", type=TEXT, default="", help="The certificate's description.")
@output_options
def request(
    session: Session,
    subject: str,
    sans: tuple[str, ...],
    key: KeySpec,
    use_as: UseAs,
    description: str,
    output: OutputFile,
) -> Answer:
    """Create a private key, which stays in the vault, and a signing request for it. Import the CA's answer like any
    certificate; it finds its key by itself."""
    output.check()
    workspace = session.open(create=True)
    made = workspace.requests.create(subject=subject, sans=sans, key=key, use_as=use_as, description=description)
    pem = workspace.requests.pem(made.id)
    where = f", written to {output.path}" if output.path else ""
    notes = [f"note: {note}" for note in request_notes(made)]
    answer = output.answer({}, pem, [f"request #{made.id} for {name_text(made.subject)}{where}", *notes], aside=True)
    document = request_document(made, pem)
    return Answer({"request": document, "file": output.path and str(output.path)}, answer.text)


@command(
    examples=["certfleet certificate requests", "certfleet certificate requests --pem 2"],
    changes=True,
    lists="requests",
)
@click.option("--pem", "pem_id", type=ID, metavar="ID", help="Print this request.")
@click.option("--cancel", "cancel_id", type=ID, metavar="ID", help="Cancel this request, and delete its key.")
def requests(session: Session, pem_id: int | None, cancel_id: int | None) -> Answer:
    """List the signing requests: open ones, and answered ones."""
    if pem_id is not None and cancel_id is not None:
        raise click.UsageError("--pem and --cancel exclude each other.")
    store = session.open().requests
    if cancel_id is not None:
        cancelled = store.cancel(cancel_id)
        said = f"cancelled request #{cancel_id} for {name_text(cancelled.subject)}; its key is deleted"
        return Answer({"cancelled": [cancelled]}, said)
    if pem_id is not None:
        pem = store.pem(pem_id)
        return Answer({"request": request_document(store.get(pem_id), pem)}, Content(pem))
    found = store.list()
    return Answer(
        {"requests": found},
        Listing(
            (_row(made) for made in found),
            right=("ID",),
            least={"SUBJECT": 20, "DESCRIPTION": 16},
            none="there are no signing requests",
        ),
    )


def _row(made: SigningRequest) -> dict[str, str | Cell]:
    return {
        "ID": str(made.id),
        "SUBJECT": name_text(made.subject),
        "KEY": made.key_algorithm,
        "USE AS": made.use_as.value,
        "CREATED": day(made.created_at),
        "STATE": request_state(made),
        "DESCRIPTION": made.description,
    }
