"""Which call meets which fault."""

from __future__ import annotations

import pytest

from certfleet.api.rehearsal.faults import SHARE, FaultKind, Faults, possible_faults, read_faults

ALL = tuple(FaultKind)


def test_the_same_seed_injects_the_same_faults() -> None:
    first, again, other = ([Faults(seed).of(number, ALL) for number in range(1, 200)] for seed in (7, 7, 8))
    assert first == again != other
    assert {*first} == {None, *ALL}


def test_about_the_wanted_share_of_calls_meets_one() -> None:
    found = [Faults(7, share=25).of(number, ALL) for number in range(1, 1001)]
    assert 200 < sum(one is not None for one in found) < 300
    assert all(Faults(7, share=100).of(number, ALL) for number in range(1, 100))


def test_only_the_chosen_kinds_are_injected_and_only_where_they_can_be() -> None:
    faults = Faults(7, (FaultKind.LOST_ANSWER, FaultKind.SLOW), share=100)
    assert {faults.of(number, ALL) for number in range(1, 100)} == {FaultKind.LOST_ANSWER, FaultKind.SLOW}
    assert {faults.of(number, [FaultKind.SLOW]) for number in range(1, 100)} == {FaultKind.SLOW}
    assert faults.of(1, [FaultKind.TOO_MANY]) is None


def test_what_can_go_wrong_depends_on_the_call() -> None:
    def possible(**said: bool) -> set[FaultKind]:
        nothing = dict.fromkeys(("is_login", "has_session", "changes", "can_be_halved"), False)
        return set(possible_faults(**{**nothing, **said}))

    always = {FaultKind.TOO_MANY, FaultKind.UNAVAILABLE, FaultKind.SLOW}
    assert possible(is_login=True) == possible(is_login=True, has_session=True) == always
    assert possible(has_session=True) == always | {FaultKind.SESSION_ENDS}
    assert possible(changes=True) == always | {FaultKind.LOST_ANSWER}
    assert possible(can_be_halved=True) == always, "a list that is read, such as filters"
    assert possible(changes=True, can_be_halved=True) == always | {FaultKind.LOST_ANSWER, FaultKind.HALF_DONE}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seed=7", Faults(7, ALL, SHARE)),
        (" Seed=7 , lost-answer,share=50% ", Faults(7, (FaultKind.LOST_ANSWER,), 50)),
        ("too-many,slow,too-many,seed=0,share=100", Faults(0, (FaultKind.TOO_MANY, FaultKind.SLOW), 100)),
    ],
)
def test_faults_in_written_form(text: str, expected: Faults) -> None:
    assert read_faults(text) == expected


@pytest.mark.parametrize(
    "text", ["", "7", "seed=", "seed=-1", "seed=7,fire", "slow", "seed=7,share=0", "seed=99999999999"]
)
def test_what_is_no_description_of_faults(text: str) -> None:
    with pytest.raises(ValueError, match="seed"):
        read_faults(text)
