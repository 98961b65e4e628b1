"""``certfleet authority``: the CA groups."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ...store.authorities.ca_groups import GroupSummary
from ...store.authorities.groups import READY_AFTER, GroupState
from ...store.inventory.expiry import ExpiryRule
from ...store.inventory.status import days_until, status_within
from ...store.model.authority import Authority, AuthorityRole
from ...store.model.expiry import ExpiryUse
from ...store.views.authority import GROUP_STYLES, group_document, issues_from_text
from ...store.views.certificate import certificate_document, certificate_standing, certificate_title, name_text
from ...store.words import day, minute, moment, plural
from ...store.workspace import Workspace
from ..frame.answer import Answer, Facts
from ..frame.command import command
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import DURATION, TEXT, choice_option, der_options
from ..frame.session import Session
from ..frame.tables import Cell, Listing, styled

group_argument = click.argument("name", type=TEXT)


@command("list", examples=["certfleet authority list"], lists="authorities")
def list_groups(session: Session) -> Answer:
    """List the CA groups, oldest first, with their state and the number of devices that use their certificates."""
    workspace = session.open()
    groups, now = workspace.authorities.list(), workspace.now()
    return Answer(
        {"authorities": [group_document(group) for group in groups]},
        Listing(
            (_row(group, now) for group in groups),
            right=("DEVICES",),
            least={"GROUP": 12, "REQUESTED BY": 8},
            none="no CA group yet: `certfleet authority refresh` or the first enrollment creates one",
        ),
    )


def _row(group: GroupSummary, now: datetime) -> dict[str, str | Cell]:
    return {
        "GROUP": group.group.name,
        "STATE": styled(group.state, GROUP_STYLES),
        "DEVICES": f"{group.devices:,}",
        "ISSUES FROM (UTC)": issues_from_text(group.group, now, minute),
        "DEVICE CA UNTIL": day(group.of(AuthorityRole.DEVICE).not_after),
        "ROOT UNTIL": day(group.of(AuthorityRole.ROOT).not_after),
        "REQUESTED BY": group.group.requested_by,
    }


@command(examples=["certfleet authority show default"])
@group_argument
def show(session: Session, name: str) -> Answer:
    """Show the CA group NAME: its CAs with their validity, and how many devices use its certificates."""
    workspace = session.open()
    group, now, rule = summary_of(workspace, name), workspace.now(), workspace.expiry()[ExpiryUse.CA]
    return Answer(
        {"authority": group_document(group)},
        Facts(
            [
                ("group", group.group.name),
                ("state", group.state.value),
                ("devices", f"{group.devices:,} hold its certificates"),
                ("requested", f"{moment(group.group.requested_at)} by {group.group.requested_by}"),
                ("issues from", issues_from_text(group.group, now, moment)),
                *((f"{authority.role} CA", _authority(authority, now, rule)) for authority in group.authorities),
            ]
        ),
    )


def _authority(authority: Authority, now: datetime, rule: ExpiryRule) -> str:
    status = status_within(authority.not_before, authority.not_after, now, rule)
    lines = [
        name_text(authority.subject),
        f"{status}, {days_until(authority.not_after, now):,} days left",
        f"valid {moment(authority.not_before)} to {moment(authority.not_after)}",
        f"{authority.key_algorithm}, serial number {authority.serial_number}",
        f"SHA-256 {authority.fingerprint_sha256}",
    ]
    if authority.crl_number:
        lines.append(f"last revocation list: number {authority.crl_number}")
    return "\n".join(lines)


@command(
    examples=["certfleet authority refresh --after 12h", "certfleet authority refresh --now --name spring-2027"],
    changes=True,
)
@click.option("--now", "at_once", is_flag=True, help="The group is ready at once.")
@click.option("--after", type=DURATION, metavar="24h", help="The group is ready after this time. Default: 24h.")
@click.option("--name", type=TEXT, help="The group's name. Default: group-2, group-3 and so on.")
@click.option("--inactive", is_flag=True, help="It issues nothing until you activate it.")
def refresh(session: Session, at_once: bool, after: timedelta | None, name: str | None, inactive: bool) -> Answer:
    """Request a new CA group. When it is ready a notice says so, and it issues new device certificates from then on,
    unless it is to be activated first; enrolled devices keep using theirs."""
    if at_once and after is not None:
        raise click.UsageError("--now and --after exclude each other.")
    ready_after = timedelta(0) if at_once else READY_AFTER if after is None else after
    workspace = session.open()
    group = workspace.authorities.refresh(name=name, ready_after=ready_after, waits=inactive)
    summary = summary_of(workspace, group.name)
    notes = workspace.site.freeze_notes("the new CA group")
    document = {"authority": group_document(summary), **({"notes": notes} if notes else {})}
    return Answer(document, [_requested_text(summary), *(f"note: {note}" for note in notes)])


def _requested_text(summary: GroupSummary) -> str:
    group = summary.group
    if group.waits:
        when = "at once" if summary.state is GroupState.READY else f"from {moment(group.ready_at)} on"
        return f"generated CA group {group.name}, which can be activated {when}"
    if summary.state is GroupState.REQUESTED:
        return f"requested CA group {group.name}; it issues from {moment(group.ready_at)} on"
    return f"CA group {group.name} is ready; new device certificates come from it"


@command(
    examples=[
        "certfleet authority export default --role root --output root.pem",
        "certfleet authority export default --format der --output device-ca.cer",
    ]
)
@group_argument
@choice_option("--role", of=AuthorityRole, default=AuthorityRole.DEVICE, help="Which of the group's CAs.")
@click.option("--chain", is_flag=True, help="Add the root CA.")
@der_options
@output_options
def export(session: Session, name: str, role: AuthorityRole, chain: bool, der: bool, output: OutputFile) -> Answer:
    """Write the certificate of one of the CAs of group NAME."""
    if der and chain:
        raise click.UsageError("--chain goes with --format pem: a DER file has one certificate.")
    output.check(binary="DER" if der else None)
    links = session.open().authorities.chain(name, role)
    encoding = Encoding.DER if der else Encoding.PEM
    data = b"".join(link.public_bytes(encoding) for link in (links if chain else links[:1]))
    said = f"exported the {role} CA of group {name} to {output.path}"
    return output.answer({"group": name, "role": role}, data, said, binary=der)


@command(
    examples=[
        "certfleet authority crl default --format der --output devices.crl",
        "certfleet authority crl default --role root --output root.crl",
    ],
    changes=True,
)
@group_argument
@choice_option("--role", of=AuthorityRole, default=AuthorityRole.DEVICE, help="Which of the group's CAs.")
@der_options
@output_options
def crl(session: Session, name: str, role: AuthorityRole, der: bool, output: OutputFile) -> Answer:
    """Issue a new revocation list (CRL) of one of the CAs of group NAME, valid for a week. Revoked devices are on the
    device CA's; whoever checks whole chains needs the root's as well."""
    output.check(binary="DER" if der else None)
    made = session.open().authorities.crl(name, role)
    loaded = x509.load_der_x509_crl(made)
    data = made if der else loaded.public_bytes(Encoding.PEM)
    number = loaded.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    revoked = plural(len(loaded), "revoked certificate")
    said = f"wrote the revocation list of the {role} CA of group {name} to {output.path}: {revoked}"
    document = {"group": name, "role": role, "number": number, "revoked": len(loaded)}
    return output.answer(document, data, said, binary=der)


@command(examples=["certfleet authority issue-listener --host mdm.example.com"], changes=True)
@click.option(
    "--host",
    "hosts",
    type=TEXT,
    multiple=True,
    required=True,
    help="A host name or an address, repeatable; the first becomes the common name.",
)
def issue_listener(session: Session, hosts: tuple[str, ...]) -> Answer:
    """Issue the workspace's SSL listener certificate, from the server CA of the newest ready group and over a new key.
    It replaces the listener certificate that was issued here before."""
    workspace = session.open()
    entry = workspace.authorities.issue_listener(hosts)
    standing = certificate_standing(entry, workspace.now(), workspace.expiry())
    return Answer(
        {"certificate": certificate_document(entry, workspace.now(), workspace.expiry())},
        f"issued {certificate_title(entry)} ({entry.use_as}), {standing}",
    )


def summary_of(workspace: Workspace, name: str) -> GroupSummary:
    """A group with its state; refuses with ``group-unknown``."""
    group = workspace.authorities.group(name)
    return next(summary for summary in workspace.authorities.list() if summary.group.id == group.id)
