"""``certfleet admin scrape-token``."""

from __future__ import annotations

from certfleet.store.workspace import Workspace

from ..conftest import Command


def test_a_token_is_printed_once_and_revoked(certfleet: Command) -> None:
    assert certfleet.json("admin", "scrape-token", "add", "none", "--dry-run").keys() == {"effects"}
    found = certfleet.run("admin", "scrape-token", "add", "prometheus")
    token = found.stdout.strip()
    assert (found.exit_code, len(token) > 40, token in found.stderr) == (0, True, False)
    (listed,) = certfleet.json("admin", "scrape-token", "list")["scrape_tokens"]
    assert listed.keys() == {"id", "name", "created_at", "created_by"}
    assert token not in certfleet.done("admin", "scrape-token", "list")
    with Workspace.open(certfleet.workspace) as workspace:
        assert workspace.scrape_tokens.check(token).name == "prometheus"
    assert certfleet.done("admin", "scrape-token", "revoke", "Prometheus") == "revoked scrape token prometheus\n"
    assert certfleet.refused("admin", "scrape-token", "revoke", "prometheus")["code"] == "scrape-token-unknown"
    assert certfleet.done("admin", "scrape-token", "list").startswith("no scrape token; ")
