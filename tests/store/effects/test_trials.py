"""A tried change leaves nothing behind, and its effects equal those of the change when it is carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.clock import FixedClock
from certfleet.store.devices import security_actions
from certfleet.store.effects import rows, trust
from certfleet.store.effects.effects import Effects
from certfleet.store.errors import Refusal
from certfleet.store.model.device import DeviceState
from certfleet.store.persistence.copies import packed_texts
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.workspace import Workspace
from tests.documents import export_of
from tests.examples import examples
from tests.material import NOW, Issued, issue, make_ca
from tests.store.deployment import source

from .changes import CHANGES, HOST, LONER, NO_DIFFERENCE, Change, in_memory, named
from .use_cases import writing


@pytest.fixture(scope="module")
def deployed() -> Iterator[Workspace]:
    with in_memory() as workspace:
        yield workspace


@pytest.fixture
def workspace(deployed: Workspace) -> Iterator[Workspace]:
    """A copy of the deployment for each test."""
    with deployed.copy() as copy:
        copy.poll()
        yield copy


def states(workspace: Workspace) -> dict[int, DeviceState]:
    return {device.id: device.state for device in workspace.devices.all()}


def consequences(workspace: Workspace) -> set[tuple[str, str]]:
    return {(one.capability, one.need) for one in workspace.impact.consequences()}


def told_of(effects: Effects, workspace: Workspace, change: Change) -> None:
    """What is carried out is what was told: states, consequences, tasks and notices."""
    before, stopped, tasks = states(workspace), consequences(workspace), {task.id for task in workspace.tasks.list()}
    notices = len(workspace.notices.list())
    outcome = workspace.trials.perform(lambda: change(workspace), lambda effects: True)
    assert outcome.kept
    assert outcome.effects == effects
    after = states(workspace)
    told = {id: (one.before, one.after) for one in effects.devices for id in one.ids}
    assert told == {
        id: (before.get(id), after.get(id)) for id in {*before, *after} if before.get(id) is not after.get(id)
    }
    new = {(one.capability, one.need) for one in effects.capabilities if one.alteration == "stops"}
    assert new >= consequences(workspace) - stopped
    assert len(effects.tasks) == len({task.id for task in workspace.tasks.list()} - tasks)
    assert len(effects.notices) == len(workspace.notices.list()) - notices


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_trial_leaves_nothing_and_tells_what_then_happens(workspace: Workspace, change: Change) -> None:
    before = export_of(workspace)
    effects = workspace.trials.try_out(lambda: change(workspace))
    assert export_of(workspace) == before
    assert workspace.poll() is None
    assert effects.is_empty == (change in [CHANGES[name] for name in NO_DIFFERENCE])
    told_of(effects, workspace, change)


@examples(25)
@given(st.lists(st.sampled_from(sorted(CHANGES)), max_size=4), st.sampled_from(sorted(CHANGES)))
def test_whatever_was_done_before(deployed: Workspace, earlier: list[str], tried: str) -> None:
    with deployed.copy() as workspace:
        for name in earlier:
            try:
                CHANGES[name](workspace)
            except Refusal:
                continue
        before = export_of(workspace)
        try:
            effects = workspace.trials.try_out(lambda: CHANGES[tried](workspace))
        except Refusal as refusal:
            with pytest.raises(Refusal) as refused:
                CHANGES[tried](workspace)
            assert refused.value.code == refusal.code
            return
        assert export_of(workspace) == before
        told_of(effects, workspace, CHANGES[tried])


def test_what_is_refused_is_refused_in_a_trial(workspace: Workspace) -> None:
    before = export_of(workspace)
    with pytest.raises(Refusal) as refused:
        workspace.trials.try_out(lambda: workspace.inventory.delete(99))
    assert refused.value.code == "not-found"
    assert export_of(workspace) == before


def test_nothing_is_a_difference_too(workspace: Workspace) -> None:
    assert workspace.trials.try_out(lambda: workspace.inventory.get(1)).is_empty


def test_a_change_that_is_not_agreed_to_is_not_kept(workspace: Workspace) -> None:
    before = export_of(workspace)
    outcome = workspace.trials.perform(lambda: workspace.components.unbind("mdm-ssl"), lambda one: not one.is_harmful)
    assert not outcome.kept
    assert outcome.effects.is_harmful
    assert export_of(workspace) == before


def test_several_transactions_of_a_copy_are_one_difference(workspace: Workspace) -> None:
    with workspace.trials.together() as effects:
        workspace.devices.revoke([1])
        workspace.devices.revoke([2])
    assert [(one.platform, one.ids) for one in effects().devices] == [("ios", (1,)), ("macos", (2,))]


def test_what_a_dry_run_of_several_transactions_tells_is_what_a_trial_tells(workspace: Workspace) -> None:
    tried = workspace.trials.try_out(lambda: workspace.components.unbind("mdm-ssl"))
    with workspace.copy() as copy, copy.trials.together() as effects:
        copy.components.unbind("mdm-ssl")
        assert effects() == tried
    assert tried.notices


def test_a_trial_within_a_transaction_is_a_fault_of_the_program(workspace: Workspace) -> None:
    with workspace.database.transaction(), pytest.raises(RuntimeError):
        workspace.trials.try_out(lambda: None)


def test_the_code_is_that_of_the_consequences_alone(workspace: Workspace) -> None:
    def unbind() -> object:
        return workspace.components.unbind("mdm-ssl")

    code = workspace.trials.try_out(unbind).code
    workspace.inventory.describe(1, "whatever")
    assert workspace.trials.try_out(unbind).code == code
    workspace.devices.revoke([1])
    assert workspace.trials.try_out(unbind).code != code


def test_the_code_is_the_same_a_minute_later() -> None:
    with in_memory() as workspace:
        first = workspace.trials.try_out(lambda: CHANGES["renew push"](workspace))
        assert isinstance(workspace.clock, FixedClock)
        workspace.clock.at += timedelta(minutes=1)
        later = workspace.trials.try_out(lambda: CHANGES["renew push"](workspace))
    assert [one.at for one in later.capabilities] != [one.at for one in first.capabilities]
    assert later.code == first.code


def test_what_is_tried_on_many_devices_is_not_written_for_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(SqliteEngine, "_write", lambda engine, table: written.append(table))
    effects = workspace.trials.try_out(lambda: workspace.devices.renew([1, 2, 3]))
    assert sum(one.count for one in effects.queues) == 3
    assert not {"devices", "device_events"} & set(written)


@pytest.mark.parametrize("name", ["renew", "revoke"])
def test_many_devices_are_written_and_compared_some_at_a_time(
    deployed: Workspace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """In one transaction all the same: what is told, and what is written, is what it would be at once."""
    with deployed.copy() as at_once, deployed.copy() as in_parts:
        expected = at_once.trials.perform(lambda: CHANGES[name](at_once), lambda effects: True)
        for module, number in ((security_actions, "_AT_ONCE"), (rows, "_FEW"), (trust, "AT_ONCE")):
            monkeypatch.setattr(module, number, 1)
        monkeypatch.setattr(security_actions, "_WRITTEN", 0)
        monkeypatch.setattr(packed_texts, "_TOGETHER", 1)
        assert in_parts.trials.try_out(lambda: CHANGES[name](in_parts)) == expected.effects
        assert in_parts.devices.log_digest() == deployed.devices.log_digest()
        found = in_parts.trials.perform(lambda: CHANGES[name](in_parts), lambda effects: True)
        assert found.effects == expected.effects
        assert in_parts.devices.all() == at_once.devices.all()
        assert in_parts.devices.log_digest() == at_once.devices.log_digest()


# The use cases

NOT_TRIED = {
    "audit.accept": "it seals what is in the files; tests/cli/test_audit.py tries it",
    "backups.make": "it writes a file, and changes nothing",
    "devices.refuse_enrollment": "it only notes that a device was turned away, as enrolling does",
    "courier.deliver_due": "it sends, which nothing takes back",
    "inventory.export_pem": "it hands out a key; only the audit trail is written",
    "inventory.reveal_password": "it shows a secret; only the audit trail is written",
    "portal.issue_on_paper": "nothing is issued so but in copies that are run ahead",
    "portal.issue_app_on_paper": "nothing is issued so but in copies that are run ahead",
    "logins.account_of": "a person's own session",
    "logins.login": "a person's own session",
    "logins.logout": "a person's own session",
    "moments.before_time_passes": "it only keeps a moment",
    "moments.go": "the real world doesn't go back; tests/cli/test_moment.py tries it in a simulation",
    "moments.restore_copy": "it is for copies",
    "trials.draft": "it is a trial itself",
}


def test_every_use_case_that_writes_is_tried(deployed: Workspace) -> None:
    called = set[str]()

    def noted(name: str, method: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            called.add(name)
            return method(*args, **options)

        return call

    with pytest.MonkeyPatch.context() as patched:
        for name in (names := set(writing(deployed))):
            part, method = name.split(".")
            kind = type(getattr(deployed, part))
            patched.setattr(kind, method, noted(name, getattr(kind, method)))
        for change in CHANGES.values():
            with deployed.copy() as copy:
                copy.trials.try_out(partial(change, copy))
    assert len(names) > 60
    assert sorted(names - called) == sorted(NOT_TRIED)


# What is harmful


def test_the_first_certificate_of_a_component_is_harmful_where_devices_can_t_go_on(workspace: Workspace) -> None:
    workspace.components.unbind("mdm-ssl")
    component = workspace.components.find("mdm-ssl")
    assert component is not None
    workspace.components.remove(component.id)
    late = issue(HOST, not_before=NOW + timedelta(days=3))
    entry = workspace.inventory.import_from(source(late)).imported[0]
    effects = workspace.trials.try_out(lambda: workspace.components.bind("mdm-ssl", entry.id))
    assert "no device reaches the server" in {one.seen for one in effects.capabilities if one.is_harmful}


def test_the_first_certificate_of_another_component_is_not(workspace: Workspace) -> None:
    late = issue("files.company.example", not_before=NOW + timedelta(days=3))
    entry = workspace.inventory.import_from(source(late)).imported[0]
    effects = workspace.trials.try_out(lambda: workspace.components.bind("gateway-szc-ssl", entry.id))
    assert not effects.is_harmful


# What may surprise


def notes_of(workspace: Workspace, new: Issued) -> str:
    old = named(workspace, HOST)
    return "\n".join(workspace.trials.try_out(lambda: workspace.inventory.replace(old, source(new))).notes)


def dns(*names: str) -> tuple[x509.GeneralName, ...]:
    return tuple(x509.DNSName(name) for name in names)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (issue("other.company.example"), f"the new certificate does not cover DNS:{HOST}"),
        (issue("x", sans=dns("other.company.example")), f"the new certificate does not cover DNS:{HOST}"),
        (issue("x", sans=dns("*.example")), f"the new certificate does not cover DNS:{HOST}"),
        (issue(HOST.upper()), ""),
        (issue("x", sans=dns(f"{HOST}.")), ""),
        (issue("x", sans=dns("*.company.example")), ""),
    ],
)
def test_a_replacement_says_before_what_it_does_not_cover(workspace: Workspace, new: Issued, said: str) -> None:
    notes = notes_of(workspace, new)
    assert said in notes
    assert ("does not cover" in notes) == bool(said)


def test_a_replacement_says_before_when_it_ends_and_begins(workspace: Workspace) -> None:
    assert "expires no later than the old one" in notes_of(workspace, issue(HOST, days=20))
    late = issue(HOST, not_before=NOW + timedelta(days=3))
    assert "is valid from 2026-01-04 00:00 UTC only" in notes_of(workspace, late)


def test_a_replacement_says_before_who_will_not_trust_it(workspace: Workspace) -> None:
    workspace.site.set(ssl_offload=False)  # else the old one is served until the load balancer knows the new one
    assert "SSL Error 61" in notes_of(workspace, issue(HOST, issuer=make_ca("Another Root CA")))


def test_binding_says_before_what_is_doubtful(workspace: Workspace) -> None:
    loner = named(workspace, LONER)
    effects = workspace.trials.try_out(lambda: workspace.components.bind("gateway-szc-ssl", loner))
    assert "it has no subject alternative name, which current clients demand" in effects.notes
