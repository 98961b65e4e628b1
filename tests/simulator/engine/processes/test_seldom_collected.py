"""The garbage collector runs more seldom while a simulator is open, and as before afterwards."""

from __future__ import annotations

import gc

import pytest

from certfleet.simulator.engine.processes.seldom_collected import SELDOM, seldom_collected
from certfleet.simulator.engine.simulator import Simulator

from ...conftest import Draw


def test_while_a_simulator_is_open(fleet: Draw) -> None:
    workspace, usual = fleet(), gc.get_threshold()
    with Simulator(workspace):
        assert gc.get_threshold() == SELDOM
    assert gc.get_threshold() == usual


def test_the_last_one_to_leave_sets_it_back() -> None:
    usual = gc.get_threshold()
    first, second = seldom_collected(), seldom_collected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == SELDOM
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual


def test_it_is_set_back_after_a_failure() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="failed"), seldom_collected():
        raise ValueError("failed")
    assert gc.get_threshold() == usual
