"""``certfleet policy create``, ``change``, ``deploy`` and ``delete``."""

from __future__ import annotations

import click

from ..store.model.device import Platform
from ..store.model.policy import EVERYBODY, VpnSettings
from ..store.policies.rollout import Deployed
from ..store.policies.views import policy_as_json
from .frame.answer import emit, progress, say
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .policy_options import Wanted, policy_options


@click.command()
@click.argument("name", type=TEXT)
@policy_options
@pass_session
def create(session: Session, name: str, wanted: Wanted) -> None:
    """Make the VPN policy NAME, and put it into the queue of every device that it is for: iOS devices, and all of them,
    unless the options say otherwise. At its next check-in each gets it, with its certificate."""
    with session.open() as workspace, progress(workspace.devices.records.count(), "Deploying") as advance:
        deployed = workspace.policies.create(
            name,
            vpn=wanted.vpn(VpnSettings()),
            platforms=wanted.platforms or (Platform.IOS,),
            assignment=wanted.assignment(workspace) or EVERYBODY,
            progress=lambda done, total: advance(done),
        )
    _tell(session, deployed, "created")


@click.command()
@click.argument("policy", type=TEXT)
@click.option("--name", type=TEXT, help="Another name.")
@policy_options
@pass_session
def change(session: Session, policy: str, name: str | None, wanted: Wanted) -> None:
    """Change POLICY, a name or an id. What isn't said stays. Devices that have it get it anew at their next check-in;
    those that it is for no more lose it."""
    if not wanted and name is None:
        raise click.UsageError("Say what to change.")
    with session.open() as workspace:
        found = workspace.policies.find(policy)
        with progress(workspace.devices.records.count(), "Deploying") as advance:
            deployed = workspace.policies.change(
                found.id,
                name=name,
                vpn=wanted.vpn(found.vpn),
                platforms=wanted.platforms or None,
                assignment=wanted.assignment(workspace),
                progress=lambda done, total: advance(done),
            )
    _tell(session, deployed, "changed")


@click.command()
@click.argument("policy", type=TEXT)
@pass_session
def deploy(session: Session, policy: str) -> None:
    """Find out again which devices POLICY is for, and deploy it to those that lack it; those that it is for no more
    lose it. Without that a filter is looked at when the policy is made or changed, and when a device enrolls."""
    with session.open() as workspace:
        found = workspace.policies.find(policy)
        with progress(workspace.devices.records.count(), "Deploying") as advance:
            deployed = workspace.policies.deploy(found.id, progress=lambda done, total: advance(done))
    _tell(session, deployed, "deployed")


@click.command()
@click.argument("policy", type=TEXT)
@pass_session
def delete(session: Session, policy: str) -> None:
    """Delete POLICY. At its next check-in each device that has it loses it, with its certificate."""
    with session.open() as workspace:
        deleted = workspace.policies.delete(workspace.policies.find(policy).id)
    _tell(session, deleted, "deleted")


def _tell(session: Session, deployed: Deployed, done: str) -> None:
    if session.json:
        said = {"pending": deployed.pending, "removing": deployed.removing}
        emit({"policy": policy_as_json(deployed.policy), **said})
    else:
        policy = deployed.policy
        say(f"policy #{policy.id} {policy.name} {done}: {str(deployed) or 'nothing to do for any device'}")
