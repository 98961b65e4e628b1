"""A scenario is played before anybody else does: by nobody, and by its own solution."""

from __future__ import annotations

from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.trial_play import TrialPlay, trial_play, trial_play_lines

from .test_classroom import LESSON


def played(text: str) -> tuple[TrialPlay, list[str]]:
    scenario = read_scenario(text, "mine")
    found = trial_play(scenario, text)
    return found, list(trial_play_lines(found, scenario))


def test_it_says_what_doing_nothing_gets_and_what_the_solution_misses() -> None:
    found, said = played(LESSON)
    assert (found.idle.points, found.best.points) == (10, 50)
    assert found.is_sound
    assert said == [
        "doing nothing gets 10 of 90 points",
        "  1  met: Nobody is revoked (10 points)",
        "  2  missed: A new CA group (40 points)",
        "     authority.refresh: 0 times",
        "  3  missed: And another (40 points)",
        "     authority.refresh: 0 times",
        "the best way known gets 50 of 90 points",
        "  1  met: Nobody is revoked (10 points)",
        "  2  met: A new CA group (40 points)",
        "  3  missed: And another (40 points)",
        "     authority.refresh: 1 time",
    ]


def test_an_event_and_an_action_that_are_refused_are_named() -> None:
    event = '\n[[event]]\nafter = "3h"\ndo = "bind"\nneed = "mdm-ssl"\ncertificate = "gone"\n'
    wrong = '\n[[solution]]\ndo = "complete-task"\nafter = "2h"\ntask = "support"\n'
    found, said = played(LESSON + event + wrong)
    assert not found.is_sound
    line = LESSON.count("\n") + 2
    assert [one.line for one in found.idle.prevented] == [line]
    assert any(one.startswith(f"line {line}: the event doesn't happen even if nobody acts: ") for one in said)
    assert any(one.startswith("  its action 2 is refused: ") for one in said)


def test_a_scenario_that_nobody_has_to_act_in_is_one_to_think_about() -> None:
    text = LESSON.replace("least = 1", "least = 0").replace("least = 2", "least = 0")
    _, said = played(text)
    assert said[-1] == "nobody has to do anything: the best way known gets no more than doing nothing"
