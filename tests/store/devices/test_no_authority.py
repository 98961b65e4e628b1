"""A check-in when every device CA has expired, and no other group is ready."""

from __future__ import annotations

from datetime import timedelta

from certfleet.store.clock import FixedClock
from certfleet.store.model.device import DeviceState
from certfleet.store.workspace import Workspace
from tests.store.devices.handset import Handset


def test_the_device_is_turned_away_like_any_whose_certificate_has_expired(
    workspace: Workspace, clock: FixedClock
) -> None:
    handset = Handset(workspace)
    clock.at = workspace.authorities.chain("default")[0].not_valid_after_utc + timedelta(days=1)

    refusal = handset.check_in().refusal

    assert refusal is not None and refusal.code == "certificate-expired"
    assert handset.device.state is DeviceState.MUST_RE_ENROLL
    assert workspace.check().clean
