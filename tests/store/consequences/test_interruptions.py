"""Interruptions: from the beginning of a consequence to its end, once each, whoever looks and however often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certfleet.store.clock import FixedClock
from certfleet.store.consequences.interruptions import key_of, key_of_interruption
from certfleet.store.errors import Refusal
from certfleet.store.model.component import Use
from certfleet.store.model.interruption import Interruption
from certfleet.store.workspace import Workspace
from tests.examples import examples
from tests.material import NOW, issue, make_ca
from tests.store.deployment import DAY, SECOND, bring, push, replace, source, use, use_nothing

END = NOW + 99 * DAY  # of a certificate for 100 days


def spans(deployment: Workspace) -> list[tuple[datetime, datetime | None]]:
    """From when until when something was stopped, in order."""
    found = {(one.since, one.until) for one in deployment.impact.interruptions().list()}
    return sorted(found, key=lambda span: span[0])


def test_it_lasts_from_the_end_to_the_replacement(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "gateway-ssl", issue(days=100))
    clock.at = END + 5 * DAY  # the first look
    deployment.settle()
    clock.at += DAY
    deployment.settle()
    clock.at += DAY
    replace(deployment, component, issue(days=300))
    assert spans(deployment) == [(END, END + 7 * DAY)]
    (enrolling, store) = deployment.impact.interruptions().list()
    assert (enrolling.capability, store.capability) == ("enrollment", "store")
    clock.at = NOW + 300 * DAY
    deployment.settle()
    assert spans(deployment) == [(END, END + 7 * DAY), (NOW + 299 * DAY, None)]


def test_unbound_and_bound_again(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "saml", issue("saml"))
    for day in (1, 3):
        clock.at = NOW + day * DAY
        deployment.components.unbind("saml")
        clock.at += DAY
        deployment.components.bind("saml", component.certificate_id or 0)
    assert spans(deployment) == [(NOW + DAY, NOW + 2 * DAY), (NOW + 3 * DAY, NOW + 4 * DAY)]


def test_not_used_for_a_while(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "saml", issue("saml", days=100))
    clock.at = END + DAY
    deployment.components.set_use("saml", Use.NOT_USED)
    clock.at += DAY
    deployment.components.set_use("saml", Use.REQUIRED)
    assert spans(deployment) == [(END, END + DAY), (END + 2 * DAY, None)]


def test_one_expired_certificate_in_place_of_another_is_another_interruption(
    deployment: Workspace, clock: FixedClock
) -> None:
    component = use(deployment, "saml", issue("saml", days=100))
    clock.at = END + 10 * DAY
    replace(deployment, component, issue("saml", days=105))
    assert spans(deployment) == [(END, END + 10 * DAY), (END + 10 * DAY, None)]


def test_it_is_seen_by_whoever_opens_the_workspace(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "saml", issue("saml", days=100))
    clock.at = END + DAY
    assert deployment.path is not None
    with Workspace.open(deployment.path, clock=clock) as other:
        other.settle()
    deployment.settle()
    assert spans(deployment) == [(END, None)]


# Whatever people do, in whatever order

ACTIONS = ("wait", "wait long", "bind", "bind short", "unbind", "replace", "not used", "required", "migrate", "settle")


def act(workspace: Workspace, clock: FixedClock, action: str, need: str, entries: dict[str, int]) -> None:
    days = 40 if action == "bind short" else 200
    made = {"apns": push}.get(need, issue)(days=days, not_before=clock.at - DAY)
    component = workspace.components.find(need)
    match action:
        case "wait":
            clock.at += DAY + SECOND
        case "wait long":
            clock.at += 60 * DAY
        case "bind" | "bind short":
            entries[need] = bring(workspace, made).id
            workspace.components.bind(need, entries[need])
        case "unbind" if component is not None:
            workspace.components.unbind(need)
        case "replace" if component is not None and component.certificate_id is not None:
            workspace.inventory.replace(component.certificate_id, source(made))
        case "not used":
            workspace.components.set_use(need, Use.NOT_USED)
        case "required":
            workspace.components.set_use(need, Use.REQUIRED)
        case "migrate":
            workspace.site.set(migrated=not workspace.site.get().migrated)
        case _:
            workspace.settle()


def overlapping(known: Iterable[Interruption]) -> list[tuple[Interruption, Interruption]]:
    """Pairs of one key of which the second begins before the first has ended."""
    by_key: dict[object, list[Interruption]] = {}
    for one in known:
        by_key.setdefault(key_of_interruption(one), []).append(one)
    return [
        (first, second)
        for own in by_key.values()
        for first, second in pairwise(sorted(own, key=lambda one: one.since))
        if first.until is None or second.since < first.until
    ]


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.sampled_from(["mdm-ssl", "apns", "gateway-ssl"])),
        min_size=3,
        max_size=14,
    )
)
def test_whatever_people_do_they_never_overlap_and_what_lasts_is_what_is_found(
    actions: Sequence[tuple[str, str]],
) -> None:
    clock, entries = FixedClock(NOW), dict[str, int]()
    with Workspace.open(None, clock=clock) as workspace:
        use_nothing(workspace)
        for action, need in actions:
            before = clock.at
            act(workspace, clock, action, need, entries)
            if clock.at != before:
                workspace.settle()
        workspace.settle()
        known = workspace.impact.interruptions().list()
        assert overlapping(known) == []
        assert all(one.until is None or NOW <= one.since <= one.until <= clock.at for one in known)
        lasting = {key_of_interruption(one) for one in known if one.until is None}
        assert len(lasting) == len([one for one in known if one.until is None])
        found = {key_of(one) for one in workspace.impact.consequences() if one.since is not None}
        assert found <= lasting
        spans_of_outages = workspace.impact.gate().outages
        assert all(end is not None and end < start for (_, end), (start, _) in pairwise(spans_of_outages))
        assert workspace.check().clean


@examples(25)
@given(
    ends=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    starts=st.lists(st.integers(-5, 50), min_size=4, max_size=4),
    looks=st.lists(st.integers(0, 70 * 86_400), min_size=2, max_size=8),
)
def test_between_two_turns_nothing_begins_or_ends(ends: list[int], starts: list[int], looks: list[int]) -> None:
    """So that whoever looks at a turn, and not in between, sees everything."""
    clock = FixedClock(NOW)
    with Workspace.open(None, clock=clock) as workspace:
        use_nothing(workspace)
        ca = issue("Issuing CA", is_ca=True, days=30, issuer=make_ca("Root"))
        for need, days, start in zip(("mdm-ssl", "saml", "gateway-ssl", "apns"), ends, starts, strict=False):
            first = NOW + start * DAY
            made = (
                push(days=days, not_before=first)
                if need == "apns"
                else issue(need, issuer=ca, days=days, not_before=first)
            )
            use(workspace, need, made)
        for second in looks:
            at = NOW + second * SECOND
            now = {key_of(one) for one in workspace.impact.consequences(at)}
            turn = workspace.impact.next_turn(at)
            after = at + SECOND
            if turn is None or after < turn:
                assert {key_of(one) for one in workspace.impact.consequences(after)} == now
            if turn is not None:
                assert turn > at
                assert {key_of(one) for one in workspace.impact.consequences(max(at, turn - SECOND))} == now


def test_refusals_leave_no_interruption(deployment: Workspace) -> None:
    before = deployment.impact.interruptions().list()
    with pytest.raises(Refusal):
        deployment.components.bind("apns", 99)
    assert deployment.impact.interruptions().list() == before
