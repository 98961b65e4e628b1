"""What stops next, in order, and the step that prevents it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from certfleet.store.clock import FixedClock
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.outlook.prevention import Step
from certfleet.store.views.prevention import prevention_document, prevention_line
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import DAY, SECOND, app_push, bring, enrolled, push, replace, use

END = NOW + 90 * DAY


def told(workspace: Workspace, until: datetime = END) -> list[tuple[datetime | None, bool, Step]]:
    """When what stops comes, whether it has, and the step."""
    return [(one.at, one.lasts, one.prevention.step) for one in workspace.impact.next_stops(until)]


def test_what_is_stopped_comes_first_and_then_the_soonest(deployment: Workspace) -> None:
    use(deployment, "saml", issue("saml", days=40))
    use(deployment, "gateway-ssl", issue("gateway", days=20))
    use(deployment, "apple-developer", issue("developer", not_before=NOW - 30 * DAY, days=10))
    bring(deployment, issue("syslog", days=30))
    assert told(deployment) == [
        (NOW, True, Step.REPLACE),
        (NOW + 19 * DAY, False, Step.REPLACE),
        (NOW + 29 * DAY, False, Step.REPLACE),
        (NOW + 39 * DAY, False, Step.REPLACE),
    ]
    stops = deployment.impact.next_stops(END)
    assert [one.unused is not None for one in stops] == [False, False, True, False]
    assert told(deployment, NOW + 25 * DAY) == told(deployment)[:2]


def test_each_need_has_its_step(deployment: Workspace) -> None:
    steps = {
        "apns": (push(days=10), Step.RENEW_PUSH),
        "securemail-apns": (app_push(days=10), Step.RENEW_PUSH),
        "mdm-ssl": (issue("mdm", days=10), Step.REPLACE),
        "pki-user": (issue("user", days=10), Step.REPLACE),
        "pki-ca": (issue("PKI CA", is_ca=True, days=10), Step.REPLACE),
    }
    for need, (issued, _) in steps.items():
        use(deployment, need, issued, name="Microsoft CA" if need.startswith("pki") else "")
    found = {one.prevention.need: one.prevention.step for one in deployment.impact.next_stops(END) if not one.unused}
    assert found == {need: step for need, (_, step) in steps.items()}


def test_a_ca_above_others_is_imported_and_deployed_first(deployment: Workspace) -> None:
    use(deployment, "gateway-ssl", issue("gateway", days=80, issuer=issue("Issuing CA", is_ca=True, days=15)))
    first, second = deployment.impact.next_stops(END)
    assert (first.prevention.step, second.prevention.step) == (Step.IMPORT_AUTHORITY, Step.REPLACE)


def test_what_is_missing_is_bound_and_what_is_not_felt_is_left_to_the_checklist(deployment: Workspace) -> None:
    deployment.components.set_use("saml", Use.REQUIRED)
    deployment.components.set_use("mdm-ssl", Use.REQUIRED)
    assert told(deployment) == [], "nobody feels it"
    assert {one.prevention.step for one in deployment.impact.stops()} == {Step.BIND}


def test_a_follow_up_is_what_prevents_while_the_old_one_is_in_use(deployment: Workspace) -> None:
    deployment.site.set(ssl_offload=True)
    component = use(deployment, "mdm-ssl", issue("mdm", days=10))
    replace(deployment, component, issue("mdm", days=300))
    (one,) = deployment.impact.next_stops(END)
    (task,) = deployment.tasks.list()
    assert (one.prevention.step, one.prevention.task_id) == (Step.DO_TASK, task.id)
    assert prevention_line(one.prevention) == (
        f"prevent it: do task {task.id}: until then the old certificate is in use (`certfleet task done {task.id}`)"
    )
    deployment.tasks.done(task.id)
    assert told(deployment) == []


def test_device_certificates_are_renewed_and_windows_users_asked(deployment: Workspace, clock: FixedClock) -> None:
    first, *_ = [enrolled(deployment, one) for one in (Platform.IOS, Platform.ANDROID, Platform.WINDOWS)]
    clock.at = NOW + 340 * DAY
    deployment.settle()
    renew, ask = deployment.impact.next_stops(NOW + 400 * DAY)
    assert (renew.prevention.step, renew.prevention.devices) == (Step.RENEW_DEVICES, 2)
    assert renew.prevention.platforms == (Platform.IOS, Platform.ANDROID)
    assert (ask.prevention.step, ask.prevention.platforms) == (Step.RE_ENROLL, (Platform.WINDOWS,))
    assert renew.at is not None and renew.at > deployment.now()
    deployment.devices.renew([first.id])
    assert deployment.impact.next_stops(NOW + 400 * DAY)[0].prevention.devices == 1


def test_the_device_ca_is_prevented_by_a_new_group(deployment: Workspace, clock: FixedClock) -> None:
    enrolled(deployment)
    (authority,) = deployment.impact.landscape().device_cas
    clock.at = authority.not_after - 5 * DAY
    deployment.settle()
    found = [one for one in deployment.impact.next_stops(authority.not_after + DAY) if one.stop is not None]
    assert [(one.at, one.prevention.step) for one in found] == [(authority.not_after, Step.REQUEST_GROUP)]
    clock.at = authority.not_after + SECOND
    assert deployment.impact.stops()[0].prevention.step is Step.REQUEST_GROUP


def test_the_document_names_the_cause_and_a_command(deployment: Workspace) -> None:
    use(deployment, "apns", push(UUID(int=5), days=10))
    (one,) = deployment.impact.next_stops(END)
    document = prevention_document(one)
    assert (document.need, document.certificate_id, document.stopped) == ("apns", 1, False)
    assert document.prevent_by == "renew the push certificate in Apple's portal, as the Apple ID that created it"
    assert document.command == "certfleet apns renew --apple-id APPLE-ID"
