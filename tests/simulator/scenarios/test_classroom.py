"""A class: one start for everybody, finished after an interruption; and its report."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, rmtree

import msgspec
import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.moments.going import go_to
from certfleet.simulator.scenarios import class_report as class_reporting
from certfleet.simulator.scenarios import classroom
from certfleet.simulator.scenarios.class_report import class_now, class_report
from certfleet.simulator.scenarios.class_words import cost_most_text, remarks
from certfleet.simulator.scenarios.classroom import create_class, numbered, read_names
from certfleet.simulator.scenarios.kept_reruns import best_run
from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.record import START, progress_of
from certfleet.simulator.scenarios.said_first import asks
from certfleet.simulator.scenarios.standing import see_solution, take_hint
from certfleet.store.branching import DRAFT_FILE, duplicate
from certfleet.store.errors import Refusal
from certfleet.store.folder import STORE_FILE
from certfleet.store.workspace import Workspace

LESSON = """\
title = "Rotate"
about = "Rotation"
text = "Rotate."
debrief = "Rotated."
start = 2026-01-05T00:00:00Z
length = "2d"

[fleet]
devices = 4
mix = { android = 1 }

[[objective]]
title = "Nobody is revoked"
points = 10
check = "acts"
action = "device.revoke"
most = 0

[[objective]]
title = "A new CA group"
points = 40
check = "acts"
action = "authority.refresh"
least = 1

[[objective]]
title = "And another"
points = 40
check = "acts"
action = "authority.refresh"
least = 2

[[hint]]
text = "Refresh."
cost = 3

[[solution]]
do = "refresh-authority"
after = "1h"
"""
SCENARIO = read_scenario(LESSON, "rotate")


class KilledHalfway(BaseException):
    """Stands for a kill: nothing after it runs but what leaves the disk as it is."""


def test_everybody_begins_at_the_same_start(tmp_path: Path) -> None:
    made = create_class(tmp_path / "monday", SCENARIO, LESSON, numbered(3))
    assert made.were_there == 0
    kept = []
    for name in ("person-01", "person-02", "person-03"):
        with Workspace.open(tmp_path / "monday" / name, create=False) as workspace:
            found = workspace.check()
            assert found.clean, found.problems
            assert best_run(workspace) is not None  # from the moment of the start
            kept.append([msgspec.json.encode(device) for device in workspace.devices.records.all()])
    assert kept[0] == kept[1] == kept[2]
    assert not [entry for entry in (tmp_path / "monday").iterdir() if entry.name.startswith(".prepar")]


def test_a_class_may_have_to_say_first(tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    made = create_class(folder, SCENARIO, LESSON, numbered(2), say_first=True)
    assert made.record.say_first
    assert classroom.class_of(folder).say_first
    for name in made.record.people:
        with Workspace.open(folder / name, create=False) as workspace:
            assert asks(workspace)


def test_the_report_tells_who_went_back_who_looked_and_who_copied(tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    create_class(folder, SCENARIO, LESSON, ("Ann", "Bo", "Cy", "Dee"))
    with Workspace.open(folder / "Ann", create=False) as workspace:
        workspace.authorities.refresh()
    rmtree(folder / "Bo")
    copytree(folder / "Ann", folder / "Bo")
    with Workspace.open(folder / "Cy", create=False) as workspace:
        workspace.authorities.refresh()
        go_to(workspace, START)
    with Workspace.open(folder / "Dee", create=False) as workspace:
        see_solution(workspace)
    found = class_report(folder)
    people = {one.name: one for one in found.people}
    assert [people[name].went_back for name in ("Ann", "Bo", "Cy", "Dee")] == [0, 0, 1, 0]
    assert [people[name].shared for name in ("Ann", "Bo", "Cy", "Dee")] == [("Bo",), ("Ann",), (), ()]
    assert list(remarks(found)) == [
        "Dee looked at the best way known before the end",
        "Ann, Bo: the same acts at the same second, so these are copies of one workspace",
    ]


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refusal, match="not empty"):
        create_class(tmp_path, SCENARIO, LESSON, numbered(2))
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(Refusal, match="a class is a folder"):
        create_class(tmp_path / "mine.txt", SCENARIO, LESSON, numbered(2))


def test_a_class_that_is_made_is_not_made_again(tmp_path: Path) -> None:
    create_class(tmp_path / "monday", SCENARIO, LESSON, numbered(1))
    with pytest.raises(Refusal) as refused:
        create_class(tmp_path / "monday", SCENARIO, LESSON, numbered(1))
    assert refused.value.code == "class-folder-used"


def test_two_commands_do_not_make_the_same_class(tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    with classroom._alone(folder), pytest.raises(Refusal) as refused:
        create_class(folder, SCENARIO, LESSON, numbered(1))
    assert refused.value.code == "class-in-making"


def test_what_was_interrupted_while_copying_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "monday"
    copied: list[Path] = []

    def twice(workspace: Workspace, target: Path) -> None:
        if len(copied) == 2:
            target.mkdir()
            (target / DRAFT_FILE).write_bytes(b"half")
            raise KilledHalfway
        copied.append(target)
        duplicate(workspace, target)

    with monkeypatch.context() as patched, pytest.raises(KilledHalfway):
        patched.setattr(classroom, "duplicate", twice)
        create_class(folder, SCENARIO, LESSON, numbered(4))
    with pytest.raises(Refusal) as unfinished:
        class_report(folder)
    assert unfinished.value.code == "class-half-made"
    with pytest.raises(Refusal) as other:
        create_class(folder, SCENARIO, LESSON, numbered(5))
    assert other.value.code == "class-half-made"

    with Workspace.open(copied[0], create=False) as workspace:
        workspace.authorities.refresh()  # somebody has begun
    with monkeypatch.context() as patched:
        patched.setattr(classroom, "start_scenario", None)  # the start isn't prepared again
        assert create_class(folder, SCENARIO, LESSON, numbered(4)).were_there == 2
    assert [one.unread for one in class_report(folder).people] == [""] * 4
    with Workspace.open(copied[0], create=False) as workspace:
        assert len(workspace.authorities.groups()) == 2


def test_what_was_interrupted_while_preparing_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*args: object, **options: object) -> None:
        raise KilledHalfway

    with monkeypatch.context() as patched, pytest.raises(KilledHalfway):
        patched.setattr(classroom, "start_scenario", killed)
        create_class(tmp_path / "monday", SCENARIO, LESSON, numbered(2))
    assert create_class(tmp_path / "monday", SCENARIO, LESSON, numbered(2)).were_there == 0


def test_a_report_ranks_and_names_what_cost_most(tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    create_class(folder, SCENARIO, LESSON, ("Ann", "Bo", "Cy", "Di", "Ed", "Flo"))
    for name, refreshes in (("Bo", 1), ("Cy", 0), ("Di", 1)):
        with Workspace.open(folder / name, create=False) as workspace, Simulator(workspace) as simulator:
            if name == "Di":
                take_hint(workspace)
            for _ in range(refreshes):
                workspace.authorities.refresh()
            simulator.run(progress_of(workspace).ends_at)
    (folder / "Ed" / STORE_FILE).write_bytes(b"no database")
    (folder / "Flo" / STORE_FILE).unlink()

    found = class_report(folder)
    assert [(one.name, one.rank) for one in found.people] == [
        ("Bo", 1),
        ("Di", 2),
        ("Cy", 3),
        ("Ann", 4),
        ("Ed", None),
        ("Flo", None),
    ]
    points = [one.standing.points for one in found.people if one.standing is not None]
    assert points == [50, 47, 10, 0]
    assert [one.costliest and one.costliest.number for one in found.people] == [3, 3, 2, None, None, None]
    assert "workspace-damaged" in found.people[4].unread
    assert "there is no workspace" in found.people[5].unread
    assert not (folder / "Flo" / STORE_FILE).exists()


def test_a_report_tells_the_act_that_cost_most_and_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = LESSON.replace("least = 2", "most = 1")
    folder = tmp_path / "monday"
    create_class(folder, read_scenario(text, "lesson"), text, numbered(2))
    for name, refreshes in (("person-01", 2), ("person-02", 1)):
        with Workspace.open(folder / name, create=False) as workspace, Simulator(workspace) as simulator:
            for _ in range(refreshes):
                workspace.authorities.refresh()
            simulator.run(progress_of(workspace).ends_at)
    assert [one.are_known for one in class_now(folder).people] == [False, False]
    best, other = class_report(folder).people
    assert best.mistake is None
    assert other.mistake is not None
    assert other.mistake.points == 40
    assert cost_most_text(other).endswith("requested; it issues from 2026-01-06 00:00 UTC on: 40 points")
    monkeypatch.setattr(class_reporting, "act_costs", None)
    assert class_report(folder).people == (best, other) == class_now(folder).people


def test_the_same_points_have_the_same_rank(tmp_path: Path) -> None:
    create_class(tmp_path / "monday", SCENARIO, LESSON, ("Bo", "Ann"))
    found = class_report(tmp_path / "monday")
    assert [(one.name, one.rank) for one in found.people] == [("Bo", 1), ("Ann", 1)]  # in the order of the names


def test_somebody_with_another_scenario_is_told(tmp_path: Path) -> None:
    create_class(tmp_path / "monday", SCENARIO, LESSON, ("Ann",))
    other = LESSON.replace("cost = 3", "cost = 0")
    create_class(tmp_path / "other", read_scenario(other, "cheap"), other, ("Ann",))
    (tmp_path / "other" / "Ann").replace(tmp_path / "moved")
    (tmp_path / "monday" / "Ann").replace(tmp_path / "away")
    (tmp_path / "moved").replace(tmp_path / "monday" / "Ann")
    assert class_report(tmp_path / "monday").people[0].unread == "it holds another scenario: cheap"


def test_names_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("\ufeffAnn O'Hara\n\n  Zoë \n7\n", encoding="utf-8")
    assert read_names(file) == ("Ann O'Hara", "Zoë", "7")


def test_names_of_all_scripts_are_folders(tmp_path: Path) -> None:
    names = (
        *("प्रिया", "ณัฐวุฒิ", "தமிழ்", "יוֹסֵף", "مُحَمَّد", "مهدی\u200cزاده"),
        *("Nguyễn Thị Hương", "Siân O\u2019Neill", "王 小明"),
    )
    file = tmp_path / "names.txt"
    file.write_text("\n".join(names), encoding="utf-8")
    assert read_names(file) == names
    file.write_text("Zoe\u0308", encoding="utf-8")  # as macOS saves names of files
    assert read_names(file) == ("Zoë",)


@pytest.mark.parametrize(
    "text",
    [
        *("Ann\nann", "../up", "a/b", ".hidden", "-x", "class.json", "dot.", "a\tb", "x" * 65, "", "\x1b[31m"),
        *("\u0308a", "a\u3164", "Ann 🦊"),
    ],
)
def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "names.txt"
    file.write_text(text)
    with pytest.raises(Refusal) as refused:
        read_names(file)
    assert refused.value.code == "names-invalid"


def test_names_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"Zo\xeb")
    for name, hint in (("missing", "Name a file with a name a line."), ("latin", "Save it as UTF-8.")):
        with pytest.raises(Refusal) as refused:
            read_names(tmp_path / name)
        assert (refused.value.code, refused.value.hint) == ("names-unreadable", hint)
