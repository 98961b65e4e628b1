"""Components, and the settings of the site."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import HOST, Command, Material


@pytest.fixture
def bound(filled: Command) -> Command:
    """The server uses its certificate (1)."""
    filled.done("component", "bind", "mdm-ssl", 1)
    return filled


def test_bind(filled: Command) -> None:
    told = filled.done("component", "bind", "mdm-ssl", 1)
    assert told == f"SSL certificate for the MDM FQDN uses #1 {HOST}, valid, 82 days left\n"
    component = filled.json("component", "bind", "other", 1, "--name", "Wi-Fi (RADIUS)")["component"]
    assert (component["id"], component["title"], component["status"], component["days_left"]) == (
        2,
        "Wi-Fi (RADIUS)",
        "valid",
        82,
    )
    assert [one["need"] for one in filled.json("component", "list")["components"]] == ["mdm-ssl", "other"]
    assert filled.refused("certificate", "delete", 1)["code"] == "certificate-in-use"


def test_a_doubt_is_told_in_a_dry_run_and_with_the_binding(certfleet: Command, material: Material) -> None:
    certfleet.done("certificate", "import", material / "leaf.pem")
    doubt = "note: its chain is incomplete: it ends with"
    assert doubt in certfleet.done("component", "bind", "mdm-ssl", 1, "--dry-run")
    assert certfleet.done("component", "bind", "mdm-ssl", 1).startswith(doubt)
    [note, *_] = certfleet.json("component", "bind", "gateway-ssl", 1)["notes"]
    assert note.startswith("its chain is incomplete")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["mdm", 1], "need-unknown"),
        (["mdm-ssl", 9], "not-found"),
        (["mdm-ssl", 1, "--name", "x"], "name-not-wanted"),
        (["pki-user", 1], "name-needed"),
        (["pki-user", 2, "--name", "x"], "no-private-key"),
        (["pki-ca", 1, "--name", "x"], "not-a-ca"),
        (["pki-ca", 2, "--name", "x" * 201], "name-invalid"),
        (["apns", 1, "--apple-id", "nobody"], "push-topic-missing"),
        (["provisioning-profile", "--profile", 3], "profile-unknown"),
    ],
)
def test_what_can_not_be_bound(filled: Command, arguments: list[object], code: str) -> None:
    assert filled.refused("component", "bind", *arguments)["code"] == code
    assert filled.json("component", "list") == {"components": []}


@pytest.mark.parametrize(
    "arguments",
    [
        ["mdm-ssl"],
        ["mdm-ssl", 1, "--profile", 1],
        ["mdm-ssl", "--profile", 1],
        ["provisioning-profile", 1],
        ["provisioning-profile", "--profile", 1, "--name", "x"],
        ["mdm-ssl", 1, "--apple-id", "it@company.example"],
        ["mdm-ssl", "one"],
    ],
)
def test_clumsy_bindings(filled: Command, arguments: list[object]) -> None:
    assert filled.run("component", "bind", *arguments).exit_code == 2


def test_the_apple_id_of_a_push_certificate(filled: Command, material: Material) -> None:
    filled.done(
        *("certificate", "import-keystore", material / "push.p12", "--use-as", "apns"),
        *("--password-file", material / "password"),
    )
    (push,) = filled.json("component", "list")["components"]
    assert (push["need"], push["certificate_id"], push["apple_id"]) == ("apns", 4, None)
    push = filled.json("component", "bind", "apns", 4, "--apple-id", "IT@Company.example")["component"]
    assert push["apple_id"] == "it@company.example"
    assert filled.refused("component", "bind", "apns", 4, "--apple-id", "nobody")["code"] == "apple-id-invalid"


def test_list(bound: Command) -> None:
    bound.done("component", "use", "saml", "not-used")
    head, first, second = bound.done("component", "list").splitlines()
    assert head.split() == ["ID", "NEED", "NAME", "USES", "STATUS", "DAYS", "USE", "BOUND"]
    assert first.split()[:7] == ["1", "mdm-ssl", "-", "#1", HOST, "valid", "82"]
    assert second.split()[1:] == ["saml", "-", "-", "-", "-", "not", "used", "-"]


def test_a_replacement_switches_what_uses_it(bound: Command, material: Material) -> None:
    answer = bound.json("certificate", "replace", 1, material / "renewed.p12", "--password-file", material / "password")
    assert (answer["switched"], answer["tasks"]) == (["SSL certificate for the MDM FQDN"], [])
    assert bound.json("component", "list")["components"][0]["certificate_id"] == answer["new"]["id"]


def test_candidates(bound: Command, material: Material) -> None:
    bound.done("certificate", "replace", 1, material / "renewed.p12", "--password-file", material / "password")
    found = bound.json("component", "candidates", "mdm-ssl")["candidates"]
    assert [(entry["id"], entry["status"]) for entry in found[:2]] == [(1, "replaced"), (4, "valid")]
    assert [entry["id"] for entry in bound.json("component", "candidates", "pki-ca")["candidates"]] == [2, 3]
    assert [entry["id"] for entry in bound.json("component", "candidates", "saml")["candidates"]] == [1, 4]
    others = bound.json("component", "candidates", "apns")
    assert (others["candidates"], others["others"][0]["code"]) == ([], "no-private-key")
    assert "push-topic-missing: certificate 4 " in bound.done("component", "candidates", "apns", "--others")
    lines = bound.done("component", "candidates", "saml").splitlines()
    assert (lines[1].split()[0], lines[1].split()[-1], lines[2].split()[-1]) == ("1", "#4", "-")
    assert bound.refused("component", "bind", "mdm-ssl", 1)["code"] == "certificate-replaced"
    assert bound.json("component", "candidates", "provisioning-profile")["candidates"] == []
    assert bound.refused("component", "candidates", "x")["code"] == "need-unknown"


def test_unbind(bound: Command) -> None:
    told = bound.done("component", "unbind", "mdm-ssl", "--yes")
    assert told == "SSL certificate for the MDM FQDN uses nothing any more\n"
    assert bound.json("component", "list")["components"][0]["certificate_id"] is None
    assert bound.refused("component", "unbind", "saml")["code"] == "component-unknown"
    bound.done("component", "bind", "other", 1, "--name", "LDAPS")
    assert bound.json("component", "unbind", "other", "--name", "LDAPS", "--yes")["component"]["certificate_id"] is None


def test_use(bound: Command) -> None:
    def row(need: str) -> Any:
        return next(row for row in bound.json("checklist")["checklist"] if row["need"] == need)

    assert row("gateway-ssl")["level"] == "fine"
    assert bound.done("component", "use", "gateway-ssl", "required", "--yes").endswith("Gateway FQDN is required\n")
    assert row("gateway-ssl")["level"] == "stopped"
    assert bound.json("component", "use", "gateway-ssl", "as-needed")["component"]["use"] == "as needed"
    assert row("gateway-ssl")["level"] == "fine"
    assert bound.run("component", "use", "gateway-ssl", "maybe").exit_code == 2


def test_remove(bound: Command) -> None:
    assert bound.done("component", "remove", 1) == "removed SSL certificate for the MDM FQDN\n"
    assert bound.refused("component", "remove", 1)["code"] == "component-unknown"
    assert bound.done("component", "list").startswith("nothing is bound yet")


def test_needs(certfleet: Command) -> None:
    found = {need["id"]: need for need in certfleet.json("component", "needs")["needs"]}
    assert found["apns"]["effects"][0]["platforms"] == ["ios", "macos"]
    assert (found["pki-user"]["several"], found["pki-user"]["named"]) == (True, "the CA entity")
    text = certfleet.done("component", "needs")
    assert "NetScaler Gateway\n" in text
    assert "  degraded: Secure Mail's push is inconsistent (iOS)\n" in text


# The deployment


def test_site(filled: Command) -> None:
    assert filled.json("site", "show")["site"] == {
        "migrated": False,
        "ssl_offload": False,
        "apns_grace_days": 0,
        "gateway_notice_days": [30, 14, 7, 1],
        "mdm_fqdn": "",
        "gateway_fqdn": "",
        "expiring": {"default": {"days": 30, "lifetime_divisor": 3}, "by_use": {}},
        "critical": {"default": {"days": 10, "lifetime_divisor": 10}, "by_use": {}},
        "delete_inactive_days": 0,
        "freezes": [],
        "start_by_share": 0.99,
        "certificate_lead_days": 7,
        "default_owner": "",
        "default_deputy": "",
        "escalation_hours": 24,
        "drills": True,
        "pushes_a_minute": 1000,
        "backup_folder": "",
        "automatic_backups": None,
        "audit_copy": "",
        "protected_name": "",
        "private_endpoints": False,
        "endpoint_hours": 6,
        "operator_hours": 24,
        "simulated_nodes": 2,
        "forgotten_nodes": 0,
    }
    told = filled.done("site", "set", "--yes", "--migrated", "--apns-grace-days", 5, "--gateway-notice-days", "3, 60")
    assert [line.split()[-1] for line in told.splitlines()[:2]] == ["yes", "no"]
    assert "60, 3 days before the end" in told
    settings = filled.json("site", "set", "--no-migrated", "--ssl-offload", "--gateway-notice-days", "never")["site"]
    assert (settings["migrated"], settings["ssl_offload"], settings["gateway_notice_days"]) == (False, True, [])
    assert settings["apns_grace_days"] == 5
    assert "gateway notices          never" in filled.done("site", "show")


def test_a_share_is_written_as_a_percentage_or_a_fraction(filled: Command) -> None:
    for written in ("95%", "95 %", "0.95"):
        assert filled.json("site", "set", "--yes", "--start-by-share", written)["site"]["start_by_share"] == 0.95
    for wrong in ("99", "0", "0%", "101%", "nan", "most"):
        answer = filled.run("site", "set", "--start-by-share", wrong)
        assert (answer.exit_code, "write 99% or 0.99" in answer.stderr) == (2, True)


def test_the_pace_of_pushes_is_a_setting_that_the_status_shows(filled: Command) -> None:
    assert "pushes a minute          1,000" in filled.done("site", "show")
    assert filled.json("site", "set", "--pushes-a-minute", 250)["site"]["pushes_a_minute"] == 250
    assert filled.run("site", "set", "--pushes-a-minute", 0).exit_code == 2
    assert filled.json("simulate", "status")["pushes_a_minute"] == 250


def test_what_is_expiring_is_a_setting(filled: Command) -> None:
    """The words of every list follow it; a dry run says how many certificates have another status by it."""
    before = filled.json("certificate", "list", "--status", "expiring")["certificates"]
    wanted = ("site", "set", "--expiring", "400d,1/1", "--expiring", "apns=default")
    told = filled.done(*wanted, "--dry-run")
    assert "another status by it now: " in told
    assert filled.json("certificate", "list", "--status", "expiring")["certificates"] == before
    filled.done(*wanted)
    after = filled.json("certificate", "list", "--status", "expiring")["certificates"]
    assert len(after) > len(before)
    assert {one["status"] for one in after} <= {"expiring", "critical"}
    assert "expiring                 400 days, at most 1/1 of the lifetime" in filled.done("site", "show")
    assert "makes no difference" in filled.done(*wanted, "--dry-run")
    assert filled.refused("site", "set", "--expiring", "5d")["code"] == "setting-invalid"


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--expiring", "soon"],
        ["--expiring", "web=30d"],
        ["--critical", "1/0"],
        ["--apns-grace-days", "-1"],
        ["--apns-grace-days", "3651"],
        ["--gateway-notice-days", "30;14"],
        ["--gateway-notice-days", "99999999999999999999"],
        ["--gateway-notice-days", ""],
    ],
)
def test_clumsy_settings(filled: Command, options: list[str]) -> None:
    assert filled.run("site", "set", *options).exit_code == 2
