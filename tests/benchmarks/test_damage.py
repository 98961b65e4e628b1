"""Faults of the storage, a few of each kind: named or without effect, and always restored."""

from __future__ import annotations

import json

import pytest

from benchmarks.damage import main


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_faults_are_named_or_have_no_effect(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--faults", "60", "--seed", str(seed), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["named"]
