"""Profiles in use by an app: they can't be removed meanwhile, and what a renewal changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.profiles.material import APP, make_profile


def brought(workspace: Workspace, data: bytes) -> int:
    """Import and bind a profile; the answer is its id."""
    profile = workspace.profiles.import_file(data).profile
    workspace.components.bind_profile(profile.id)
    return profile.id


def test_one_that_is_used_stays(workspace: Workspace) -> None:
    id = brought(workspace, make_profile())
    with pytest.raises(Refusal) as refusal:
        workspace.profiles.remove(id)
    assert refusal.value.code == "profile-in-use"
    assert APP in refusal.value.message
    workspace.components.unbind("provisioning-profile", name=APP)
    workspace.profiles.remove(id)
    assert workspace.profiles.list() == []


def test_an_interruption_ends_with_the_renewal_though_nobody_looked(workspace: Workspace, clock: FixedClock) -> None:
    """The profile ended while nobody looked; whoever brings the new one finds that out first."""
    brought(workspace, make_profile(not_after=NOW + timedelta(10)))
    clock.at = NOW + timedelta(15)
    workspace.profiles.import_file(make_profile(not_after=NOW + timedelta(360)))
    (lasted,) = (one for one in workspace.impact.interruptions().list() if one.need == "provisioning-profile")
    assert (lasted.since, lasted.until) == (NOW + timedelta(10), NOW + timedelta(15))


def test_one_that_does_not_say_when_it_was_created(workspace: Workspace) -> None:
    brought(workspace, make_profile(not_after=NOW + timedelta(10), CreationDate=None))
    workspace.settle()
    row = next(row for row in workspace.impact.checklist() if row.profile is not None)
    assert (row.status, row.days_left) == ("critical", 10)
    (event,) = workspace.impact.upcoming(NOW + timedelta(90))
    assert [one.need for one in event.began] == ["provisioning-profile"]
