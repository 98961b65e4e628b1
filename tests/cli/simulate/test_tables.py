"""``simulate fleet --tables``: models of a site's own, and a clock beyond the tables."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Command

MODEL = """platform,maker,identifier,name,os,first,last,released,made_from,share
android,Fairphone,FP6,Fairphone 6,Android,15,20,2025-06-25,2025-06,1000000
"""


def test_models_of_the_sites_own(certfleet: Command, tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text(MODEL)
    drawn = ("simulate", "fleet", "--devices", 6, "--mix", "android=1", "--start", "2026-06-01")
    certfleet.done(*drawn, "--tables", tmp_path)
    shown = certfleet.json("device", "list")["devices"]
    assert {device["maker"] for device in shown} == {"Fairphone"}
    assert certfleet.json("simulate", "status")["simulation"]["tables"] == ["ours.csv"]


def test_a_file_that_is_no_table_is_refused(certfleet: Command, tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text("platform,version,released\nios,28,some day\n")
    assert certfleet.refused("simulate", "fleet", "--devices", 2, "--tables", tmp_path)["code"] == "tables-invalid"


def test_a_clock_beyond_the_tables_is_said(certfleet: Command) -> None:
    assert "later ones are missing" in certfleet.done("simulate", "fleet", "--devices", 2, "--start", "2031-01-06")
    assert "later ones are missing" in certfleet.done("simulate", "status")
    assert certfleet.json("simulate", "status")["tables"]["outdated"]


def test_a_clock_within_them_is_not(certfleet: Command) -> None:
    assert "later ones are" not in certfleet.done("simulate", "fleet", "--devices", 2, "--start", "2026-01-05")
    assert not certfleet.json("simulate", "status")["tables"]["outdated"]
