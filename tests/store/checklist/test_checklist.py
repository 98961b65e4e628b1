"""The checklist: a row for each need, its status, what stops, and the next step."""

from __future__ import annotations

from certfleet.store.checklist.checklist_row import ChecklistRow, Mark
from certfleet.store.checklist.text_exports import checklist_csv, checklist_markdown
from certfleet.store.clock import FixedClock
from certfleet.store.components.capabilities import Level
from certfleet.store.components.fitting import name_doubt
from certfleet.store.components.needs import DEVICE_CA, NEEDS, Group
from certfleet.store.model.certificate import Status
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.views.checklist import row_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW, issue, issue_long_ago, make_ca
from tests.store.deployment import DAY, SECOND, enrolled, replace, trusted, use
from tests.store.profiles.material import make_profile


def rows(workspace: Workspace, need: str) -> list[ChecklistRow]:
    return [row for row in workspace.impact.checklist() if row.need.id == need]


def test_a_new_workspace_lists_every_need_once_in_order(workspace: Workspace) -> None:
    *server, device_ca = [row for row in workspace.impact.checklist() if row.need.group is Group.SERVER]
    assert (device_ca.need.id, device_ca.authority_group, device_ca.is_done) == ("device-ca", "default", True)
    found = [row for row in workspace.impact.checklist() if row.need is not DEVICE_CA]
    assert found[: len(server)] == server
    assert [row.need for row in found] == [need for need in NEEDS if need.listed]
    assert {row.need.id for row in found if row.status == Mark.MANAGED} == {"mdm-ssl"}
    assert {row.status for row in found if row.need.id != "mdm-ssl"} == {Mark.MISSING}
    assert {row.need.id for row in found if row.level is Level.FINE} == {
        "mdm-ssl",
        "server-ca",
        "gateway-mdm-ssl",
        "gateway-ssl",
        "gateway-ca",
    }
    assert all(row.next_step for row in found)


def test_a_row_follows_its_certificate(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "gateway-exchange-ssl", issue("mail.example.com", days=100))
    told = []
    for days in (10, 70, 90, 100):
        clock.at = NOW + days * DAY
        (row,) = rows(deployment, "gateway-exchange-ssl")
        told.append((row.status, row.days_left, row.level, row.is_done))
    assert told == [
        (Status.VALID, 89, Level.FINE, True),
        (Status.EXPIRING, 29, Level.FINE, False),
        (Status.CRITICAL, 9, Level.FINE, False),
        (Status.EXPIRED, -1, Level.STOPPED, False),
    ]
    assert [one.seen for one in row.stopped] == list(row.would_stop) == ["Secure Mail can't connect to Exchange"]
    assert row.next_step == row.need.renewal
    replace(deployment, component, issue("mail.example.com", days=400))
    assert rows(deployment, "gateway-exchange-ssl")[0].is_done


def test_what_is_not_used_has_nothing_to_do(deployment: Workspace) -> None:
    (row,) = rows(deployment, "saml")
    assert (row.status, row.level, row.is_done) == (Mark.NOT_USED, Level.FINE, True)
    deployment.components.set_use("saml", Use.REQUIRED)
    (row,) = rows(deployment, "saml")
    assert (row.status, row.level, row.is_done) == (Mark.MISSING, Level.STOPPED, False)


def test_several_for_a_need_have_a_row_each(deployment: Workspace) -> None:
    for name in ("Microsoft CA", "Other CA"):
        use(deployment, "pki-user", issue(name), name=name)
    for app in ("com.company.mail", "com.company.web"):
        profile = deployment.profiles.import_file(make_profile(app)).profile
        deployment.components.bind_profile(profile.id)
    assert [row.name for row in rows(deployment, "pki-user")] == ["Microsoft CA", "Other CA"]
    assert [row.name for row in rows(deployment, "provisioning-profile")] == ["com.company.mail", "com.company.web"]


def test_the_cas_of_what_is_shown_have_rows_of_their_own(deployment: Workspace, clock: FixedClock) -> None:
    """Each once, with all that hangs below it."""
    issuing = issue("Issuing CA", is_ca=True, days=50, issuer=issue("Root", is_ca=True, days=900))
    trusted(deployment, "gateway-ssl", issue("gateway", issuer=issuing, days=300))
    trusted(deployment, "gateway-exchange-ssl", issue("mail", issuer=issuing, days=300))
    derived = [row for row in deployment.impact.checklist() if row.derived and row.certificate is not None]
    assert [row.name for row in derived] == ["Issuing CA", "Root"]
    assert {row.need.id for row in derived} == {"gateway-ca"}
    assert derived[0].would_stop == (
        "devices get SSL Error 61",
        "no device can enroll",
        "no user can open the store",
        "Secure Mail can't connect to Exchange",
    )
    clock.at = NOW + 49 * DAY + SECOND
    first, second = [row for row in deployment.impact.checklist() if row.derived and row.certificate is not None]
    assert (first.level, first.status, second.level) == (Level.STOPPED, Status.EXPIRED, Level.FINE)
    assert len(first.stopped) == 4


def test_the_one_that_is_still_served_counts(deployment: Workspace, clock: FixedClock) -> None:
    deployment.site.set(migrated=True)
    component = use(deployment, "mdm-ssl", issue_long_ago("mdm.example.com", days=20))
    new = replace(deployment, component, issue("mdm.example.com", days=400)).new
    (row,) = rows(deployment, "mdm-ssl")
    assert row.certificate is not None and row.certificate.id == new.id
    assert (row.status, row.days_left, row.is_done) == (Status.EXPIRING, 19, False)
    (task,) = deployment.tasks.list(done=False)
    assert row.tasks == (task,) and row.next_step == f"{task.title} (task {task.id})."
    deployment.tasks.done(task.id)
    (row,) = rows(deployment, "mdm-ssl")
    assert (row.status, row.is_done) == (Status.VALID, True)


def test_devices_are_those_of_the_platforms_concerned(deployment: Workspace) -> None:
    for platform in (Platform.IOS, Platform.IOS, Platform.ANDROID, Platform.WINDOWS):
        enrolled(deployment, platform)
    counts = {row.need.id: row.devices for row in deployment.impact.checklist()}
    assert (counts["apns"], counts["android-keystore"], counts["gateway-ssl"], counts["gateway-exchange-ssl"]) == (
        2,
        1,
        4,
        3,
    )
    assert {row.devices for row in deployment.impact.checklist(count=False)} == {0}


def test_a_certificate_for_another_name_is_doubted_in_the_words_of_the_rule(deployment: Workspace) -> None:
    use(deployment, "gateway-ssl", issue("*.example.com"))
    (row,) = rows(deployment, "gateway-ssl")
    assert row.doubt is None
    deployment.site.set(gateway_fqdn="gateway.example.com")
    assert rows(deployment, "gateway-ssl")[0].doubt is None
    deployment.site.set(gateway_fqdn="gateway.example.org")
    (row,) = rows(deployment, "gateway-ssl")
    assert row.doubt == "it is not for gateway.example.org: it names *.example.com"
    assert row.certificate is not None
    assert row.doubt == name_doubt(row.need, row.certificate, deployment.site.get())
    assert as_json(row_document(row))["doubt"] == row.doubt
    listed = deployment.impact.checklist()
    assert row.doubt in checklist_csv(listed)
    assert "Doubtful: it is not for gateway.example.org" in checklist_markdown(listed, NOW)
    deployment.components.set_use("gateway-ssl", Use.NOT_USED)
    assert rows(deployment, "gateway-ssl")[0].doubt is None


def test_as_programs_get_it(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "saml", issue("saml", days=10, issuer=make_ca()))
    clock.at = NOW + 9 * DAY + SECOND
    (row,) = rows(deployment, "saml")
    record = as_json(row_document(row))
    assert (record["need"], record["component_id"], record["certificate"]) == ("saml", component.id, "saml")
    assert (record["status"], record["level"], record["days_left"]) == ("expired", "stopped", -1)
    (stopped,) = record["stopped"]
    assert (stopped["capability"], stopped["reason"], stopped["since"]) == (
        "citrix-files-sso",
        "expired",
        "2026-01-10T00:00:00Z",
    )
