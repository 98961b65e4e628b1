"""The console's hints for refusals: its own keys, never a command or an option."""

from __future__ import annotations

import pytest

from certfleet.store.effects.records import KINDS
from certfleet.store.errors import Refusal
from certfleet.tui.shell.keys.hints import HINTS, KEYS, hint_of, with_keys
from certfleet.tui.shell.keys.keys import keyed
from tests.hints import hints_of

# Said before the console is open, or about what it can't do.
_ELSEWHERE = (
    "account-unknown",
    "address-in-use",
    "backup-damaged",
    "bulk-ambiguous",
    "executor-release",
    "executor-unreachable",
    "executor-without-workers",
    "login-taken",
    "not-a-backup",
    "not-a-workspace",
    "scrape-token-unknown",
    "scrape-token-wrong",
    "secrets-would-leave",
    "setting-value-invalid",
    "settings-invalid",
    "snapshot-damaged",
    "snapshot-unreadable",
    "unknown-setting",
    "vault-missing",
    "workspace-damaged",
    "workspace-not-empty",
)


@pytest.mark.parametrize(("code", "hint"), hints_of("store", "simulator"))
def test_no_hint_names_a_command_or_an_option(code: str, hint: str) -> None:
    if code not in _ELSEWHERE:
        said = hint_of(Refusal(code, "no", hint)) or ""
        assert "certfleet " not in said
        assert "--" not in said


def test_a_key_takes_the_place_of_a_command() -> None:
    refusal = Refusal("device-unknown", "there is no device 7", "`certfleet device list` shows every id.")
    assert hint_of(refusal) == keyed(HINTS["device-unknown"]) == "3 lists the devices."


@pytest.mark.parametrize("table", KINDS)
def test_what_undoes_a_change_is_a_key(table: str) -> None:
    for how in KINDS[table][1:]:
        said = with_keys(f"Undo: {how}")
        assert "certfleet " not in said
        assert not said.endswith(":")


def test_an_outage_is_ended_by_its_key() -> None:
    assert with_keys(f"Undo: {KINDS['simulated_outages'].added}") == "Undo: end it: [!] on Simulator"
    assert with_keys("export it before: `certfleet certificate export 3 --output FILE`").endswith(
        f": {keyed(KEYS['certificate export'])}"
    )
