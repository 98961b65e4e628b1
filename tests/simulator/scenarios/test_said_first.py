"""Saying first what an act will stop: answers are marked by the difference, kept with the run, and scored."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from msgspec.structs import replace

from certfleet.simulator.moments.going import go_to
from certfleet.simulator.scenarios.debrief import debrief
from certfleet.simulator.scenarios.record import START, progress_of, scenario_table
from certfleet.simulator.scenarios.said_first import (
    MarkedAnswer,
    Said,
    answers,
    asks,
    brier,
    is_answered,
    keep_said,
    mark,
    mark_text,
    read_said,
    stops,
)
from certfleet.simulator.scenarios.said_words import said_lines
from certfleet.store.effects.effects import Effects
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace

from .conftest import Begin, idle

APNS = "apns-last-ten-days"
NOW = datetime(2026, 9, 14, tzinfo=UTC)


def _asking(begin: Begin) -> Workspace:
    workspace = begin(APNS)
    with workspace.database.transaction():
        scenario_table(workspace).put([replace(progress_of(workspace), say_first=True)])
    return workspace


def _harm(workspace: Workspace) -> Effects:
    """The difference that revoking ten devices makes."""
    return workspace.trials.try_out(lambda: workspace.devices.revoke(range(1, 11)))


def _answer(sure: int, right: bool) -> MarkedAnswer:
    return MarkedAnswer(
        id=0,
        at=NOW,
        act="x",
        said=Said(sure=sure),
        stopped=(),
        stopped_devices=0,
        code="",
        right=right,
        count_right=right,
    )


def test_an_answer_is_read() -> None:
    assert read_said("nothing:90%") == Said(sure=90)
    assert read_said(" Check-in+enrollment : 40 : 80 ") == Said(what=("check-in", "enrollment"), devices=40, sure=80)
    for wrong in (
        "nothing",
        "check-in:80%",
        "check-in:x:80%",
        "nothing:101%",
        "nothing+check-in:3:50",
        "blub:3:50",
        "",
    ):
        with pytest.raises(Refusal) as refusal:
            read_said(wrong)
        assert refusal.value.code == "say-unclear"


def test_the_difference_marks_it(begin: Begin) -> None:
    workspace = begin(APNS)
    harm = _harm(workspace)
    assert stops(harm) == {"admission": 10}
    verdicts = {
        text: (one.right, one.count_right)
        for text in ("nothing:90", "admission:10:90", "admission:11:90", "admission:30:90", "check-in+admission:10:90")
        for one in [mark(read_said(text), harm, "x", NOW)]
    }
    assert verdicts == {
        "nothing:90": (False, False),
        "admission:10:90": (True, True),
        "admission:11:90": (True, True),
        "admission:30:90": (True, False),
        "check-in+admission:10:90": (False, False),
    }
    assert "right, but not the number" in mark_text(mark(read_said("admission:30:90"), harm, "x", NOW))
    assert not mark(read_said("admission:0:90"), harm, "x", NOW).count_right
    assert mark(read_said("nothing:90%"), Effects(), "x", NOW).count_right
    assert not mark(read_said("check-in:3:90"), Effects(), "x", NOW).right


def test_the_score_is_best_for_what_somebody_really_thinks() -> None:
    assert brier([]) is None
    assert brier([_answer(100, True)]) == 0
    assert brier([_answer(100, False)]) == 1
    assert brier([_answer(50, True), _answer(50, False)]) == pytest.approx(0.25)
    for truth in (10, 40, 75, 90):  # right in so many of 100 cases
        scores = {said: brier([_answer(said, number < truth) for number in range(100)]) for said in range(0, 101, 5)}
        assert min(scores, key=lambda said: scores[said] or 0) == truth


def test_it_is_told_in_words() -> None:
    assert list(said_lines([])) == []
    for sure, right in product((0, 60, 95), (True, False)):
        text = "\n".join(said_lines([_answer(sure, right)]))
        assert f"Brier's score: {(sure / 100 - right) ** 2:.2f}" in text
    text = "\n".join(said_lines([_answer(95, True), _answer(95, False), _answer(60, True)]))
    assert "2 of 3 answers right" in text
    assert "Where you were 90 to 100 % sure (95 % on average): 1 of 2 right" in text
    assert "you were surer than you were right (83 % and 67 %)" in text


def test_it_asks_until_the_scenario_is_over(begin: Begin) -> None:
    assert not asks(begin(APNS))
    workspace = _asking(begin)
    assert asks(workspace)
    idle(workspace)
    assert not asks(workspace)
    with Workspace.open(None) as other:
        assert not asks(other)


def test_answers_stay_when_somebody_goes_back(begin: Begin) -> None:
    workspace = _asking(begin)
    harm = _harm(workspace)
    assert not is_answered(workspace, "revoke", harm)
    keep_said(workspace, mark(read_said("admission:10:80"), harm, "revoke", workspace.now()))
    assert is_answered(workspace, "revoke", harm)
    assert not is_answered(workspace, "delete", harm)
    assert not is_answered(workspace, "revoke", Effects())
    go_to(workspace, START)
    assert [one.said.what for one in answers(workspace)] == [("admission",)]
    assert debrief(workspace).said == tuple(answers(workspace))
    assert workspace.check().clean
