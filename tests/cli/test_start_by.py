"""``certfleet start-by``."""

from __future__ import annotations

import os
import subprocess

import pytest

from .conftest import Command


def test_it_is_computed_kept_and_shown(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 8, "--seed", 5)
    assert certfleet.json("start-by")["start_by"] is None
    assert "nothing is computed yet" in certfleet.done("start-by")
    computed = certfleet.json("start-by", "--compute")["start_by"]
    assert computed == certfleet.json("start-by")["start_by"]
    group = next(one for one in computed["starts"] if one["record"] == "authority-group:1")
    assert "this fleet needs" in group["said"]
    assert group["title"] in certfleet.done("start-by")
    assert computed["old"] is None
    certfleet.done("site", "set", "--certificate-lead-days", 9)
    assert "settings have changed since" in certfleet.json("start-by")["start_by"]["old"]


COMPUTING = [("start-by", "--compute"), ("forecast", "--for", "30d")]


@pytest.mark.parametrize("words", COMPUTING)
def test_it_ends_with_the_program_that_started_it(certfleet: Command, words: tuple[str, ...]) -> None:
    certfleet.done("simulate", "fleet", "--devices", 8, "--seed", 5)
    reader, writer = os.pipe()
    os.close(writer)
    line = certfleet.line("--json", *words, "--attached")
    left = subprocess.run(line, stdin=reader, capture_output=True, env=certfleet.env(), check=False)
    os.close(reader)
    assert (left.returncode, left.stdout) == (1, b"")
    assert certfleet.json("start-by")["start_by"] is None


@pytest.mark.parametrize("words", COMPUTING)
def test_a_program_reads_how_far_it_is(certfleet: Command, words: tuple[str, ...]) -> None:
    certfleet.done("simulate", "fleet", "--devices", 8, "--seed", 5)
    line = certfleet.line("--json", *words, "--attached")
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=certfleet.env()
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read().decode().splitlines()
    assert process.returncode == 0
    assert said
    for one in said:
        name, done, total = one.split()
        assert name == "progress"
        assert 0 <= int(done) <= int(total)
