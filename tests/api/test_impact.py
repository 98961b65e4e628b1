"""Checklist, consequences, components, trust, tasks, push and notices over REST."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.workspace import Workspace
from tests.forecasts import forecast
from tests.material import NOW, Issued, issue, make_ca

from .conftest import Rest
from .handset import RestHandset

OWNER = "it@company.example"


@pytest.fixture
def bound(rest: Rest, server_certificate: Issued) -> Rest:
    """The certificate of the MDM FQDN is bound: entry 1, its CA entry 2."""
    rest.upload("certificates/import/certificate/server", server_certificate.chain_pem, key=server_certificate.key_pem)
    rest.own.done("POST", "components/bind", {"need": "mdm-ssl", "certificate_id": 1})
    return rest


def test_the_checklist_says_what_is_there_and_what_is_missing(bound: Rest) -> None:
    checklist = bound.own.done("GET", "checklist")
    rows = {row["need"]: row for row in checklist["checklist"]}
    assert rows["mdm-ssl"]["status"] == "valid"
    assert rows["saml"]["status"] == "missing"
    assert checklist["now"] == "2026-01-01T00:00:00Z"
    assert checklist["stopped"] == sum(row["level"] == "stopped" for row in checklist["checklist"])


def test_consequences_now_later_and_in_the_days_to_come(bound: Rest, clock: FixedClock) -> None:
    answer = bound.own.done("GET", "consequences")
    now = answer["consequences"]
    assert answer["ssl_error_61"] == {"would_be_refused": 0, "were_refused": 0}
    assert "mdm-ssl" not in {one["need"] for one in now}
    later = bound.own.done("GET", "consequences?at=2027-06-01T00:00:00Z")
    assert later["ssl_error_61"] is None
    assert "mdm-ssl" in {one["need"] for one in later["consequences"]}
    outlook = bound.own.done("GET", "consequences/upcoming?days=400")
    coming = outlook["events"]
    assert (outlook["unused"], outlook["device_certificates"]) == ([], [])
    assert {one["need"] for event in coming for one in event["began"]} >= {"mdm-ssl"}
    assert bound.own.refused("GET", "consequences?at=2025-01-01T00:00:00Z") == (400, "request-invalid")
    assert bound.own.refused("GET", "consequences?at=9999-12-31T23:59:59-14:00")[0] == 400
    assert bound.own.refused("GET", "consequences/upcoming?days=0") == (400, "request-invalid")
    depends = bound.own.done("GET", "certificates/1")["depends"]
    assert [(one["need"], one["through_chain"]) for one in depends] == [("mdm-ssl", False)]
    assert bound.done("DELETE", "certificates", [1])["refused"][0]["code"] == "certificate-in-use"


def test_components_are_bound_unbound_and_said_to_be_unused(bound: Rest) -> None:
    component = next(one for one in bound.own.done("GET", "components")["components"] if one["need"] == "mdm-ssl")
    assert (component["certificate_id"], component["status"]) == (1, "valid")
    assert {need["id"] for need in bound.own.done("GET", "components/needs")["needs"]} >= {"apns", "saml", "mdm-ssl"}
    assert [one["id"] for one in bound.own.done("GET", "components/needs/mdm-ssl/candidates")["candidates"]] == [1]
    assert bound.own.done("GET", "components/needs/provisioning-profile/candidates")["candidates"] == []
    assert bound.own.done("POST", "components/unbind", {"need": "mdm-ssl"})["component"]["certificate_id"] is None
    assert (
        bound.own.done("POST", "components/use", {"need": "saml", "use": "not used"})["component"]["use"] == "not used"
    )
    removed = bound.own.done("DELETE", f"components/{component['id']}")["component"]
    assert removed["need"] == "mdm-ssl"
    assert bound.own.refused("DELETE", f"components/{component['id']}") == (404, "component-unknown")
    assert bound.own.refused("POST", "components/bind", {"need": "mdm-ssl"}) == (400, "request-invalid")
    assert bound.own.refused("POST", "components/bind", {"need": "mdm-ssl", "profile_id": 1}) == (
        400,
        "request-invalid",
    )
    assert bound.own.refused("POST", "components/bind", {"need": "x", "certificate_id": 1}) == (404, "need-unknown")
    assert bound.own.refused("POST", "components/bind", {"need": "mdm-ssl", "certificate_id": 9}) == (404, "not-found")
    assert bound.own.refused("POST", "components/use", {"need": "saml", "use": "maybe"}) == (400, "request-invalid")


def test_a_root_is_deployed_and_withdrawn(bound: Rest) -> None:
    anchor = bound.own.done("POST", "trust/deploy", {"certificate_id": 2, "platforms": ["iOS"], "antivirus": "true"})[
        "anchor"
    ]
    assert (anchor["platforms"], anchor["deployed_by"]) == (["ios"], "the administrator")
    (trusted,) = bound.own.done("GET", "trust")["trust"]
    assert (trusted["certificate_id"], trusted["shown"], trusted["certificate"]) == (2, True, "Company CA")
    assert bound.own.done("POST", "trust/withdraw", {"certificate_id": 2})["anchor"]["deployed_at"] is None
    assert bound.own.refused("POST", "trust/deploy", {"certificate_id": 9}) == (404, "not-found")


def test_a_follow_up_waits_until_it_is_done(bound: Rest, workspace: Workspace) -> None:
    workspace.site.set(migrated=True)
    renewed = issue("mdm.company.example", issuer=make_ca("Company CA"))
    tasks = bound.own.upload("certificates/1", renewed.chain_pem, key=renewed.key_pem, method="PUT")["tasks"]
    assert [task["id"] for task in bound.own.done("GET", "tasks")["tasks"]] == tasks
    assert bound.own.done("POST", f"tasks/{tasks[0]}/done")["task"]["done_by"] == "the administrator"
    assert bound.own.done("GET", "tasks")["tasks"] == []
    assert len(bound.own.done("GET", "tasks?all=true")["tasks"]) == 1
    assert bound.own.refused("POST", "tasks/99/done") == (404, "task-unknown")


def test_a_push_certificate_is_renewed_at_once(rest: Rest) -> None:
    rest.own.done("POST", "components/use", {"need": "apns", "use": "as needed"})
    assert rest.own.done("GET", "apns")["apns"]["certificate"] is None
    renewed = rest.own.done("POST", "apns/renew", {"apple_id": OWNER})
    assert (renewed["component"]["apple_id"], renewed["warning"]) == (OWNER, None)
    status = rest.own.done("GET", "apns")["apns"]
    assert status["topic"].startswith("com.apple.mgmt.External.")
    assert rest.own.done("POST", "apns/renew", {"apple_id": OWNER})["certificate"]["id"] != renewed["certificate"]["id"]
    assert rest.own.done("GET", "apns")["apns"]["topic"] == status["topic"]
    other = {"apple_id": "other@company.example"}
    assert rest.own.refused("POST", "apns/renew", other) == (409, "push-upload-warned")
    assert rest.own.done("POST", "apns/renew", {**other, "confirmed": True})["warning"]
    assert rest.own.refused("POST", "apns/renew", {"apple_id": OWNER, "need": "saml"}) == (400, "not-a-push-need")
    assert rest.own.refused("GET", "apns?need=saml") == (400, "not-a-push-need")


def test_a_push_certificate_is_renewed_step_by_step(rest: Rest) -> None:
    request = rest.own.done("POST", "apns/request", {"email": OWNER})
    assert request["pem"].startswith("-----BEGIN CERTIFICATE REQUEST-----")
    signed = rest.own.ask("GET", f"apns/request/{request['request']['id']}/signed").content
    issued = rest.own.upload("apns/upload", signed, {"apple_id": OWNER})["push_certificate"]
    used = rest.own.done("POST", f"apns/import/{issued['id']}")
    assert used["certificate"]["use_as"] == "apns"
    assert rest.own.not_uploaded("apns/upload", signed, {"apple_id": ""})[0] == 400
    assert rest.own.not_uploaded("apns/upload", signed, {"apple_id": OWNER, "create": "perhaps"}) == (
        400,
        "request-invalid",
    )
    assert rest.own.refused("POST", "apns/import/99")[0] == 404
    assert rest.own.refused("GET", "apns/request/99/signed")[0] in (400, 404)


def test_notices_and_their_marks_are_each_persons_own(bound: Rest, viewer: Rest, clock: FixedClock) -> None:
    bound.own.done("POST", "authorities", {"name": "autumn", "ready_after_hours": 1})
    clock.at = NOW + timedelta(hours=1)
    page = viewer.own.done("GET", "notices?unread=true")
    notice = page["notices"][0]
    assert (notice["title"], notice["read"], page["unread"]) == ("CA group autumn is ready", False, 1)
    assert viewer.own.done("POST", "notices/read", [str(notice["id"])]) == {
        "changed": 1,
        "unread": 0,
    }
    assert viewer.own.done("GET", "notices?unread=true")["notices"] == []
    assert bound.own.done("GET", "notices")["unread"] == 1
    assert viewer.own.done("GET", f"notices/{notice['id']}")["notice"]["read"]
    assert viewer.own.done("POST", "notices/unread", [notice["id"]])["unread"] == 1
    assert viewer.own.done("POST", "notices/read/all")["unread"] == 0
    assert viewer.own.done("GET", f"notices?before={notice['id']}")["notices"] == []
    assert viewer.own.refused("POST", "notices/read", [99]) == (404, "notice-unknown")
    assert viewer.own.refused("GET", "notices/99") == (404, "notice-unknown")


def test_ca_groups_give_out_certificates_and_revocation_lists(rest: Rest, operator: Rest) -> None:
    assert rest.own.ask("GET", "authorities/default/certificate?role=root").content.count(b"BEGIN") == 1
    chain = rest.own.ask("GET", "authorities/default/certificate?role=server&chain=true")
    assert chain.content.count(b"BEGIN") == 2
    assert rest.own.ask("POST", "authorities/default/crl").headers["content-type"] == "application/pkix-crl"
    assert operator.own.refused("POST", "authorities/default/crl") == (403, "not-permitted")
    assert rest.own.done("GET", "authorities/default")["authority"]["state"] == "issuing"
    assert rest.own.refused("GET", "authorities/none") == (404, "group-unknown")
    assert rest.own.refused("POST", "authorities", {"name": "default"}) == (409, "group-exists")
    assert rest.own.refused("POST", "authorities", {"ready_after_hours": -1}) == (400, "request-invalid")


def test_what_is_due_by_the_clock_is_done_whoever_asks(
    rest: Rest, viewer: Rest, workspace: Workspace, clock: FixedClock
) -> None:
    """The push certificate lapses; it is a viewer who looks first."""
    rest.own.done("POST", "components/use", {"need": "apns", "use": "as needed"})
    rest.own.done("POST", "apns/renew", {"apple_id": OWNER})
    handset = RestHandset(rest, "F2LX")
    clock.at += timedelta(days=400)
    assert "apns" in {one["need"] for one in viewer.own.done("GET", "consequences")["consequences"]}
    assert not viewer.done("GET", f"device/{handset.id}")["device"]["managed"]
    told = viewer.own.done("GET", f"devices/{handset.id}")
    assert (told["device"]["state"], told["timeline"][-1]["kind"]) == ("must re-enroll", "push-lost")
    assert {line.user for line in workspace.audit.tail(1)} == {"certfleet"}


def test_a_kept_forecast_is_compared_with_what_is_known(rest: Rest, viewer: Rest, workspace: Workspace) -> None:
    workspace.kept_forecasts.keep(forecast(days=30), "rotation of May")
    (kept,) = viewer.own.done("GET", "forecasts")["forecasts"]
    assert (kept["name"], kept["plan"], kept["comparisons"]) == ("rotation of May", "rotation", [])
    (now,) = viewer.own.done("GET", "forecasts/rotation%20of%20May")["forecast"]["comparisons"]
    assert (now["source"], now["groups_said"], now["devices"]) == ("now", {"default": 10}, 0)
    assert viewer.own.refused("GET", "forecasts/none") == (404, "forecast-unknown")


def test_a_kept_forecast_is_forgotten(rest: Rest, viewer: Rest, workspace: Workspace) -> None:
    workspace.kept_forecasts.keep(forecast(days=30), "rotation of May")
    assert viewer.own.refused("DELETE", "forecasts/rotation%20of%20May")[0] == 403
    assert rest.own.done("DELETE", "forecasts/rotation%20of%20May")["forecast"]["name"] == "rotation of May"
    assert viewer.own.done("GET", "forecasts")["forecasts"] == []
    assert rest.own.refused("DELETE", "forecasts/rotation%20of%20May") == (404, "forecast-unknown")
