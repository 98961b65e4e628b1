"""Setting and unsetting in the file, which stays as its owner wrote it."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.settings.editing import set_setting, unset_setting
from certfleet.store.settings.settings import PersonSettings
from certfleet.store.settings.table import KEYS, THEME


def test_a_new_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "made" / "config.toml"
    set_setting(path, "theme", "Light")

    assert path.read_text() == 'theme = "light"\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_comments_and_modes_stay(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\ntheme = 'dark'  # at night\n\n[keys]\nquit = 'q'\n")
    path.chmod(0o644)
    set_setting(path, "theme", "light")
    set_setting(path, "keys.quit", "q,ctrl+q")
    set_setting(path, "keys.certificates.import", "i")
    set_setting(path, "lists.device-list.sort", "-owner")
    set_setting(path, "mouse", "no")

    text = path.read_text()
    assert '# mine\ntheme = "light"  # at night\n' in text
    assert 'quit = ["q", "ctrl+q"]' in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    settings = PersonSettings.load(path, {})
    assert settings.family(KEYS) == {"quit": ("q", "ctrl+q"), "certificates.import": ("i",)}


def test_what_is_unset_is_gone_with_its_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    set_setting(path, "theme", "light")
    set_setting(path, "lists.device-list.sort", "owner")

    assert unset_setting(path, "lists.device-list.sort")
    assert not unset_setting(path, "lists.device-list.sort")
    assert path.read_text().strip() == 'theme = "light"'


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """People keep such files in a repository."""
    kept, path = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    kept.write_text("")
    path.symlink_to(kept)
    set_setting(path, "theme", "dark")

    assert path.is_symlink()
    assert kept.read_text() == 'theme = "dark"\n'


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("thema", "dark", "unknown-setting"),
        ("keys", "q", "unknown-setting"),
        ("theme", "plaid", "setting-value-invalid"),
        ("mouse", "maybe", "setting-value-invalid"),
        ("workspace", "fleet", "setting-value-invalid"),
        ("keys.quit", "q,,x", "setting-value-invalid"),
    ],
)
def test_what_is_wrong_changes_nothing(tmp_path: Path, name: str, value: str, code: str) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(Refusal) as refused:
        set_setting(path, name, value)

    assert refused.value.code == code
    assert not path.exists()


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("theme = ")
    with pytest.raises(Refusal, match="settings-invalid"):
        set_setting(path, "theme", "dark")

    assert path.read_text() == "theme = "


def test_a_device_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="file-unwritable"):
        set_setting(Path("/dev/null"), "theme", "dark")


def test_who_is_confined_does_not_choose_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTFLEET_CONFINED", str(tmp_path))
    path = tmp_path / "config.toml"
    set_setting(path, "theme", "dark")
    with pytest.raises(Refusal, match="confined"):
        set_setting(path, "workspace", "/srv/other")

    assert path.read_text() == 'theme = "dark"\n'


def test_several_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    names = [f"keys.action-{number}" for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda name: set_setting(path, name, "x"), names))

    assert PersonSettings.load(path, {})[THEME] == "auto"
    assert set(PersonSettings.load(path, {}).family(KEYS)) == {name.removeprefix("keys.") for name in names}
