"""A workspace shared with a Unix group: modes, and real other users where the tests run as root."""

from __future__ import annotations

import grp
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from tests.unix_people import UnixPerson, common_folder, need_other_users

from ..conftest import PASSWORD, Command, Material

MINE = grp.getgrgid(os.getegid()).gr_name
ANN, BOB, STRANGER = UnixPerson("games", ("users",)), UnixPerson("mail", ("users",)), UnixPerson("nobody")


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o000, 0o077], ids=["open", "closed"])
def test_every_file_is_open_to_the_group_and_to_nobody_else(filled: Command, mask: int) -> None:
    workspace, backups = filled.workspace, filled.workspace.with_name("workspace.backups")
    said = filled.done("workspace", "share", "--group", MINE, "--yes")
    assert said.startswith(f"shared with the group {MINE}")
    with umask(mask):
        filled.done("site", "set", "--automatic-backups", "on")
        filled.done("workspace", "backup")
        filled.done("notice", "deliver")
        filled.done("simulate", "status")
        with Workspace.open(workspace) as opened:
            opened.site.set(migrated=True)
            assert {f"store.db{ending}" for ending in ("", "-wal", "-shm")} < {one.name for one in workspace.iterdir()}
            assert modes(workspace) == {0o660}
        filled.done("workspace", "passphrase", "--new-passphrase-file", _password(filled))
        environment = Command(workspace, {"CERTFLEET_PASSPHRASE_FILE": _password(filled)})
        environment.done("workspace", "passphrase", "--remove")
        assert "vault.key" in {one.name for one in workspace.iterdir()}
    assert mode(workspace) == mode(backups) == 0o2770
    assert modes(workspace) == modes(backups) == {0o660}
    assert filled.json("workspace", "check")["problems"] == []


def test_it_is_told_before_and_stands_in_the_facts_afterwards(filled: Command) -> None:
    before = mode(filled.workspace)
    assert "private keys included" in filled.done("workspace", "share", "--group", MINE, "--dry-run")
    assert (mode(filled.workspace), filled.json("workspace", "info")["workspace"]["shared_with"]) == (before, None)
    filled.done("workspace", "share", "--group", MINE, "--yes")
    assert filled.json("workspace", "info")["workspace"]["shared_with"] == MINE
    assert f"shared with    the group {MINE}\n" in filled.done("workspace", "info")
    assert f"the members of {MINE} are shut out" in filled.done("workspace", "share", "--end", "--dry-run")
    assert mode(filled.workspace) == 0o2770


def test_a_restored_workspace_is_still_shared(filled: Command) -> None:
    filled.done("workspace", "share", "--group", MINE, "--yes")
    backup = filled.json("workspace", "backup")["file"]
    with umask(0o077):
        kept = Path(filled.json("workspace", "restore", backup, "--yes")["kept"])
    assert mode(filled.workspace) == mode(kept) == 0o2770
    assert modes(filled.workspace) == modes(kept) == {0o660}


def test_the_check_says_what_is_open_and_what_is_closed(filled: Command) -> None:
    filled.done("workspace", "share", "--group", MINE, "--yes")
    assert "clean; read" in filled.done("workspace", "check")
    filled.workspace.chmod(0o2775)
    assert "permissions-open" in filled.run("workspace", "check").stdout
    filled.workspace.chmod(0o2770)
    (filled.workspace / "vault.key").chmod(0o600)
    with Workspace.open(filled.workspace.with_name("other"), create=True):
        pass  # another one, which mends nothing here
    assert "clean; read" in filled.done("workspace", "check"), "opening it mends what is one's own"


def test_ending_it_closes_the_files(filled: Command) -> None:
    filled.done("workspace", "share", "--group", MINE, "--yes")
    filled.done("workspace", "backup")
    assert filled.done("workspace", "share", "--end", "--yes") == "shared with nobody\n"
    backups = filled.workspace.with_name("workspace.backups")
    assert mode(filled.workspace) == mode(backups) == 0o700
    assert modes(filled.workspace) | modes(backups) == {0o600}
    assert filled.refused("workspace", "share", "--end", "--yes")["code"] == "not-shared"


def test_it_says_who_will_read_the_keys_before(filled: Command) -> None:
    refused = filled.refused("workspace", "share", "--group", MINE)
    assert refused["code"] == "confirmation-needed"
    assert "private keys included" in refused["message"]
    assert mode(filled.workspace) == 0o700
    assert filled.refused("workspace", "share", "--group", "no-such-group", "--yes")["code"] == "unix-group-unknown"


def test_a_folder_that_everybody_can_write_to_is_said(filled: Command) -> None:
    filled.workspace.parent.chmod(0o777)
    found = json.loads(filled.run("workspace", "check", json=True).stdout)["problems"]
    assert [problem["code"] for problem in found] == ["folder-open"]
    filled.workspace.parent.chmod(0o1777)  # as /tmp is
    assert "clean; read" in filled.done("workspace", "check")


@pytest.fixture
def together(material: Material) -> Iterator[Path]:
    """A workspace of root's, shared with a group that two people are in."""
    need_other_users()
    with common_folder() as folder:
        shutil.copytree(material.files, folder / "files")
        (folder / "files").chmod(0o755)
        for file in (folder / "files").iterdir():
            file.chmod(0o644)
        own = Command(folder / "workspace")
        own.done("certificate", "import", material / "chain.pem", "--key", material / "leaf.key")
        own.done("workspace", "share", "--group", "users", "--yes")
        yield folder


def test_people_of_the_group_work_under_their_own_names(together: Path) -> None:
    option = ("--workspace", together / "workspace")
    ANN.done(
        *option, "certificate", "import", together / "files" / "renewed.pem", umask=0o077, LOGNAME="root", USER="root"
    )
    BOB.done(*option, "workspace", "backup", umask=0o077)
    ANN.done(*option, "certificate", "describe", "1", "by Ann", umask=0o077, SUDO_USER="bob")
    assert "clean; read" in BOB.done(*option, "workspace", "check"), "which opens every secret by the key file"
    BOB.done(*option, "certificate", "describe", "1", "by Bob", umask=0o077)
    lines = Command(together / "workspace").json("audit", "list")["audit"]
    assert [line["user"].split()[0] for line in lines[:3]] == ["mail", "games", "games"]
    assert Command(together / "workspace").json("workspace", "check")["clean"]
    assert {stat.S_IMODE(one.stat().st_mode) for one in (together / "workspace").iterdir()} == {0o660}


def test_a_stranger_gets_in_nowhere(together: Path) -> None:
    for arguments in (
        ["checklist"],
        ["certificate", "import", together / "files" / "renewed.pem"],
        ["workspace", "check"],
    ):
        result = STRANGER.run("--workspace", together / "workspace", *arguments)
        assert result.returncode == 1
        assert result.stderr.startswith("error: workspace-un"), result.stderr
    assert "PermissionError" in STRANGER.program("open", together / "workspace" / "vault.key").stderr


def test_a_mapped_login_has_the_role_of_its_account(together: Path) -> None:
    own = Command(together / "workspace")
    option = ("--workspace", together / "workspace")
    for name, role in (("vera", "viewer"), ("otto", "operator")):
        own.done("admin", "add", name, "--role", role, "--password-file", together / "files" / "password")
    own.done("admin", "shell", "map", "vera", "games")
    own.done("admin", "shell", "map", "otto", "mail")
    before = own.json("audit", "list")
    for line in (
        ["certificate", "import", together / "files" / "renewed.pem"],
        ["certificate", "describe", "1", "x"],
        [
            "certificate",
            "export",
            "1",
            "--format",
            "pkcs12",
            "--legacy",
            "--password-file",
            together / "files" / "password",
            "--output",
            "-",
        ],
        ["workspace", "backup"],
        ["workspace", "share", "--end", "--yes"],
        ["admin", "shell", "unmap", "vera"],
        ["--as", "otto", "certificate", "describe", "1", "x"],
    ):
        result = ANN.run(*option, *line)
        assert (result.returncode, "not-permitted" in result.stderr) == (1, True), (line, result.stderr)
    assert own.json("audit", "list") == before
    assert ANN.done(*option, "checklist")
    BOB.done(*option, "certificate", "describe", "1", "by an operator")
    assert "not-permitted" in BOB.run(*option, "site", "set", "--migrated").stderr
    own.done("admin", "shell", "unmap", "vera")
    ANN.done(*option, "certificate", "describe", "1", "by Ann")
    own.done("admin", "shell", "others", "viewer")
    assert "not-permitted" in ANN.run(*option, "certificate", "describe", "1", "x").stderr


def test_only_the_owner_shares(together: Path) -> None:
    result = ANN.run("--workspace", together / "workspace", "workspace", "share", "--end", "--yes")
    assert "not-the-owner" in result.stderr


def _password(filled: Command) -> str:
    file = filled.workspace.parent / "passphrase"
    file.write_text(PASSWORD)
    return str(file)
