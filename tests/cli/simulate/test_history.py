"""``simulate history``: how many devices were in management over time, at even distances."""

from __future__ import annotations

from datetime import timedelta

from certfleet.store.model.simulation import Sample
from certfleet.store.views.simulation import history_lines
from tests.simulator.conftest import MONDAY

from ..conftest import Command


def test_a_line_says_who_is_in_management_and_who_is_not() -> None:
    sample = Sample(at=MONDAY, groups={}, states={"enrolled": 2, "re-enrollment required": 1, "must re-enroll": 1})
    [line] = history_lines([sample])
    assert line == f"2026-01-05  {'█' * 30}{' ' * 10}  3 of 4 (75 %), 1 re-enrollment required, 1 must re-enroll"


def test_samples_at_even_distances_and_now(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 6, "--start", "2026-01-05")
    assert len(certfleet.json("simulate", "history")["samples"]) == 1
    certfleet.done("simulate", "run", "--for", "75d")
    samples = certfleet.json("simulate", "history")["samples"]
    times = [MONDAY + timedelta(days=days) for days in (0, 30, 60, 75)]
    assert [sample["at"] for sample in samples] == [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in times]
    assert all(sum(sample["states"].values()) == 6 for sample in samples)
    assert len(certfleet.done("simulate", "history", "--every", "7d").splitlines()) == 12
    assert certfleet.refused("simulate", "history", "--every", "5h")["hint"] == "Write 6h or more."


def test_lines_of_one_day_say_the_time(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 6, "--start", "2026-01-05")
    certfleet.done("simulate", "run", "--for", "20h")
    lines = certfleet.done("simulate", "history", "--every", "6h").splitlines()
    assert [line[:16] for line in lines] == [
        f"2026-01-05 {time}" for time in ("00:00", "06:00", "12:00", "18:00", "20:00")
    ]


def test_the_last_day_is_there_once_if_the_clock_is_at_no_sample(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 6, "--start", "2026-01-05")
    certfleet.done("simulate", "run", "--for", "60d")
    certfleet.done("simulate", "run", "--for", "9h")
    lines = certfleet.done("simulate", "history").splitlines()
    assert [line.split()[0] for line in lines] == ["2026-01-05", "2026-02-04", "2026-03-06"]
    last = certfleet.json("simulate", "history")["samples"][-1]
    assert last["at"] == f"{MONDAY + timedelta(days=60, hours=9):%Y-%m-%dT%H:%M:%SZ}"


def test_without_a_fleet_there_is_none(filled: Command) -> None:
    assert filled.json("simulate", "history") == {"samples": []}
    assert "no fleet has been drawn" in filled.done("simulate", "history")
