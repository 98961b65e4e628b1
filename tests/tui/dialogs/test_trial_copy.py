"""A copy on which a change is tried, for one answer after the other."""

from __future__ import annotations

import threading

import pytest

from certfleet.store.workspace import Workspace
from certfleet.tui.dialogs.trial_copy import TrialCopy

from .test_effects import deployment


@pytest.mark.prepared(by=deployment)
def test_a_newer_choice_cancels_the_trial_of_an_older_one(workspace: Workspace) -> None:
    copy, superseded = TrialCopy(lambda: workspace), threading.Event()
    superseded.set()
    assert copy.try_out(lambda _: pytest.fail("nobody waits for it"), superseded) is None
    assert copy.carry_out(lambda _: pytest.fail("nobody waits for it"), superseded) is None
    renewal = copy.try_out(lambda one: one.devices.renew([1]), threading.Event())
    assert renewal == workspace.trials.try_out(lambda: workspace.devices.renew([1]))
    copy.close()
