"""``certfleet authority export`` and ``crl``."""

from __future__ import annotations

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ..store.model.authority import AuthorityRole
from .frame.answer import emit, say
from .frame.output_file import Handout, handout_options
from .frame.parameters import TEXT, Words
from .frame.session import Session, pass_session


@click.command()
@click.argument("name", type=TEXT)
@click.option(
    "--role",
    type=Words(list(AuthorityRole)),
    default=AuthorityRole.DEVICE.value,
    show_default=True,
    help="Which of the group's CAs.",
)
@click.option("--chain", is_flag=True, help="And the root CA below it.")
@handout_options
@pass_session
def export(session: Session, name: str, role: AuthorityRole, chain: bool, handout: Handout) -> None:
    """Write the certificate of one of the CAs of group NAME, as PEM."""
    handout.check(session)
    with session.open() as workspace:
        links = workspace.authorities.chain(name, role)
    pem = b"".join(link.public_bytes(Encoding.PEM) for link in (links if chain else links[:1]))
    handout.write(session, pem)
    if session.json:
        emit({"group": name, "role": role, **handout.as_json(pem)})
    elif handout.out is not None:
        say(f"exported the {role} CA of group {name} to {handout.out}")


@click.command()
@click.argument("name", type=TEXT)
@click.option("--der", is_flag=True, help="DER instead of PEM.")
@handout_options
@pass_session
def crl(session: Session, name: str, der: bool, handout: Handout) -> None:
    """Make a new revocation list (CRL) of the device CA of group NAME, good for a week."""
    handout.check(session, binary=der)
    with session.open() as workspace:
        made = workspace.authorities.crl(name)
    loaded = x509.load_der_x509_crl(made)
    data = made if der else loaded.public_bytes(Encoding.PEM)
    handout.write(session, data)
    if session.json:
        number = loaded.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        emit({"group": name, "number": number, "revoked": len(loaded), **handout.as_json(data, binary=der)})
    elif handout.out is not None:
        lists = f"{len(loaded):,} revoked certificate{'' if len(loaded) == 1 else 's'}"
        say(f"wrote the revocation list of group {name} to {handout.out}: {lists}")
