"""The measurements start: each is found by its name and imports its modules."""

from __future__ import annotations

import importlib

import pytest

from benchmarks.__main__ import NAMES, main, module_of


@pytest.mark.parametrize("name", NAMES)
def test_a_measurement_is_found_by_its_name(name: str) -> None:
    assert callable(importlib.import_module(module_of(name)).main)


def test_an_unknown_name_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert "usage" in capsys.readouterr().err
