"""The notice of a day's failed renewals."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from ..devices.renewal import FAILING
from ..model.notice import Urgency
from ..model.renewal_failures import RenewalFailures
from ..words import day, plural
from .due import Due


def failed_renewals(failures: RenewalFailures) -> Due:
    """The notice about a day's failed renewals, given when the day is over."""
    date, failing, ended = day(failures.day), failures.failing, failures.ended
    over = datetime.combine(failures.day, time(), UTC) + timedelta(days=1)
    said = []
    if failing:
        said.append(
            f"On {date} the renewal of {plural(failing, 'device')} had failed {FAILING} times. It is tried on as long "
            "as the certificates are valid."
        )
    if ended:
        said.append(
            f"On {date} the renewal of {plural(ended, 'device')} ended without a new certificate: "
            "their users must re-enroll."
        )
    return Due(
        at=over,
        until=over + timedelta(days=1),
        key=f"renewal-failed:{date}",
        kind="renewal-failed",
        record="fleet:1",
        title=f"Certificate renewal failed on {plural(failing + ended, 'device')}",
        text=" ".join([*said, "The devices' histories say why."]),
        urgency=Urgency.WARNING,
    )
