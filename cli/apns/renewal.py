"""``certfleet apns renew``, and its steps: request, sign, upload and import."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec.structs import asdict

from ...store.errors import Refusal
from ...store.model.component import Component
from ...store.views.certificate import certificate_document, certificate_standing, certificate_title, name_text
from ...store.views.component import component_document
from ...store.views.push_certificate import push_certificate_document
from ...store.words import moment
from ...store.workspace import Workspace
from ..frame.answer import Answer, Aside, Text
from ..frame.command import command
from ..frame.confirmation import confirm
from ..frame.input_file import read_file
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import FILE, ID, TEXT
from ..frame.session import Session
from .apns import MAIL, apple_id_option, need_options, push_id_argument, push_title

create_option = click.option("--create", is_flag=True, help="Create a new one, with a new topic, instead of renewing.")
bundle_option = click.option(
    "--bundle", type=TEXT, metavar="BUNDLE-ID", help="With --mail: the app. Default: that of the one in use."
)


@command(
    examples=[
        "certfleet apns renew --apple-id mobile@nguyen-medical-group.example",
        "certfleet apns renew --mail --apple-id mobile@nguyen-medical-group.example",
    ],
    changes=True,
)
@apple_id_option
@create_option
@bundle_option
@need_options
def renew(session: Session, apple_id: str, create: bool, bundle: str | None, need: str) -> Answer:
    """Renew the push certificate in use, or get the first one: request, vendor's signature, upload, import. Either all
    steps are done, or none. If the topic would change, which cuts devices off, you are asked first."""
    _check_options(need, bundle, create=create)
    workspace = session.open(create=True)
    warning = _confirm_upload(session, workspace, apple_id, need, create=create)
    component = workspace.apns.renew(apple_id, need, create=create, bundle=bundle, confirmed=True)
    answer = _bound(workspace, component, warning=warning)
    return Answer(answer.document, [_warned(warning, session), answer.text])


@command(examples=["certfleet apns request --email it@example.com --output push.csr"], changes=True)
@click.option("--email", type=TEXT, help="An e-mail address for its subject.")
@click.option("--country", type=TEXT, metavar="DE", help="A country for its subject, two letters.")
@need_options
@output_options
def request(session: Session, email: str | None, country: str | None, need: str, output: OutputFile) -> Answer:
    """Create a key, which stays in the vault, and a request for a push certificate; a task stays open until its answer
    is imported. The vendor signs the request (`certfleet apns sign`) before it is uploaded; Secure Mail's is uploaded
    as it is."""
    output.check()
    workspace = session.open(create=True)
    made = workspace.apns.request(need, email=email, country=country)
    pem = workspace.requests.pem(made.id)
    where = "" if output.path is None else f", written to {output.path}"
    document = {"request": {**asdict(made), "pem": pem.decode("ascii")}}
    return output.answer(document, pem, f"request #{made.id} for {name_text(made.subject)}{where}", aside=True)


@command(examples=["certfleet apns sign 3 --output push.plist"], changes=True)
@click.argument("request_id", type=ID, metavar="[REQUEST-ID]", required=False)
@click.option("--csr", type=FILE, metavar="FILE", help="A request that was made elsewhere, PKCS #10 as PEM or DER.")
@output_options
def sign(session: Session, request_id: int | None, csr: Path | None, output: OutputFile) -> Answer:
    """Have a request signed by the simulated vendor, and write the file to upload to the push portal. `certfleet
    certificate requests` lists the requests that were made here."""
    if (request_id is None) == (csr is None):
        raise click.UsageError("Name a request's id, or a file with --csr.")
    data = None if csr is None else read_file(csr)
    output.check()
    apns = session.open().apns
    signed = apns.sign(request_id or 0) if data is None else apns.sign_csr(data)
    said = f"signed by the vendor, written to {output.path}; upload it as your Apple ID: `certfleet apns upload`"
    return output.answer({"request_id": request_id}, signed, said)


@command(examples=["certfleet apns upload push.plist --apple-id mobile@nguyen-medical-group.example"], changes=True)
@click.argument("file", type=FILE)
@apple_id_option
@click.option(
    "--renew", "renewed", type=ID, metavar="PUSH-ID", help="The push certificate to renew. Default: the one in use."
)
@create_option
@bundle_option
@need_options
def upload(
    session: Session,
    file: Path,
    apple_id: str,
    renewed: int | None,
    create: bool,
    bundle: str | None,
    need: str,
) -> Answer:
    """Upload FILE to the simulated push portal, signed in as an Apple ID: the file that the vendor signed, or for
    Secure Mail the request itself. If the topic would change, which cuts devices off, you are asked first."""
    _check_options(need, bundle, renew=renewed, create=create)
    data = read_file(file)
    workspace = session.open()
    warning = _confirm_upload(session, workspace, apple_id, need, renew=renewed, create=create)
    issued = workspace.apns.upload(apple_id, data, need, renew=renewed, create=create, bundle=bundle, confirmed=True)
    return Answer(
        {"push_certificate": push_certificate_document(issued, workspace.now()), "warning": warning},
        [
            _warned(warning, session),
            f"{push_title(issued)} issued to {issued.apple_id}, valid to {moment(issued.not_after)}, "
            f"topic {issued.topic}",
            f"`certfleet apns import {issued.id}{'' if need == 'apns' else ' --mail'}` puts it in use",
        ],
    )


@command("import", examples=["certfleet apns import 3"], changes=True)
@push_id_argument
@need_options
def import_issued(session: Session, push_id: int, need: str) -> Answer:
    """Import a push certificate that the portal issued for a request made here. It replaces the one in use, and is used
    from now on."""
    workspace = session.open()
    return _bound(workspace, workspace.apns.complete(push_id, need))


def _check_options(need: str, bundle: str | None, *, renew: int | None = None, create: bool) -> None:
    """Only apps have a bundle id, and their topic is not a choice."""
    if bundle is not None and need != MAIL:
        raise click.UsageError("--bundle goes with --mail.")
    if need == MAIL and (create or renew is not None):
        raise click.UsageError("The topic of an app is its bundle id: --mail goes without --create and --renew.")


def _confirm_upload(
    session: Session,
    workspace: Workspace,
    apple_id: str,
    need: str,
    *,
    renew: int | None = None,
    create: bool = False,
) -> str | None:
    """The warning about this upload, confirmed by the person; None if there is none. Refuses with
    ``push-upload-warned`` if there is nobody to ask, and with ``not-confirmed``."""
    warning = workspace.apns.warning(apple_id, need, renew=renew, create=create)
    if warning is not None and not session.yes:
        confirm(
            "Upload all the same?",
            Refusal(
                "push-upload-warned",
                warning,
                "Sign in with the Apple ID that created the certificate (--apple-id), or add --yes if you mean it.",
            ),
            declined="nothing was uploaded",
            warning=warning,
        )
        session.agree()
    return warning


def _warned(warning: str | None, session: Session) -> Text:
    """The warning on standard error, since --yes skipped the question that shows it."""
    return Aside(f"warning: {warning}") if warning is not None and session.yes else ()


def _bound(workspace: Workspace, component: Component, **more: str | None) -> Answer:
    entry = workspace.inventory.get(component.certificate_id or 0)
    owner = "" if component.apple_id is None else f", of {component.apple_id}"
    standing = certificate_standing(entry, workspace.now(), workspace.expiry())
    return Answer(
        {
            "certificate": certificate_document(entry, workspace.now(), workspace.expiry()),
            "component": component_document(component, workspace.impact),
            **more,
        },
        f"in use: {certificate_title(entry)}, {standing}{owner}",
    )
