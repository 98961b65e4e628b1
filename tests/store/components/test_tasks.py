"""Follow-ups: what opens and closes them, and that the old certificate stays in use until then."""

from __future__ import annotations

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.components.needs import BY_ID, GROUPS
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import ExportFormat
from certfleet.store.model.component import Component
from certfleet.store.model.task import TaskKind
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.store.conftest import content
from tests.store.deployment import DAY, bring, replace, use

GATEWAY = ("gateway-mdm-ssl", "gateway-ssl", "gateway-szc-ssl", "gateway-exchange-ssl", "gateway-storefront-ssl")


def open_kinds(deployment: Workspace) -> list[TaskKind]:
    return [task.kind for task in deployment.tasks.list(done=False)]


def replaced(deployment: Workspace, need: str, **site: bool) -> Component:
    """A component whose certificate is replaced on such a site."""
    component = use(deployment, need, issue("first.example.com"))
    deployment.site.set(**site)
    replace(deployment, component, issue("second.example.com"))
    return deployment.components.get(component.id)


@pytest.mark.parametrize(
    ("site", "need", "kinds"),
    [
        ({}, "mdm-ssl", []),
        ({}, "gateway-ssl", []),
        *(({"ssl_offload": True}, need, ["load-balancer"]) for need in ("mdm-ssl", *GATEWAY)),
        ({"ssl_offload": True}, "saml", []),
        ({"migrated": True}, "mdm-ssl", ["support"]),
        ({"migrated": True}, "gateway-mdm-ssl", ["support"]),
        ({"migrated": True}, "gateway-ssl", []),
        ({"migrated": True}, "saml", []),
        ({"migrated": True, "ssl_offload": True}, "mdm-ssl", ["load-balancer", "support"]),
    ],
    ids=str,
)
def test_what_a_replacement_leaves_to_do_elsewhere(
    deployment: Workspace, site: dict[str, bool], need: str, kinds: list[str]
) -> None:
    component = replaced(deployment, need, **site)
    assert open_kinds(deployment) == kinds
    assert component.still_serves == (1 if kinds else None)
    assert component.certificate_id == 2
    for task in deployment.tasks.list():
        assert (task.component_id, task.certificate_id, task.old_certificate_id) == (component.id, 2, 1)
    assert deployment.check().clean


def test_the_last_one_that_is_done_lets_it_use_the_new_one(deployment: Workspace, clock: FixedClock) -> None:
    component = replaced(deployment, "mdm-ssl", migrated=True, ssl_offload=True)
    first, second = deployment.tasks.list(done=False)
    clock.at += DAY
    done = deployment.tasks.done(first.id)
    assert (done.done_at, done.done_by) == (clock.at, "alice")
    assert deployment.components.get(component.id).still_serves == 1
    clock.at += DAY
    deployment.tasks.done(second.id)
    finished = deployment.components.get(component.id)
    assert (finished.still_serves, finished.bound_at) == (None, clock.at)
    assert deployment.tasks.done(first.id) == done  # twice is once
    assert deployment.inventory.can_delete(2) is not None
    assert deployment.check().clean


def test_a_certificate_of_several_needs_opens_tasks_that_say_which_need_each_is_for(deployment: Workspace) -> None:
    component = use(deployment, "mdm-ssl", issue("first.example.com"))
    gateway = deployment.components.bind("gateway-mdm-ssl", component.certificate_id or 0)
    deployment.site.set(migrated=True, ssl_offload=True)
    effects = deployment.trials.try_out(lambda: replace(deployment, component, issue("second.example.com")))
    assert len(set(effects.tasks)) == len(effects.tasks) == 4
    replace(deployment, component, issue("second.example.com"))
    waiting = deployment.tasks.list(done=False)
    assert {(task.need, task.kind) for task in waiting} == {
        (need, kind) for need in ("mdm-ssl", "gateway-mdm-ssl") for kind in (TaskKind.LOAD_BALANCER, TaskKind.SUPPORT)
    }
    for task in waiting:
        need = BY_ID[task.need or ""]
        assert task.title.endswith(f": {GROUPS[need.group]}, {need.title}")
    for task in waiting:
        if task.component_id == gateway.id:
            deployment.tasks.done(task.id)
    assert deployment.components.get(gateway.id).still_serves is None
    assert deployment.components.get(component.id).still_serves == component.certificate_id
    assert deployment.check().clean


def test_replaced_once_more_before_it_was_done(deployment: Workspace, clock: FixedClock) -> None:
    """What was to be sent is not to be sent any more; the first certificate is still the one that is served."""
    component = replaced(deployment, "mdm-ssl", migrated=True)
    clock.at += DAY
    replace(deployment, component, issue("third.example.com"))
    closed, waiting = deployment.tasks.list()
    assert closed.done_at == clock.at
    assert (waiting.certificate_id, waiting.old_certificate_id, waiting.done_at) == (3, 1, None)
    assert waiting.text.endswith("the gateway goes on with certificate 1.")
    assert deployment.components.get(component.id).still_serves == 1
    deployment.tasks.done(waiting.id)
    assert deployment.components.get(component.id).served_id == 3


def test_on_a_site_that_is_not_migrated_any_more_the_next_one_is_served_at_once(deployment: Workspace) -> None:
    component = replaced(deployment, "mdm-ssl", migrated=True)
    deployment.site.set(migrated=False)
    assert deployment.components.get(component.id).still_serves == 1
    replace(deployment, component, issue("third.example.com"))
    assert deployment.components.get(component.id).served_id == 3
    assert open_kinds(deployment) == []


@pytest.mark.parametrize("act", ["bind", "unbind", "remove"])
def test_whoever_binds_something_else_overtakes_it(deployment: Workspace, act: str) -> None:
    component = replaced(deployment, "mdm-ssl", migrated=True)
    match act:
        case "bind":
            other = bring(deployment, issue("other.example.com"))
            assert deployment.components.bind("mdm-ssl", other.id).served_id == other.id
        case "unbind":
            assert deployment.components.unbind("mdm-ssl").served_id is None
        case _:
            deployment.components.remove(component.id)
    assert open_kinds(deployment) == []
    assert deployment.check().clean


def test_support_gets_the_new_certificate_under_a_strong_new_password(deployment: Workspace) -> None:
    replaced(deployment, "mdm-ssl", migrated=True, ssl_offload=True)
    by_kind = {task.kind: task for task in deployment.tasks.list()}
    task, password = deployment.tasks.for_support(by_kind[TaskKind.SUPPORT].id)
    assert task.certificate_id == 2
    assert len(password) == 24
    assert password != deployment.tasks.for_support(task.id)[1]
    assert deployment.inventory.export(2, ExportFormat.PKCS12, password=password)
    assert password.encode() not in content(deployment)
    with pytest.raises(Refusal, match="no-export-for-task"):
        deployment.tasks.for_support(by_kind[TaskKind.LOAD_BALANCER].id)
    with pytest.raises(Refusal, match="task-unknown"):
        deployment.tasks.for_support(99)


def test_a_request_for_a_push_certificate_waits_to_be_uploaded(deployment: Workspace) -> None:
    request = deployment.apns.request()
    (task,) = deployment.tasks.list(done=False)
    assert (task.kind, task.request_id) == (TaskKind.PORTAL_UPLOAD, request.id)
    issued = deployment.apns.upload("it@example.com", deployment.apns.sign(request.id))
    assert open_kinds(deployment) == [TaskKind.PORTAL_UPLOAD]
    deployment.apns.complete(issued.id)
    assert open_kinds(deployment) == []
    assert deployment.check().clean


def test_a_request_that_is_cancelled_waits_for_nobody(deployment: Workspace) -> None:
    request = deployment.apns.request()
    deployment.requests.cancel(request.id)
    assert open_kinds(deployment) == []
    assert deployment.check().clean


def test_a_task_that_is_not_there(deployment: Workspace) -> None:
    with pytest.raises(Refusal, match="task-unknown"):
        deployment.tasks.done(1)
