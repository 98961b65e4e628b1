"""``certfleet config``, and what commands make of settings: options, then the environment, then the file."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from certfleet.cli.config.editing import template
from certfleet.cli.main import main
from certfleet.store.settings.settings import PersonSettings
from certfleet.store.settings.table import SETTINGS
from tests.prepared import Prepared

from ..completion.test_completed_values import completed
from ..conftest import Command


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("CERTFLEET_CONFIG", str(path))
    return path


def test_settings_are_set_shown_and_unset(certfleet: Command, file: Path) -> None:
    assert certfleet.done("config", "get", "theme") == "auto\n"
    assert certfleet.json("config", "path") == {"file": str(file), "exists": False}
    certfleet.done("config", "set", "theme", "Light")
    certfleet.done("config", "set", "keys.quit", "q, f10")

    assert certfleet.done("config", "get", "theme") == "light\n"
    assert certfleet.done("config", "get", "keys.quit") == "q,f10\n"
    listed = {one["name"]: one for one in certfleet.json("config", "list")["settings"]}
    assert [listed["theme"][key] for key in ("value", "source", "where")] == ["light", "file", "line 1"]
    assert listed["color"]["source"] == "default"
    assert "keys.quit" in certfleet.done("config", "list")
    assert "auto, dark, light, ansi, plain, atom-one-dark" in certfleet.done("config", "show", "theme")
    assert "removed theme" in certfleet.done("config", "unset", "theme")
    assert "was not set" in certfleet.done("config", "unset", "theme")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_environment_is_told(certfleet: Command, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    assert "the environment overrides it here: NO_COLOR=1" in certfleet.done("config", "set", "color", "always")
    shown = certfleet.json("config", "show", "color")
    assert (shown["value"], shown["source"], shown["where"]) == ("never", "environment", "NO_COLOR")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("get keys.quit", "setting-not-set"),
        ("get thema", "unknown-setting"),
        ("show keys", "unknown-setting"),
        ("set thema dark", "unknown-setting"),
        ("set theme plaid", "setting-value-invalid"),
        ("set lists.devices.sort owner", "unknown-setting"),
        ("set keys.import-it i", "unknown-setting"),
        ("set lists.device-list.sort height", "setting-value-invalid"),
        ("unset thema", "unknown-setting"),
    ],
)
def test_what_is_wrong_is_refused(certfleet: Command, file: Path, line: str, code: str) -> None:
    assert certfleet.refused("config", *line.split())["code"] == code
    assert not file.exists()


def test_keys_are_those_of_the_console(certfleet: Command, file: Path) -> None:
    assert "means" in certfleet.refused("config", "set", "keys.quit", "o")["message"]  # it sorts
    assert "is no key" in certfleet.refused("config", "set", "keys.quit", "hyper+q")["message"]
    certfleet.done("config", "set", "keys.quit", "f10")
    certfleet.done("config", "check")
    file.write_text("[keys]\nquit = 'f9'\nsort = 'f9'\n")
    assert certfleet.refused("config", "check")["code"] == "settings-invalid"


def test_a_wrong_file_stops_what_would_use_it_and_nothing_else(certfleet: Command, file: Path) -> None:
    file.write_text('[lists.devices]\nsort = "owner"\n')
    assert certfleet.refused("config", "check")["message"] == "there is no list 'devices'; did you mean device-list?"
    file.write_text("theme = 'plaid'\n")

    for line in ("config check", "config list", "config set theme dark"):
        refused = certfleet.refused(*line.split())
        assert refused["code"] == "settings-invalid" and "line 1" in refused["message"]
    assert "settings-invalid" in certfleet.run("scenario", "list").stderr
    certfleet.done("config", "path")
    certfleet.done("config", "set", "--help")
    certfleet.environment["CERTFLEET_CONFIG"] = "/dev/null"
    certfleet.done("config", "check")


def test_the_workspace_of_the_settings_is_used(filled: Command, file: Path, tmp_path: Path) -> None:
    filled.done("config", "set", "workspace", filled.workspace)
    none = str(tmp_path / "none")

    assert unnamed("certificate", "list").stdout == filled.done("certificate", "list")
    assert "workspace-missing" in unnamed("--workspace", none, "certificate", "list").stderr
    assert "workspace-missing" in unnamed("certificate", "list", CERTFLEET_WORKSPACE=none).stderr


def unnamed(*words: str, **environment: str) -> Result:
    """Run without naming the workspace."""
    return CliRunner(env={"CERTFLEET_WORKSPACE": None, **environment}).invoke(main, words)


def test_lists_follow_their_settings_in_text(certfleet: Command, file: Path, prepared: Prepared) -> None:
    certfleet.after(prepared, "simulate company --seed 3 --start 2026-01-05", "simulate fleet --devices 30 --seed 3")
    plain = certfleet.json("device", "list"), certfleet.done("device", "list", "--format", "csv")
    certfleet.done("config", "set", "lists.device-list.sort", "-owner")
    certfleet.done("config", "set", "lists.device-list.columns", "owner,state")
    certfleet.done("config", "set", "lists.certificate-list.columns", "days,name")
    certfleet.done("config", "set", "lists.certificate-list.sort", "days")

    text = certfleet.done("device", "list")
    assert text == certfleet.done("device", "list", "--sort", "-owner", "--columns", "owner,state")
    assert text.split()[:2] == ["OWNER", "STATE"]
    assert certfleet.done("device", "list", "--sort", "owner") != text
    assert certfleet.done("certificate", "list").split()[:2] == ["DAYS", "NAME"]
    assert (certfleet.json("device", "list"), certfleet.done("device", "list", "--format", "csv")) == plain


@pytest.mark.parametrize("key", ["sort", "columns"])
def test_a_wrong_column_is_the_settings_fault(filled: Command, file: Path, key: str) -> None:
    file.write_text(f"[lists.certificate-list]\n{key} = 'height'\n")
    result = filled.run("certificate", "list")

    assert result.exit_code == 1
    assert f"settings-invalid: the setting lists.certificate-list.{key} is wrong: there is no 'height'" in result.stderr
    filled.done("config", "unset", f"lists.certificate-list.{key}")
    filled.done("certificate", "list")


def test_colours_as_set(filled: Command, file: Path) -> None:
    assert "\x1b" not in filled.done("certificate", "list")
    filled.done("config", "set", "color", "always")
    assert "\x1b[" in filled.done("certificate", "list")
    assert "\x1b" not in filled.done("certificate", "list", "--format", "csv")


def test_colours_on_a_terminal(filled: Command, file: Path) -> None:
    assert "\x1b[3" in filled.on_a_terminal("certificate", "list")[0]
    filled.done("config", "set", "color", "never")
    assert "\x1b[3" not in filled.on_a_terminal("certificate", "list")[0]


def test_an_editor_writes_and_the_result_is_checked(certfleet: Command, file: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i \'s/^# theme = .*/theme = "dark"/\' "$1"\n')
    editor.chmod(0o700)
    certfleet.environment |= {"VISUAL": str(editor)}
    certfleet.done("config", "edit")
    assert file.read_text().startswith("# Settings of certfleet") and 'theme = "dark"' in file.read_text()

    editor.write_text("#!/bin/sh\necho 'theme = 3' > \"$1\"\n")
    assert certfleet.refused("config", "edit")["code"] == "settings-invalid"
    certfleet.environment |= {"VISUAL": str(tmp_path / "none")}
    assert certfleet.refused("config", "edit")["code"] == "editor-failed"


def test_every_line_of_the_template_can_be_set(tmp_path: Path) -> None:
    lines = template().splitlines()
    set_lines = [line.removeprefix("# ") for line in lines if " = " in line or line.startswith("# [")]
    (tmp_path / "config.toml").write_text("\n".join(set_lines))
    settings = PersonSettings.load(tmp_path / "config.toml", {})

    assert {setting.name for setting in SETTINGS} < set(settings.file.values)


def test_who_is_confined_sets_no_workspace_and_runs_no_editor(certfleet: Command, file: Path, tmp_path: Path) -> None:
    certfleet.environment |= {"CERTFLEET_CONFINED": str(tmp_path), "CERTFLEET_WORKSPACE": str(certfleet.workspace)}
    certfleet.done("config", "set", "theme", "dark")
    for line in (f"config set workspace {tmp_path}", "config edit"):
        assert certfleet.refused(*line.split())["code"] == "confined"


def test_names_and_values_are_completed() -> None:
    assert completed(["config", "get"], "th") == ["theme"]
    assert "lists.device-list.sort" in completed(["config", "set"], "lists.dev")
    assert completed(["config", "set"], "keys.visited-b") == ["keys.visited-before"]
    assert completed(["config", "set", "theme"], "l") == ["light"]
    assert completed(["config", "set", "mouse"]) == ["true", "false"]


def test_a_document_is_the_same_as_the_text(certfleet: Command, file: Path) -> None:
    document = json.loads(certfleet.done("config", "show", "workspace", json=True))
    assert document["value"] == certfleet.done("config", "get", "workspace").strip()
    assert Path(document["value"]).is_absolute()
