"""``certfleet site freeze``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..conftest import Command

SPAN = "2026-12-20..2027-01-06"


def test_freezes_are_listed_added_and_removed(filled: Command) -> None:
    assert "there is no change freeze" in filled.done("site", "freeze", "list")
    added = filled.json("site", "freeze", "add", SPAN, "--why", "end of the year")
    freeze = {"first": "2026-12-20", "last": "2027-01-06", "why": "end of the year"}
    assert added["freezes"] == [freeze] == filled.json("site", "show")["site"]["freezes"]
    assert f"{SPAN} (end of the year)" in filled.done("site", "show")
    filled.done("site", "freeze", "add", "2026-11-27")
    assert [one["first"] for one in filled.json("site", "freeze", "list")["freezes"]] == ["2026-11-27", "2026-12-20"]
    assert "change freeze 2026-11-27..2026-11-27 added" in filled.done("audit", "list")
    assert filled.refused("site", "freeze", "add", SPAN)["code"] == "freeze-exists"
    assert filled.refused("site", "freeze", "remove", "2026-12-20..2026-12-21")["code"] == "freeze-unknown"
    assert filled.refused("site", "freeze", "add", "2026-12-20..2026-12-19")["code"] == "freeze-invalid"
    assert filled.json("site", "freeze", "remove", SPAN)["freezes"][0]["first"] == "2026-11-27"


def test_odd_freezes_are_noted_when_they_are_added(filled: Command) -> None:
    assert "note: the change freeze 2020-01-01..2020-01-02 is over" in filled.done(
        "site", "freeze", "add", "2020-01-01..2020-01-02"
    )
    assert "note: " not in filled.done("site", "freeze", "add", "2099-12-20..2099-12-27", "--why", "end of the year")
    overlapping = filled.done("site", "freeze", "add", "2099-12-27..2099-12-30")
    assert "note: it overlaps the change freeze 2099-12-20..2099-12-27 (end of the year)" in overlapping


def test_what_starts_in_a_freeze_is_noted_and_not_refused(filled: Command) -> None:
    today = datetime.now(UTC).date()
    freeze = f"{today - timedelta(days=1)}..{today + timedelta(days=30)}"
    note = f"the new CA group starts in the change freeze {freeze}"
    assert note not in filled.done("authority", "refresh", "--dry-run")
    filled.done("site", "freeze", "add", freeze)
    assert note in filled.json("authority", "refresh", "--dry-run")["effects"]["notes"]
    assert f"note: {note}" in filled.done("authority", "refresh", "--yes")
    assert filled.json("authority", "refresh", "--yes")["notes"] == [note]
