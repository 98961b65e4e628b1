"""``certfleet policy``: list, show and report."""

from __future__ import annotations

import click

from ...store.model.policy import ConnectionType, DeviceAuthentication, Policy
from ...store.policies.report import DeploymentStatus, PolicyOnDevice, PolicyReport
from ...store.views.device import waiting_text
from ...store.views.platforms import PLATFORMS
from ...store.views.policy import PLACE_STYLES, assigned_to, place_counts, policy_document, report_document
from ...store.words import moment, plural
from ..frame.answer import Answer, Facts, Text
from ..frame.command import command
from ..frame.parameters import TEXT, EnumChoice
from ..frame.session import Session
from ..frame.tables import Cell, Listing, Total, styled

policy_argument = click.argument("policy", type=TEXT)


@command("list", examples=["certfleet policy list"], lists="policies")
def list_policies(session: Session) -> Answer:
    """List the VPN policies."""
    found = session.open().policies.list()
    return Answer(
        {"policies": [policy_document(policy) for policy in found]},
        Listing(
            (_row(policy) for policy in found),
            right=("ID", "VERSION"),
            least={"NAME": 12, "SERVER": 16, "CERTIFICATE": 12, "FOR": 12},
            none="there is no policy; `certfleet policy create` creates one",
        ),
    )


def _row(policy: Policy) -> dict[str, str | Cell]:
    return {
        "ID": str(policy.id),
        "NAME": policy.name,
        "PLATFORMS": ", ".join(PLATFORMS[platform] for platform in policy.platforms),
        "CONNECTION": policy.vpn.connection_type.value,
        "SERVER": policy.vpn.server,
        "CERTIFICATE": _certificate(policy),
        "FOR": assigned_to(policy.assignment),
        "VERSION": str(policy.version),
    }


def _certificate(policy: Policy) -> str:
    if policy.vpn.device_authentication is DeviceAuthentication.CERTIFICATE:
        return f"#{policy.vpn.certificate_id} of the inventory"
    return f"by {policy.vpn.identity_type}"


@command(examples=["certfleet policy show 'Field VPN'"])
@policy_argument
def show(session: Session, policy: str) -> Answer:
    """Show POLICY, a name or an id: its settings, the devices it is for, and how many have it."""
    workspace = session.open()
    found = workspace.policies.find(policy)
    report = workspace.policies.report(found.id)
    return Answer(
        {"policy": policy_document(found), "counts": place_counts(report)},
        Facts(
            [
                *_settings(found),
                ("devices", _counted(report)),
                ("created", f"{moment(found.created_at)} by {found.created_by}"),
                ("changed", f"{moment(found.changed_at)} by {found.changed_by}"),
            ]
        ),
    )


def _settings(policy: Policy) -> list[tuple[str, str]]:
    vpn = policy.vpn
    pairs = [
        ("policy", f"#{policy.id} {policy.name}, version {policy.version}"),
        ("platforms", ", ".join(PLATFORMS[platform] for platform in policy.platforms)),
        ("for", assigned_to(policy.assignment)),
        ("connection", f"{vpn.connection_type}, shown as {vpn.connection_name or policy.name}"),
        ("server", vpn.server),
        ("remote identifier", vpn.remote_identifier or f"{vpn.server} (the server)"),
        ("local identifier", vpn.local_identifier or "the name in the certificate"),
        ("authentication", f"{vpn.device_authentication}: {_certificate(policy)}"),
        ("server certificate", vpn.server_certificate_name or "names the remote identifier"),
        ("its issuer", vpn.server_certificate_issuer or "any that devices trust"),
        ("dead peer detection", vpn.dead_peer_detection.value),
        ("perfect forward secrecy", "yes" if vpn.perfect_forward_secrecy else "no"),
    ]
    if vpn.connection_type is ConnectionType.IKEV2_ALWAYS_ON:
        pairs += [
            ("user may disconnect", "yes" if vpn.user_may_disconnect else "no"),
            ("captive websheet", "outside" if vpn.captive_websheet else "blocked"),
            ("captive apps", "outside" if vpn.captive_apps else "blocked"),
            ("voicemail", vpn.voicemail.value),
            ("AirPrint", vpn.airprint.value),
        ]
    return pairs


def _counted(report: PolicyReport) -> str:
    """``212 devices: 198 installed, 14 without certificate``."""
    counts = report.counts()
    total = sum(counts.values())
    if not total:
        return "none"
    parts = ", ".join(f"{counts[place]:,} {place}" for place in DeploymentStatus if counts[place])
    return f"{plural(total, 'device')}: {parts}"


@command(examples=["certfleet policy report 'Field VPN' --only without-certificate"], lists="report.devices")
@policy_argument
@click.option(
    "--only", "places", type=EnumChoice(list(DeploymentStatus)), multiple=True, help="List only devices in this state."
)
def report(session: Session, policy: str, places: tuple[DeploymentStatus, ...]) -> Answer:
    """Show the state of POLICY, a name or an id, on each device that it is for, or that has it. --only installed lists
    the devices that have it."""
    workspace = session.open()
    found = workspace.policies.report(workspace.policies.find(policy).id)
    return Answer(lambda: {"report": report_document(found, places or tuple(DeploymentStatus))}, _report(found, places))


def _report(found: PolicyReport, places: tuple[DeploymentStatus, ...]) -> list[Text]:
    wanted = places or tuple(place for place in DeploymentStatus if place is not DeploymentStatus.INSTALLED)
    standings = [standing for standing in found.standings if standing.place in wanted]
    listing = Listing(
        (_report_row(found.policy, standing) for standing in standings),
        right=("ID", "VERSION"),
        least={"WHY": 20},
        total=Total(len(standings), "device"),
    )
    return [f"policy #{found.policy.id} {found.policy.name}: {_counted(found)}", *([listing] if standings else [])]


def _report_row(policy: Policy, standing: PolicyOnDevice) -> dict[str, str | Cell]:
    device, place = standing.device, standing.place
    placed, action = device.policy(policy.id), device.policy_pending(policy.id)
    why = device.state.value if place is DeploymentStatus.NOT_ENROLLED else ""
    if action is not None:
        why = waiting_text(action)
    elif placed is not None and placed.note:
        why = placed.note
    return {
        "ID": str(device.id),
        "PLATFORM": PLATFORMS[device.platform],
        "SERIAL NUMBER": device.serial_number or "-",
        "POLICY": styled(place, PLACE_STYLES),
        "VERSION": str(placed.version) if placed is not None and placed.is_installed else "-",
        "WHY": why,
    }
