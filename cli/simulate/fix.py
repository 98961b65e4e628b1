"""``certfleet simulate fix``: the trainer's part in failures that devices have in common."""

from __future__ import annotations

import click

from ...simulator.engine.behaviour.failing import fix as fix_cause
from ...store.model.failures import FailureCause
from ...store.words import moment
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import EnumChoice
from ..frame.session import Session

_DONE = {
    FailureCause.OS_VERSION: "the vendor's correction is on the devices: their renewals succeed",
    FailureCause.PROXY: "the proxy lets certificate requests through: renewals succeed",
    FailureCause.CARRIER: "certificate requests get through the network of the mobile carrier: renewals succeed",
    FailureCause.PROFILE: "the vendor's correction is on the devices: they accept the policy",
}


@command(examples=["certfleet simulate fix proxy"], changes=True)
@click.argument("cause", type=EnumChoice(list(FailureCause)), metavar="os-version|proxy|carrier|profile")
def fix(session: Session, cause: FailureCause) -> Answer:
    """End what makes devices fail together: an OS version on which renewals fail, a proxy that rejects certificate
    requests, a mobile carrier whose network loses them, or an OS version that rejects policies. The devices succeed at
    their next attempt. The errors with which devices answer tell the cause."""
    cohort = fix_cause(session.open(), cause)
    assert cohort.fixed_at is not None
    return Answer({"cause": cause, "fixed_at": cohort.fixed_at}, f"{_DONE[cause]} from {moment(cohort.fixed_at)} on")
