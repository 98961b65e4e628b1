"""What a script made of a fault: judged by its calls alone."""

from __future__ import annotations

from typing import Any

import pytest

from certfleet.api.rehearsal.calls_made import CallMade
from certfleet.api.rehearsal.coping import CopedFault, Coping, judged
from certfleet.api.rehearsal.faults import FaultKind, Faults
from certfleet.api.rehearsal.words import fault_text, faults_lines

RENEW, LIST, OTHER = "device/renewDeviceCert", "device/filter", "device/refresh"


def calls(*made: dict[str, Any]) -> list[CallMade]:
    """Calls half a second long and a second apart."""
    found = []
    for number, said in enumerate(made, 1):
        path = f"/xenmobile/api/v1/{said.pop('path', RENEW)}"
        usual = {"at": float(number), "ended_at": number + 0.5, "method": "POST", "digest": "1 2 3", "status": 200}
        found.append(CallMade(number=number, path=path, **{**usual, **said}))
    return found


def only(*made: dict[str, Any]) -> CopedFault:
    (found,) = judged(calls(*made))
    return found


LOST = {"fault": FaultKind.LOST_ANSWER, "status": None, "changed": "1 signing request added"}
TOO_MANY = {"fault": FaultKind.TOO_MANY, "status": 429, "code": "workspace-busy", "retry_after": 2}
HALF = {"fault": FaultKind.HALF_DONE, "status": 500, "code": "internal-error", "changed": "2 devices"}
ENDED = {"fault": FaultKind.SESSION_ENDS, "status": 401, "code": "not-logged-in"}
REFUSED = {"path": LIST, "status": 401, "code": "not-logged-in"}
LOGIN = {"path": "authentication/login", "is_login": True}
LOGOUT = {"path": "authentication/logout"}


def test_a_lost_answer_whose_call_is_repeated_takes_effect_twice() -> None:
    found = only(dict(LOST), {"path": LIST}, {"changed": "1 signing request added"})
    assert (found.coping, found.later and found.later.number) == (Coping.REPEATED_WITH_EFFECT, 3)
    assert found.coping.is_bad
    assert fault_text(found) == (
        "call 1 (POST device/renewDeviceCert) was carried out, and its answer was lost: call 3 repeated a POST that "
        "had been carried out, and it took effect twice (1 signing request added; then 1 signing request added)"
    )


def test_the_second_repetition_may_be_the_one_that_takes_effect() -> None:
    found = only(dict(LOST), {"status": 429, "code": "workspace-busy"}, {"changed": "1 signing request added"})
    assert (found.coping, found.later and found.later.number) == (Coping.REPEATED_WITH_EFFECT, 3)


def test_a_repetition_that_changes_nothing_more_is_fine() -> None:
    found = only(dict(LOST), {"status": 409, "code": "same-key"})
    assert found.coping is Coping.REPEATED_WITHOUT_EFFECT and not found.coping.is_bad


@pytest.mark.parametrize("other", [{"digest": "4"}, {"path": OTHER}, {"method": "PUT"}], ids=["body", "path", "method"])
def test_another_call_is_no_repetition(other: dict[str, Any]) -> None:
    assert only(dict(LOST), {**other, "changed": "1 signing request added"}).coping is Coping.WENT_ON


def test_a_script_gives_up_that_makes_no_other_call_or_only_logs_out() -> None:
    for fault in (LOST, TOO_MANY, HALF, ENDED):
        assert only(dict(fault)).coping is Coping.GAVE_UP
        assert only(dict(fault), dict(LOGOUT)).coping is Coping.GAVE_UP


def test_whether_a_script_waits_as_long_as_it_was_asked_to() -> None:
    assert only(dict(TOO_MANY), {"at": 1.6}).coping is Coping.TOO_FAST
    waited = only(dict(TOO_MANY), {"at": 3.5})
    assert waited.coping is Coping.WAITED
    assert fault_text(waited).endswith("with Retry-After: 2: it waited 2.0 s, and call 2 repeated it")
    assert only({**TOO_MANY, "fault": FaultKind.UNAVAILABLE, "retry_after": None}, {"at": 1.6}).coping is Coping.WAITED


def test_a_call_that_was_turned_away_is_missed_by_a_script_that_goes_on() -> None:
    found = only(dict(TOO_MANY), {"path": OTHER})
    assert found.coping is Coping.WENT_ON_WITHOUT and found.coping.is_bad


def test_after_the_end_of_a_session_a_script_logs_in_again() -> None:
    found = only(dict(ENDED), dict(LOGIN), {})
    assert (found.coping, found.later and found.later.number) == (Coping.LOGGED_IN_AGAIN, 2)


def test_or_goes_on_without_one() -> None:
    found = only(dict(ENDED), dict(REFUSED), dict(REFUSED))
    assert (found.coping, found.count, found.later) == (Coping.WENT_ON_LOGGED_OUT, 2, None)
    found = only(dict(ENDED), dict(REFUSED), dict(LOGIN), {"path": LIST})
    assert (found.coping, found.count, found.later and found.later.number) == (Coping.WENT_ON_LOGGED_OUT, 1, 3)


def test_what_was_half_done_is_finished_or_left() -> None:
    assert only(dict(HALF), {"changed": "2 devices"}).coping is Coping.DID_THE_REST
    assert only(dict(HALF), {"digest": "3", "changed": "2 devices"}).coping is Coping.DID_THE_REST
    left = only(dict(HALF), {"path": OTHER})
    assert left.coping is Coping.WENT_ON_WITH_HALF and left.coping.is_bad


def test_a_slow_answer_is_waited_for_or_lost() -> None:
    slow = {"fault": FaultKind.SLOW, "changed": "1 signing request added"}
    assert only(dict(slow), {"path": OTHER}).coping is Coping.WAITED
    twice = only({**slow, "status": None}, {"changed": "1 signing request added"})
    assert twice.coping is Coping.REPEATED_WITH_EFFECT


def test_what_went_wrong_is_told_last() -> None:
    made = calls(dict(LOST), {"changed": "1 signing request added"}, {**TOO_MANY, "path": LIST})
    first, *others = faults_lines(Faults(7), judged(made))
    assert first == "2 faults injected (seed 7); 1 went wrong:"
    assert [line.split()[1] for line in others] == ["3", "1"]
    assert list(faults_lines(Faults(7), [])) == ["No fault was injected (seed 7): try another seed, or a larger share"]
