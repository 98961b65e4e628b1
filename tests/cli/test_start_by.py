"""``certfleet start-by``."""

from __future__ import annotations

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
