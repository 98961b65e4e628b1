"""``certfleet endpoint``, against real servers."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

from tests.cli.conftest import Command
from tests.material import YESTERDAY, issue, needs_openssl
from tests.store.endpoints.servers import HERE, free_port, s_server

GATEWAY = "gateway.example.com"
ROOT = issue("Example Root CA", not_before=YESTERDAY, is_ca=True)
pytestmark = needs_openssl


def test_an_endpoint_is_added_checked_imported_and_served(certfleet: Command, tmp_path: Path) -> None:
    issued = issue(GATEWAY, issuer=ROOT, sans=(x509.DNSName(GATEWAY),), not_before=YESTERDAY, days=300)
    with s_server(tmp_path, issued, chain=issued.issuers) as port:
        added = certfleet.done("endpoint", "add", f"{HERE}:{port}", "--need", "gateway-ssl", "--server-name", GATEWAY)
        assert f"added #1 {HERE}:{port} ({GATEWAY})" in added
        assert certfleet.json("endpoint", "list")["endpoints"][0]["verdict"] is None
        checked = certfleet.run("endpoint", "check", "--timeout", "60", json=True)
        assert checked.exit_code == 1
        assert "gateway.example.com" in certfleet.done("endpoint", "import", "1", "--dry-run")
        imported = certfleet.json("endpoint", "import", "1")
        assert [one["subject"] for one in imported["imported"]] == [f"CN={GATEWAY}", "CN=Example Root CA"]
        answer = certfleet.json("endpoint", "check", "1", "--timeout", "60")["endpoints"][0]
    assert answer["verdict"] == "served"
    assert answer["certificate_id"] == imported["imported"][0]["id"]
    assert answer["fingerprint_sha256"] == imported["imported"][0]["fingerprint_sha256"]
    assert [note["code"] for note in answer["notes"]] == ["needless-root"]
    assert [link["subject"] for link in answer["addresses"][0]["chain"]] == [f"CN={GATEWAY}", "CN=Example Root CA"]
    shown = certfleet.done("endpoint", "show", "1")
    assert "TLSv1.3" in shown
    assert "needless-root: the root Example Root CA is sent too" in shown
    assert certfleet.json("component", "list")["components"][0]["need"] == "gateway-ssl"
    assert "removed #1" in certfleet.done("endpoint", "remove", "1")


def test_a_list_of_endpoints(certfleet: Command, tmp_path: Path) -> None:
    port = free_port()
    hosts = tmp_path / "hosts.txt"
    lines = (
        "# gateways",
        f"{HERE}:{port} gateway-ssl",
        f"[::1]:{port}",
        "a.example.com nothing",
        "",
        "b.example.com # x",
    )
    hosts.write_text("\n".join(lines))
    answer = certfleet.run("endpoint", "add", "--file", hosts, json=True)
    assert answer.exit_code == 1
    assert "need-unknown" in answer.stdout
    listed = certfleet.json("endpoint", "list")["endpoints"]
    assert [(one["host"], one["port"], one["need"]) for one in listed] == [
        (HERE, port, "gateway-ssl"),
        ("::1", port, None),
        ("b.example.com", 443, None),
    ]
    checked = certfleet.run("endpoint", "check", "1", json=True)
    assert checked.exit_code == 1
    assert '"refused"' in checked.stdout
    assert certfleet.run("endpoint", "check", "1", "--all").exit_code == 2


def test_a_check_can_be_tried(certfleet: Command) -> None:
    certfleet.done("endpoint", "add", f"{HERE}:{free_port()}")
    certfleet.run("endpoint", "check", "--dry-run")
    assert certfleet.json("endpoint", "list")["endpoints"][0]["checked_at"] is None


def test_on_a_terminal_the_difference_is_shown_before_an_import(certfleet: Command, tmp_path: Path) -> None:
    issued = issue(GATEWAY, issuer=ROOT, sans=(x509.DNSName(GATEWAY),), not_before=YESTERDAY, days=300)
    with s_server(tmp_path, issued) as port:
        certfleet.done("endpoint", "add", f"{HERE}:{port}", "--need", "gateway-ssl", "--server-name", GATEWAY)
        certfleet.run("endpoint", "check", "--timeout", "60")
    shown, status = certfleet.on_a_terminal("endpoint", "import", 1, answers=[("Go ahead?", "n\n")])
    assert (status, certfleet.json("certificate", "list")["certificates"]) == (1, [])
    assert f"{GATEWAY} is added" in shown
    shown, status = certfleet.on_a_terminal("endpoint", "import", 1, answers=[("Go ahead?", "y\n")])
    assert status == 0
    assert f"gateway-ssl uses #1 {GATEWAY}" in shown
