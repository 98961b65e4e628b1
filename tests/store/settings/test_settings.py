"""Settings: the environment, then the file, then the defaults; what is wrong is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.settings.file import settings_path
from certfleet.store.settings.settings import PersonSettings, Source
from certfleet.store.settings.table import COLOR, COLUMNS, KEYS, MOUSE, SETTINGS, SORT, THEME, WORKSPACE

FILE = """\
# Ann's settings
workspace = "~/fleet"
theme = "light"
mouse = false

[keys]
quit = ["q", "ctrl+q"]
certificates.import = "i"

[lists.device-list]
sort = "owner,-days-left"
columns = ["device", "owner"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    return path


def test_the_defaults_hold_without_a_file(tmp_path: Path) -> None:
    settings = PersonSettings.load(tmp_path / "none.toml", {})

    assert settings[WORKSPACE] is None
    assert settings[THEME] == settings[COLOR] == "auto"
    assert settings[MOUSE] is True
    assert settings.family(KEYS) == {}
    assert {settings.held(setting).source for setting in SETTINGS} == {Source.DEFAULT}


def test_what_the_file_says_is_typed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    settings = PersonSettings.load(file, {})

    assert settings[WORKSPACE] == Path("/home/ann/fleet")
    assert settings[MOUSE] is False
    assert settings.family(KEYS) == {"quit": ("q", "ctrl+q"), "certificates.import": ("i",)}
    assert settings.family(SORT) == {"device-list": "owner,-days-left"}
    assert settings.family(COLUMNS) == {"device-list": ("device", "owner")}
    assert settings.held(THEME).where == "line 3"


def test_the_environment_overrides_the_file(file: Path) -> None:
    settings = PersonSettings.load(file, {"CERTFLEET_THEME": "dark", "CERTFLEET_MOUSE": "yes", "NO_COLOR": "1"})

    assert (settings[THEME], settings[MOUSE], settings[COLOR]) == ("dark", True, "never")
    assert settings.held(COLOR).where == "NO_COLOR"
    assert settings.held(THEME).source is Source.ENVIRONMENT


def test_another_file_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    assert settings_path({}) == tmp_path / "certfleet" / "config.toml"
    assert settings_path({"CERTFLEET_CONFIG": "/etc/certfleet.toml"}) == Path("/etc/certfleet.toml")


def test_no_file_at_all_is_the_null_device() -> None:
    assert PersonSettings.load(environment={"CERTFLEET_CONFIG": "/dev/null"})[THEME] == "auto"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('theme = "plaid"', "line 1: theme: there is no 'plaid'"),
        ('\nworksapce = "/srv"', "line 2: there is no setting 'worksapce'; did you mean workspace?"),
        ('workspace = "fleet"', "depends on the current folder"),
        ("theme = 3", "it must be in quotes: auto, dark, light, ansi, plain, atom-one-dark"),
        ('mouse = "no"', "true or false, without quotes"),
        ("[keys]\nquit = [1]", "line 2: keys.quit: it must be a text in quotes"),
        ('[keys]\nquit = ["q", ""]', "a word is empty"),
        ('[keys]\n"a.b" = "x"\na.b = "y"', "keys.a.b is set twice"),
        ("theme = \nmouse = true", "at line 1"),
        ('[theme]\ncolour = "dark"', "there is no setting 'theme.colour'"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)

    with pytest.raises(Refusal) as refused:
        PersonSettings.load(path, {})

    assert refused.value.code == "settings-invalid"
    assert said in refused.value.message and str(path) in refused.value.message


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")

    for path in (tmp_path / "config.toml", tmp_path):
        with pytest.raises(Refusal, match="settings-invalid"):
            PersonSettings.load(path, {})


def test_a_wrong_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="CERTFLEET_THEME of the environment is wrong: there is no 'plaid'"):
        PersonSettings.load(tmp_path / "none.toml", {"CERTFLEET_THEME": "plaid"})
