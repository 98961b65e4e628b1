"""Scenario files: mistakes are named by their lines."""

from __future__ import annotations

import pytest

from certfleet.simulator.scenarios.catalogue import find_text, text_of
from certfleet.simulator.scenarios.reading import ScenarioInvalid, read_scenario
from certfleet.store.errors import Refusal

FILE = text_of("gateway-monday")


def _mistakes(text: str) -> list[tuple[str, str]]:
    """The line of each mistake, as it is written, and what is said."""
    with pytest.raises(ScenarioInvalid) as refusal:
        read_scenario(text, "lesson")
    lines = ["", *text.splitlines()]
    return [(lines[one.line], f"{one.message} {one.hint}") for one in refusal.value.mistakes]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('length = "5d"', 'length = "5y"', "write 90d, 12h, 2w or 30min"),
        ("points = 50", "points = 0", "whole number from 1"),
        ('check = "not-stopped"', 'check = "not-stoped"', "Did you mean not-stopped?"),
        ('valid_for = "150d"', 'valid_fro = "150d"', "Did you mean valid_for?"),
        ("devices = 50", "device = 50", "Did you mean devices?"),
        ('after = "54h"', 'after = "9d"', "after the end of the scenario"),
        ('do = "complete-task"', 'do = "complete-tasks"', "Did you mean complete-task?"),
        ("cost = 10", 'cost = "ten"', "whole number"),
        ('task = "gateway-ssl"', "tsk = 3", "Did you mean task?"),
        ("company = 7", "compny = 7", "Did you mean company?"),
        ('valid_for = "150d"', 'name = "gateway.example"', "there is one SSL certificate for the Gateway FQDN only"),
    ],
)
def test_a_mistake_is_named_by_its_line(right: str, wrong: str, said: str) -> None:
    found = _mistakes(FILE.replace(right, wrong, 1))
    assert any(line == wrong and said in message for line, message in found), found


def test_all_mistakes_are_named_at_once() -> None:
    text = FILE.replace("points = 50", "points = 0").replace('length = "5d"', 'length = "x"')
    assert len(_mistakes(text)) >= 2
    assert "title" in _mistakes("start = 2026-01-05")[0][1]
    assert "this is not TOML" in _mistakes("title = ")[0][1]


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        ('action = "device.revok"\nmost = 0', "Did you mean device.revoke?"),
        ('action = "devices.revoke"\nmost = 0', "Did you mean device?"),
        ('action = "device.revoke"\nleast = 2\nmost = 1', "nobody can meet it"),
    ],
)
def test_an_objective_counts_acts_that_there_can_be(acts: str, said: str) -> None:
    objective = f'\n[[objective]]\ntitle = "Acts"\npoints = 1\ncheck = "acts"\n{acts}\n'
    [(_, found)] = _mistakes(FILE + objective)
    assert said in found
    for right in ("device.revoke", "device", "notice.drill", "certificate.export-key"):
        read_scenario(FILE + objective.replace(acts, f'action = "{right}"'), "lesson")


def test_a_scenario_lasts_longer_than_its_solution() -> None:
    begins = FILE.index("[[solution]]")
    late = FILE[:begins] + FILE[begins:].replace('after = "2h"', 'after = "400d"', 1)
    assert "after the end of the scenario" in _mistakes(late)[0][1]
    assert any("over before" in said for _, said in _mistakes(FILE.replace('length = "5d"', 'length = "0d"')))


def test_an_objective_waits_for_a_follow_up_that_there_can_be() -> None:
    task = 'check = "task-done"\ntask = "{}"'
    [(line, said)] = _mistakes(FILE.replace(task.format("gateway-ssl"), task.format("gatway-ssl")))
    assert line == 'task = "gatway-ssl"'
    assert "Did you mean gateway-ssl?" in said


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read_scenario("\ufeff" + FILE, "lesson") == read_scenario(FILE, "lesson")


def test_what_is_done_is_looked_at_also_where_nobody_says_when() -> None:
    found = [said for _, said in _mistakes(FILE + '\n[[event]]\ndo = "add-friend"\n')]
    assert any("it doesn't say when" in said for said in found)
    assert any("'add-friend' is no action" in said for said in found)


def test_an_event_is_an_act_an_outage_or_a_text() -> None:
    begun = FILE + '\n[[event]]\nafter = "1d"\n'
    assert "nothing happens in it" in _mistakes(begun)[0][1]
    assert "an outage needs length" in _mistakes(begun + 'do = "outage"\nservice = "server"\n')[0][1]
    assert "Did you mean server?" in _mistakes(begun + 'do = "outage"\nservice = "servr"\nlength = "2h"\n')[0][1]
    assert "at once" in _mistakes(begun + 'do = "renew"\nper_day = 5\n')[0][1]
    good = read_scenario(begun + 'do = "outage"\nservice = "server"\nlength = "2h"\n', "lesson")
    assert len(good.events) == 2


def test_a_scenario_has_a_name_or_a_file() -> None:
    assert find_text("gateway-monday") == ("gateway-monday", FILE)
    with pytest.raises(Refusal) as refusal:
        find_text("gateway-mondy")
    assert (refusal.value.code, refusal.value.hint) == ("scenario-unknown", "Did you mean gateway-monday?")
    with pytest.raises(Refusal) as refusal:
        find_text("./missing.toml")
    assert refusal.value.code == "scenario-unreadable"
