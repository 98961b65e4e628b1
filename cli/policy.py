"""``certfleet policy``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("policy_list", "list_policies", "List the policies."),
    "show": Lazy("policy_list", "show", "Show one policy: what it sets up, and where it stands."),
    "create": Lazy("policy_edit", "create", "Make a VPN policy, and deploy it."),
    "change": Lazy("policy_edit", "change", "Change a policy."),
    "deploy": Lazy("policy_edit", "deploy", "Deploy a policy to the devices that it is for by now."),
    "delete": Lazy("policy_edit", "delete", "Delete a policy; it is taken off the devices."),
    "report": Lazy("policy_report", "report", "Where a policy stands on each device."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def policy() -> None:
    """The VPN policies, which bring device certificates to devices."""
