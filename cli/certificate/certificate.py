"""``certfleet certificate``: list, show, describe, use, delete, export and password."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import click

from ...store.certificates.oid_names import oid_name
from ...store.components.needs import BY_ID
from ...store.consequences.landscape import Landscape
from ...store.inventory.certificate_filter import Predicate, parse_filter
from ...store.inventory.certificate_filter import standing as standing_of
from ...store.inventory.expiry import ExpiryRules
from ...store.inventory.sources import ExportFormat, password_notes
from ...store.inventory.status import days_left, is_asked_for, status
from ...store.model.certificate import Certificate, Status, UseAs
from ...store.model.component import Component
from ...store.model.device import Platform
from ...store.notices.people import is_same
from ...store.outlook.awaiting import awaiting, waits_for
from ...store.outlook.dependences import Dependence
from ...store.outlook.outlook import affected
from ...store.views.certificate import (
    STATUS_STYLES,
    certificate_document,
    certificate_standing,
    certificate_title,
    key_of,
    listed_name,
    name_text,
    purposes_text,
    san_text,
)
from ...store.views.consequence import dependence_document, placed_title
from ...store.views.ownership import answerable_document, owner_text
from ...store.words import day, moment, plural
from ..frame.answer import Answer, Facts, Secret
from ..frame.command import command
from ..frame.confirmation import confirm, unconfirmed
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import (
    DURATION,
    ID,
    TEXT,
    EnumChoice,
    format_option,
    id_argument,
    password_file_option,
    search_option,
    yes_option,
)
from ..frame.passwords import new_password
from ..frame.session import Session
from ..frame.tables import Cell, Listing, styled

CHANGEABLE_USES = [UseAs.SERVER, UseAs.SAML, UseAs.APNS, UseAs.SSL_LISTENER]


@command(
    "list",
    examples=[
        "certfleet certificate list --expiring-within 30d",
        "certfleet certificate list --status expired --use-as server",
        "certfleet certificate list --search 'days:<30 key:yes'",
    ],
    lists="certificates",
)
@click.option("--status", "statuses", type=EnumChoice(list(Status)), multiple=True, help="Only with this status.")
@click.option("--use-as", "uses", type=EnumChoice(list(UseAs)), multiple=True, help="Only with this use.")
@click.option(
    "--expiring-within",
    "within",
    type=DURATION,
    metavar="90d",
    help="Only what expires in that time or has expired; without replaced entries.",
)
@click.option("--owner", type=TEXT, metavar="PERSON", help="Only what this person answers for, as owner.")
@search_option("status:expired use:apns days:<30 key:yes")
def list_certificates(
    session: Session,
    statuses: tuple[Status, ...],
    uses: tuple[UseAs, ...],
    within: timedelta | None,
    owner: str | None,
    search: str,
) -> Answer:
    """List the inventory. Options of different kinds narrow the list; --status and --use-as can be given several
    times."""
    workspace, fits = session.open(), _filter(search)
    now, rules = workspace.now(), workspace.expiry()
    found = [
        entry
        for entry in workspace.inventory.list()
        if (not statuses or any(is_asked_for(status(entry, now, rules), wanted) for wanted in statuses))
        and (not uses or entry.use_as in uses)
        and (within is None or (entry.replaced_by is None and entry.not_after - now <= within))
        and fits(standing_of(entry, now, rules))
    ]
    owners = workspace.owners.names(f"certificate:{entry.id}" for entry in found)
    if owner is not None:
        found = [entry for entry in found if is_same(owners.get(f"certificate:{entry.id}", ""), owner)]
    narrowed = statuses or uses or within is not None or owner is not None or search
    none = "no matching certificates" if narrowed else "the inventory is empty"
    return Answer(
        lambda: {"certificates": [certificate_document(entry, workspace.now(), workspace.expiry()) for entry in found]},
        Listing(
            (_row(entry, now, rules, owners) for entry in found),
            right=("ID", "DAYS"),
            least={"NAME": 20, "DESCRIPTION": 16},
            none=none,
        ),
    )


def _filter(search: str) -> Predicate:
    found = parse_filter(search)
    if found.problem is not None:
        raise click.BadParameter(found.problem, param_hint="--search")
    return found.matches or (lambda entry: True)


def _row(entry: Certificate, now: datetime, rules: ExpiryRules, owners: Mapping[str, str]) -> dict[str, str | Cell]:
    owner = {"OWNER": owners.get(f"certificate:{entry.id}", "-")} if owners else {}
    return {
        "ID": str(entry.id),
        "NAME": listed_name(entry),
        "USE AS": entry.use_as.value,
        "STATUS": styled(status(entry, now, rules), STATUS_STYLES),
        "DAYS": str(days_left(entry, now)),
        "EXPIRES": day(entry.not_after),
        "KEY": "yes" if entry.has_private_key else "-",
        **owner,
        "DESCRIPTION": entry.description,
    }


@command(examples=["certfleet certificate show 14"])
@id_argument
def show(session: Session, id: int) -> Answer:
    """Show one entry: the certificate's fields, the inventory's own data, its chain, what depends on it and what stops
    when it expires."""
    workspace = session.open()
    inventory, now, rules = workspace.inventory, workspace.now(), workspace.expiry()
    entry, chain, issued = inventory.get(id), inventory.chain(id), inventory.issued(id)
    depends, counts = workspace.impact.dependences(id), workspace.impact.platforms()
    landscape = workspace.impact.landscape()
    known = workspace.owners.of(f"certificate:{id}")
    dependents = "\n".join(_dependents(depends, awaiting(landscape, id), landscape, counts)) or "nothing"
    return Answer(
        lambda: {
            "certificate": certificate_document(entry, workspace.now(), workspace.expiry()),
            "chain": [certificate_document(link, workspace.now(), workspace.expiry()) for link in chain],
            "issued": [certificate_document(child, workspace.now(), workspace.expiry()) for child in issued],
            "depends": [dependence_document(one, counts) for one in depends],
            "answerable": answerable_document(known),
        },
        Facts(
            [
                *_facts(entry, now, rules),
                *_relatives(chain, issued, now, rules),
                ("depends on it", dependents),
                ("owner", owner_text(known, f"certificate:{id}")),
                *((("runbook", known.runbook),) if known.runbook else ()),
            ]
        ),
    )


def _facts(entry: Certificate, now: datetime, rules: ExpiryRules) -> list[tuple[str, str]]:
    return [
        ("certificate", certificate_title(entry)),
        ("status", certificate_standing(entry, now, rules)),
        ("subject", name_text(entry.subject)),
        ("issuer", name_text(entry.issuer)),
        ("serial number", entry.serial_number),
        ("SANs", "\n".join(map(san_text, entry.sans)) or "none"),
        ("not before", moment(entry.not_before)),
        ("not after", moment(entry.not_after)),
        ("key", key_of(entry)),
        ("signature", oid_name(entry.signature_algorithm)),
        ("CA certificate", "yes" if entry.is_ca else "no"),
        ("key usage", ", ".join(entry.key_usage) or "not limited"),
        ("extended key usage", purposes_text(entry) or "not limited"),
        ("SHA-256", entry.fingerprint_sha256),
        ("SHA-256 of the key", entry.public_key_sha256),
        ("use as", entry.use_as.value),
        *([] if entry.topic is None else [("push topic", entry.topic)]),
        ("description", entry.description or "none"),
        ("private key", "kept" if entry.has_private_key else "none"),
        ("keystore password", "kept" if entry.has_password else "none"),
        ("alias", entry.alias or "none"),
        ("imported", f"{moment(entry.imported_at)} by {entry.imported_by} from {entry.source or 'data'}"),
        ("replaced by", f"#{entry.replaced_by}" if entry.replaced_by else "nothing"),
    ]


def _relatives(
    chain: list[Certificate], issued: list[Certificate], now: datetime, rules: ExpiryRules
) -> list[tuple[str, str]]:
    return [
        ("chain", "\n".join(f"{certificate_title(link)}: {certificate_standing(link, now, rules)}" for link in chain)),
        ("issued", "\n".join(certificate_title(child) for child in issued) or "nothing in the inventory"),
    ]


def _dependents(
    depends: Iterable[Dependence], to_come: Iterable[Component], landscape: Landscape, counts: Mapping[Platform, int]
) -> Iterator[str]:
    """What depends on it, one line each, with what stops when it expires indented below; then what will depend on it
    later."""
    for one in depends:
        until = waits_for(landscape, one.component).replace("serves it", "serves its replacement")
        how = ", through its chain" if one.through_chain else f", until {until}" if one.waits else ""
        yield f"{placed_title(BY_ID[one.component.need], one.component.name)}{how}; from {moment(one.at)} on"
        for effect in one.effects:
            yield f"  {effect.level}: {effect.seen} ({plural(affected(effect.platforms, counts), 'device')})"
    for component in to_come:
        yield f"{placed_title(BY_ID[component.need], component.name)}, once {waits_for(landscape, component)}"


@command(examples=["certfleet certificate describe 14 'Gateway FQDN, ordered by Ann'"], changes=True)
@id_argument
@click.argument("text", type=TEXT)
def describe(session: Session, id: int, text: str) -> Answer:
    """Set the description of an entry to TEXT; "" clears it."""
    workspace = session.open()
    entry = workspace.inventory.describe(id, text)
    return Answer(
        {"certificate": certificate_document(entry, workspace.now(), workspace.expiry())},
        f"described {certificate_title(entry)}: {entry.description}"
        if entry.description
        else f"{certificate_title(entry)} has no description now",
    )


@command(examples=["certfleet certificate use 9 saml"], changes=True)
@id_argument
@click.argument("use_as", type=EnumChoice(CHANGEABLE_USES), metavar="USE")
def use(session: Session, id: int, use_as: UseAs) -> Answer:
    """Change what an entry is used as: server, saml, apns or ssl-listener. That has the effects of an import with that
    use: the first valid one is bound as SAML or push certificate. Push needs a private key and a topic."""
    workspace = session.open()
    entry = workspace.inventory.set_use_as(id, use_as)
    bound = [placed_title(BY_ID[one.need], one.name) for one in workspace.components.using(id)]
    return Answer(
        lambda: {"certificate": certificate_document(entry, workspace.now(), workspace.expiry())},
        [f"{certificate_title(entry)} is used as {entry.use_as}", *(f"bound as {what}" for what in bound)],
    )


@command(examples=["certfleet certificate delete 13"], changes=True)
@id_argument
def delete(session: Session, id: int) -> Answer:
    """Delete an entry with its private key and password. Refused if the entry is replaced, used by a component, or the
    issuer of others."""
    workspace = session.open()
    entry = workspace.inventory.delete(id)
    return Answer(
        {"deleted": [certificate_document(entry, workspace.now(), workspace.expiry())]},
        f"deleted {certificate_title(entry)}",
    )


@command(
    examples=[
        "certfleet certificate export 14 --format chain --output gateway-chain.pem",
        "certfleet certificate export 14 --format pkcs12 --password-file pw --output gateway.p12",
        "certfleet certificate export 4 5 --output authorities.pem",
    ]
)
@click.argument("ids", type=ID, nargs=-1, required=True, metavar="ID...")
@format_option(*ExportFormat, help="PKCS #7 includes the chain, PKCS #12 also the private key.")
@password_file_option("the password for PKCS #12")
@click.option("--legacy", is_flag=True, help="Encrypt PKCS #12 with 3DES and SHA-1, for old readers.")
@output_options
def export(
    session: Session,
    ids: tuple[int, ...],
    form: ExportFormat,
    password_file: Path | None,
    legacy: bool,
    output: OutputFile,
) -> Answer:
    """Write an entry as a file; with --format pem or chain, several entries to one file."""
    pkcs12, binary, ids = form is ExportFormat.PKCS12, not form.is_text, tuple(dict.fromkeys(ids))
    if not pkcs12 and (legacy or password_file is not None):
        raise click.UsageError("--password-file and --legacy go with --format pkcs12.")
    if len(ids) > 1 and form not in (ExportFormat.PEM, ExportFormat.CHAIN):
        raise click.UsageError("Several entries go to one file only with --format pem or chain.")
    output.check(binary=form if binary else None)
    inventory = session.open().inventory
    entries, password = [inventory.get(id) for id in ids], None
    if pkcs12:
        password = new_password("Password for the new file", "a PKCS #12 file needs a password", password_file)
    data = b"".join(inventory.export(id, form, password=password, legacy=legacy) for id in ids)
    what = certificate_title(entries[0]) if len(entries) == 1 else plural(len(entries), "certificate")
    said = [f"exported {what} as {form} to {output.path}", *(f"note: {note}" for note in password_notes(password))]
    return output.answer({"id": ids[0], "ids": ids, "format": form}, data, said, binary=binary, private=pkcs12)


@command(examples=["certfleet certificate password 19 --yes"])
@id_argument
@yes_option
def password(session: Session, id: int, yes: bool) -> Answer:
    """Show the password of the keystore that an entry came in. An audit line records it."""
    workspace = session.open()
    entry = workspace.inventory.get(id)
    if not yes:
        confirm(
            f"Show the keystore password of {certificate_title(entry)}? An audit line records it",
            unconfirmed("showing a password has to be confirmed"),
            declined="nothing was shown",
        )
    revealed = workspace.inventory.reveal_password(id)
    return Answer({"id": id, "password": revealed}, Secret(revealed))
