"""Scrape tokens: made once, refused once revoked, and never stored."""

from __future__ import annotations

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.conftest import content


def test_a_token_is_accepted_until_it_is_revoked(workspace: Workspace) -> None:
    tokens = workspace.scrape_tokens
    made, token = tokens.add("Prometheus")
    other = tokens.add("zabbix")[1]
    assert tokens.check(token) == made
    tokens.revoke("prometheus")
    with pytest.raises(Refusal, match="scrape-token-wrong"):
        tokens.check(token)
    assert tokens.check(other).name == "zabbix"


def test_names_are_told_apart_whatever_their_case(workspace: Workspace) -> None:
    workspace.scrape_tokens.add("Prometheus")
    with pytest.raises(Refusal, match="scrape-token-exists"):
        workspace.scrape_tokens.add("prometheus")
    with pytest.raises(Refusal, match="scrape-token-unknown"):
        workspace.scrape_tokens.revoke("zabbix")


@pytest.mark.parametrize("token", [None, "", "\ud800", "x" * 100_000])
def test_another_token_is_refused(workspace: Workspace, token: str | None) -> None:
    workspace.scrape_tokens.add("prometheus")
    with pytest.raises(Refusal, match="scrape-token-wrong"):
        workspace.scrape_tokens.check(token)


def test_the_token_is_stored_nowhere(workspace: Workspace) -> None:
    token = workspace.scrape_tokens.add("prometheus")[1]
    assert token.encode() not in content(workspace)
    assert token not in str([line.summary for line in workspace.audit.tail()])


def test_going_back_revives_none(workspace: Workspace) -> None:
    workspace.set_clock(NOW)
    made, token = workspace.scrape_tokens.add("prometheus")
    workspace.moments.save("before")
    workspace.scrape_tokens.revoke(made.name)
    workspace.moments.go("before")
    with pytest.raises(Refusal, match="scrape-token-wrong"):
        workspace.scrape_tokens.check(token)
