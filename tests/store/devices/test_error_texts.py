"""What a device says about its error is kept as far as somebody can read it."""

from __future__ import annotations

import pytest

from certfleet.store.workspace import Workspace
from tests.store.devices.handset import Handset


@pytest.mark.parametrize(
    ("said", "kept"),
    [("no room left", "no room left"), ("x" * 5_000_000, "x" * 199 + "…")],
    ids=["short", "long"],
)
def test_a_long_one_is_cut(workspace: Workspace, said: str, kept: str) -> None:
    handset = Handset(workspace)
    workspace.devices.renew([handset.id])
    workspace.devices.answer_error(handset.check_in(), said)
    assert workspace.devices.timeline(handset.id)[-1].detail == kept
    assert workspace.check().clean
