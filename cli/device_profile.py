"""``certfleet device profile``: the configuration profile that a device receives."""

from __future__ import annotations

import sys

import click

from ..store.errors import Refusal
from ..store.model.device import Device
from ..store.model.policy import Policy
from ..store.workspace import Workspace
from .device_choice import find_device
from .frame.answer import emit, say
from .frame.file_writing import write_file
from .frame.output_file import Handout, handout_options
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .phrases import device_title


@click.command()
@click.argument("named", type=TEXT, metavar="DEVICE")
@click.option("--policy", type=TEXT, metavar="POLICY", help="Which policy, by name or id, where it has several.")
@handout_options
@pass_session
def profile(session: Session, named: str, policy: str | None, handout: Handout) -> None:
    """Write the configuration profile (.mobileconfig) that DEVICE, an id or an identity, receives by a policy: the VPN
    and the certificate. It holds the private key and the password to it: the file can be read by its owner alone, and
    an audit line is left."""
    handout.check(session)
    if handout.out is None and not session.json and sys.stdout.isatty():
        raise Refusal(
            "binary-to-terminal",
            "a profile holds a private key, which is not for a terminal",
            "Add --out FILE, or send it through a pipe.",
        )
    with session.open() as workspace:
        device = find_device(workspace, named)
        found = workspace.policies.find(policy) if policy is not None else _only_one(workspace, device)
        data = workspace.policies.profile_for(device.id, found.id)
    if handout.out is not None:
        write_file(handout.out, data, force=handout.force, private=True)
    else:
        handout.write(session, data)
    if session.json:
        emit({"id": device.id, "policy_id": found.id, **handout.as_json(data)})
    elif handout.out is not None:
        say(f"wrote the profile of policy {found.name} for {device_title(device)} to {handout.out}")


def _only_one(workspace: Workspace, device: Device) -> Policy:
    policies = workspace.policies.of_device(device)
    if not policies:
        raise Refusal(
            "policy-not-for-device",
            f"no policy is for device {device.id} ({device.name})",
            "`certfleet policy list` shows whom each is for.",
        )
    if len(policies) > 1:
        names = ", ".join(policy.name for policy in policies[:5])
        raise Refusal("policy-not-named", f"device {device.id} has several policies: {names}", "Say which by --policy.")
    return policies[0]
