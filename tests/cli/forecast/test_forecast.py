"""``certfleet forecast``: in every format, by plans and seeds; the workspace stays as it is."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.prepared import Prepared

from ..conftest import Command

ROTATION = """
title = "Rotate <the CA>"
[[action]]
do = "refresh-authority"
after = "1d"
[[action]]
do = "renew"
after = "3d"
issuer = "default"
[[action]]
do = "replace-certificate"
after = "4d"
certificate = "gateway-ssl"
valid = "365d"
"""


@pytest.fixture
def drawn(certfleet: Command, prepared: Prepared) -> Command:
    return certfleet.after(prepared, "simulate fleet --devices 40 --start 2026-01-05")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (path := tmp_path / "rotation.toml").write_text(ROTATION)
    return path


def test_it_tells_who_is_stranded_and_what_would_have_prevented_it(drawn: Command) -> None:
    text = drawn.done("forecast", "--for", "90d")
    assert text.startswith("do nothing\n90 days from 2026-01-05 00:00 UTC: 40 devices, ")
    assert "certificate expired" in text
    assert "prevent it: renew the certificates of " in text
    (found,) = drawn.json("forecast", "--for", "90d")["plans"]
    assert {"name", "events", "stranded", "device_days_lost"} <= found.keys()
    assert found["device_days_lost"]["check-in"] > 0
    assert sum(one["devices"] for one in found["stranded"]) == found["days"][-1]["stranded"]


def test_a_kept_forecast_is_compared_with_what_came_of_it(drawn: Command, plan: Path) -> None:
    plan.write_text(ROTATION[: ROTATION.rindex("[[action]]")])  # there is no gateway
    text = drawn.done("forecast", "--for", "30d", "--plan", plan, "--keep", "rotation")
    assert "\nkept as rotation: rotation, from 2026-01-05 to 2026-02-04, kept by " in text
    assert drawn.refused("forecast", "--for", "30d", "--keep", "rotation")["code"] == "forecast-name-taken"
    drawn.done("plan", "run", plan, "--for", "16d")
    assert drawn.json("forecast-review")["forecasts"][0]["plan"] == "rotation"
    compared = drawn.json("forecast-review", "rotation")["forecast"]["comparisons"]
    assert [(one["at"][:10], one["source"]) for one in compared] == [
        ("2026-01-12", "certificates"),
        ("2026-01-19", "certificates"),
        ("2026-01-21", "now"),
    ]
    assert all(one["groups"] == one["groups_said"] for one in compared)
    assert compared[-1]["in_service"] == compared[-1]["in_service_said"]
    assert "said 0, was 0" in drawn.done("forecast-review", "rotation")
    assert drawn.done("forecast-forget", "rotation").startswith("forgotten: rotation: rotation, from 2026-01-05")
    assert drawn.json("forecast-review")["forecasts"] == []


def test_a_forecast_changes_nothing(drawn: Command, tmp_path: Path, plan: Path) -> None:
    drawn.done("workspace", "export", tmp_path / "before.json")
    drawn.done("forecast", "--for", "30d", "--plan", plan)
    drawn.done("workspace", "export", tmp_path / "after.json")
    assert (tmp_path / "before.json").read_bytes() == (tmp_path / "after.json").read_bytes()


def test_what_is_forecast_happens(drawn: Command) -> None:
    (foreseen,) = drawn.json("forecast", "--for", "60d")["plans"]
    log = drawn.json("simulate", "run", "--for", "60d")["event_log"]
    assert (log["count"], log["sha256"]) == (foreseen["event_log_count"], foreseen["event_log_sha256"])


def test_plans_are_compared_and_their_refused_actions_told(drawn: Command, plan: Path) -> None:
    document = drawn.json("forecast", "--for", "60d", "--plan", plan, "--and-nothing")
    rotation, nothing = document["plans"]
    assert (rotation["name"], nothing["name"]) == ("rotation", "do nothing")
    assert (rotation["performed"], [one["code"] for one in rotation["refused"]]) == (2, ["not-found"])
    assert rotation["refused"][0]["line"] == 10
    assert len(rotation["stranded"]) < len(nothing["stranded"])
    assert len(document["comparison"]) == 2
    assert document["comparison"][0].startswith("rotation is better in ")
    text = drawn.done("forecast", "--for", "60d", "--plan", plan, "--and-nothing")
    assert "not-found" in text
    assert text.splitlines()[-2:] == document["comparison"]


def test_plans_of_a_rotation_are_compared_by_who_is_left_behind(drawn: Command, plan: Path) -> None:
    (found,) = drawn.json("forecast", "--for", "30d", "--plan", plan)["plans"]
    held = found["days"][-1]["groups"]
    text = drawn.done("forecast", "--for", "30d", "--plan", plan, "--and-nothing")
    said = f"{held['group-2']} devices on group-2 at the end, {held['default']} left on an older one"
    assert re.search(rf"^CA groups +{said}$", text, re.MULTILINE)
    assert re.search(rf"^devices left on an older CA group +{held['default']} +\d\d$", text, re.MULTILINE)
    assert "older CA group" not in drawn.done("forecast", "--for", "30d", "--plan", _later(plan), "--and-nothing")


def _later(plan: Path) -> Path:
    """The plan without its new CA group."""
    plan.write_text(ROTATION.replace('do = "refresh-authority"', 'do = "start-campaign"'))
    return plan


def test_seeds_give_a_spread(drawn: Command) -> None:
    (found,) = drawn.json("forecast", "--for", "60d", "--seeds", 3)["plans"]
    spread = {one["name"]: one for one in found["spread"]}
    assert all(one["p5"] <= one["p50"] <= one["p95"] for one in found["spread"])
    assert spread["device_days_lost.check-in"]["p5"] < spread["device_days_lost.check-in"]["p95"]
    assert "stranded" in found["assumptions"]["resting"]
    assert drawn.json("forecast", "--for", "60d", "--seeds", 3, "--processes", 2)["plans"] == [found]


def test_as_csv(drawn: Command, plan: Path) -> None:
    text = drawn.done("forecast", "--for", "60d", "--plan", plan, "--and-nothing", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["plan"] for row in rows} == {"rotation", "do nothing"}
    assert {"figure", "notice", "in-service", "ca-group", "refused", "out"} <= {row["record"] for row in rows}
    assert all(None not in row and None not in row.values() for row in rows)


def test_as_json_and_markdown(drawn: Command, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    said = drawn.done("forecast", "--for", "30d", "--format", "json", "--output", tmp_path / "out" / "board.json")
    assert said == f"wrote 1 forecast as json to {tmp_path}/out/board.json\n"
    assert json.loads((tmp_path / "out" / "board.json").read_text())["plans"][0]["name"] == "do nothing"
    text = drawn.done("forecast", "--for", "30d", "--plan", plan, "--and-nothing", "--format", "markdown")
    assert "## Rotate \\<the CA\\>" in text
    assert "## Comparison" in text
    widths = {line.count("|") for line in text.split("## Comparison")[1].split("##")[0].splitlines() if line}
    assert widths == {0, 4}


class HtmlPage(HTMLParser):
    """The tags of a page, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("src", "href")]
        if tag not in ("meta", "line", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_as_one_page_that_loads_nothing(drawn: Command, plan: Path) -> None:
    text = drawn.done("forecast", "--for", "60d", "--plan", plan, "--and-nothing", "--format", "html")
    page = HtmlPage()
    page.feed(text)
    assert page.open == page.links == []
    assert {"svg", "polyline", "table"} <= page.tags
    assert "script" not in page.tags
    assert "Rotate &lt;the CA&gt;" in text
    assert "url(" not in text
    assert "prefers-color-scheme:dark" in text


def test_what_makes_no_sense(drawn: Command, plan: Path, tmp_path: Path) -> None:
    assert drawn.run("forecast").exit_code == 2
    assert drawn.refused("forecast", "--for", "0d")["hint"] == "Write 1h or more."
    assert (drawn.refused("forecast", "--for", "3651d")["hint"] or "").startswith("Write 3650d or less.")
    assert drawn.run("forecast", "--for", "30d", "--output", tmp_path / "x").exit_code == 2
    assert drawn.run("forecast", "--for", "9000000d").exit_code == 2
    assert drawn.refused("forecast", "--for", "30d", "--plan", tmp_path / "none.toml")["code"] == "plan-unreadable"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "rotation.toml").write_text(ROTATION)
    twice = ("--plan", plan, "--plan", tmp_path / "other" / "rotation.toml")
    assert drawn.refused("forecast", "--for", "30d", *twice)["code"] == "plan-names-same"
