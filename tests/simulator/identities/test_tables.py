"""A site's own tables: models and OS versions that certfleet does not know."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from certfleet.simulator.identities import IdentityFleet
from certfleet.simulator.identities.tables import checked, of_folder, shipped, tables
from certfleet.store.errors import Refusal

MODEL = """# as of: 2028-02-01
platform,maker,identifier,name,os,first,last,released,made_from,made_until,share,cellular
android,Fairphone,FP7,Fairphone 7,Android,18,22,2027-09,2027-08,,1000000,yes
"""
RELEASE = "platform,version,released,build\nandroid,18,2027-06-15,CQ1A.270615.001\n"


def test_a_row_is_all_that_a_new_model_needs() -> None:
    added = {"models.csv": MODEL, "releases.csv": RELEASE}
    assert tables(added).until == date(2028, 2, 1)
    fleet = IdentityFleet(7, start=date(2027, 12, 6), added=added)
    drawn = fleet.identity(5, "android")
    assert (drawn.maker, drawn.model_name, drawn.os_version) == ("Fairphone", "Fairphone 7", "18")
    assert drawn.os_build == "CQ1A.270615.001"
    assert drawn.imei is not None
    before = IdentityFleet(7, start=date(2027, 8, 2), added=added)
    assert all(before.identity(index, "android").maker != "Fairphone" for index in range(500))


def test_a_row_replaces_the_model_of_that_identifier() -> None:
    text = "\n".join(
        line.replace("Galaxy S26", "Galaxy S26 (ours)")
        for line in shipped()["samsung.csv"].splitlines()
        if line.startswith("platform") or "SM-S942B" in line
    )
    (model,) = (model for model in tables({"ours.csv": text}).models if model.identifier == "SM-S942B")
    (own,) = (model for model in tables().models if model.identifier == "SM-S942B")
    assert (model.name, model.type_code) == ("Galaxy S26 (ours)", own.type_code)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("platform,maker\nios,Apple\n", "line 2: 'platform"),
        ("platform,version,released\nios,27.5,someday\n", "line 2: Invalid isoformat"),
        ("platform,version,released\nsymbian,9,2027-01-01\n", "symbian"),
        ("platform,version,released\n\n# more\nios,27.5.beta,2027-01-01\n", "line 4: invalid literal"),
        ("platform,identifier,maker\nios,iPhone99,Apple\n", "'made_from' is missing"),
    ],
)
def test_a_row_that_is_none_is_named(text: str, said: str) -> None:
    with pytest.raises(Refusal, match="tables-invalid") as refusal:
        checked({"ours.csv": text})
    assert "ours.csv, line" in refusal.value.message
    assert said.removeprefix("line 2: 'platform") in refusal.value.message


def test_a_folder_without_tables(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="tables-invalid"):
        of_folder(tmp_path)
    (tmp_path / "releases.csv").write_text(RELEASE)
    assert of_folder(tmp_path) == {"releases.csv": RELEASE}


def test_every_file_says_up_to_when_it_goes_and_where_it_is_from() -> None:
    assert len(shipped()) > 10
    for name, text in shipped().items():
        comments = [line for line in text.splitlines() if line.startswith("#")]
        assert any(line.startswith("# as of: 20") for line in comments), name
        assert len(comments) > 1, name


def test_a_clock_beyond_the_tables() -> None:
    assert not tables().end_before(datetime(2026, 11, 29, 23, 59, tzinfo=UTC))
    assert tables().end_before(datetime(2026, 11, 30, tzinfo=UTC))
