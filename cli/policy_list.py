"""``certfleet policy list`` and ``show``; and how policies are spoken of."""

from __future__ import annotations

import click

from ..store.model.policy import Assignment, ConnectionType, DeviceAuthentication, Policy
from ..store.policies.report import Place, PolicyReport, report_as_json
from ..store.policies.views import policy_as_json
from ..store.views.platforms import PLATFORMS
from ..store.words import moment
from .frame.answer import details, emit, say
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .frame.tables import Column, table
from .phrases import devices

COLUMNS = (
    Column("ID", right=True),
    Column("NAME", least=12),
    Column("PLATFORMS"),
    Column("CONNECTION"),
    Column("SERVER", least=16),
    Column("CERTIFICATE", least=12),
    Column("FOR", least=12),
    Column("VERSION", right=True),
)


@click.command("list")
@pass_session
def list_policies(session: Session) -> None:
    """List the VPN policies."""
    with session.open() as workspace:
        found = workspace.policies.list()
    if session.json:
        emit({"policies": [policy_as_json(policy) for policy in found]})
    elif found:
        table(COLUMNS, [_row(policy) for policy in found])
    else:
        say("there is no policy; `certfleet policy create` makes one")


@click.command()
@click.argument("policy", type=TEXT)
@pass_session
def show(session: Session, policy: str) -> None:
    """Show POLICY, a name or an id: what it sets up, whom it is for, and on how many devices it is."""
    with session.open() as workspace:
        found = workspace.policies.find(policy)
        report = workspace.policies.report(found.id)
    if session.json:
        emit({"policy": policy_as_json(found), "counts": report_as_json(report)["counts"]})
    else:
        details([*_settings(found), ("devices", counted(report)), *_history(found)])


def counted(report: PolicyReport) -> str:
    """``212 devices: 198 installed, 14 without certificate``."""
    counts = report.counts()
    total = sum(counts.values())
    if not total:
        return "none"
    return f"{devices(total)}: {', '.join(f'{counts[place]:,} {place}' for place in Place if counts[place])}"


def whom(assignment: Assignment) -> str:
    """``every device``, ``2 named devices``, ``Field (owner:meyer)``."""
    if assignment.devices:
        count = len(assignment.devices)
        return f"{count:,} named device{'' if count == 1 else 's'}"
    if not assignment.filter:
        return "every device"
    return f"{assignment.group} ({assignment.filter})" if assignment.group else assignment.filter


def _certificate(policy: Policy) -> str:
    vpn = policy.vpn
    if vpn.device_authentication is DeviceAuthentication.CERTIFICATE:
        return f"#{vpn.certificate_id} of the inventory"
    return f"by {vpn.identity_type}"


def _row(policy: Policy) -> list[str]:
    return [
        str(policy.id),
        policy.name,
        ", ".join(PLATFORMS[platform] for platform in policy.platforms),
        policy.vpn.connection_type.value,
        policy.vpn.server,
        _certificate(policy),
        whom(policy.assignment),
        str(policy.version),
    ]


def _settings(policy: Policy) -> list[tuple[str, str]]:
    vpn = policy.vpn
    pairs = [
        ("policy", f"#{policy.id} {policy.name}, version {policy.version}"),
        ("platforms", ", ".join(PLATFORMS[platform] for platform in policy.platforms)),
        ("for", whom(policy.assignment)),
        ("connection", f"{vpn.connection_type}, shown as {vpn.connection_name or policy.name}"),
        ("server", vpn.server),
        ("remote identifier", vpn.remote_identifier or f"{vpn.server} (the server)"),
        ("local identifier", vpn.local_identifier or "the name in the certificate"),
        ("authentication", f"{vpn.device_authentication}: {_certificate(policy)}"),
        ("server certificate", vpn.server_certificate_name or "names the remote identifier"),
        ("its issuer", vpn.server_certificate_issuer or "any that devices trust"),
        ("dead peer detection", vpn.dead_peer_detection.value),
        ("perfect forward secrecy", _yes(vpn.perfect_forward_secrecy)),
    ]
    if vpn.connection_type is ConnectionType.IKEV2_ALWAYS_ON:
        pairs += [
            ("user may disconnect", _yes(vpn.user_may_disconnect)),
            ("captive websheet", "outside" if vpn.captive_websheet else "blocked"),
            ("captive apps", "outside" if vpn.captive_apps else "blocked"),
            ("voicemail", vpn.voicemail.value),
            ("AirPrint", vpn.airprint.value),
        ]
    return pairs


def _history(policy: Policy) -> list[tuple[str, str]]:
    return [
        ("created", f"{moment(policy.created_at)} by {policy.created_by}"),
        ("changed", f"{moment(policy.changed_at)} by {policy.changed_by}"),
    ]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
