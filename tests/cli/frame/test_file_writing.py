"""Writing a file: refused targets, and what ``--force`` keeps of an existing file: mode, owner, links."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.file_writing import check_target, write_file

from ..conftest import Command

WORKSPACE = Path("/workspace")


def write(path: Path, data: bytes, *, force: bool = True, private: bool = False) -> None:
    check_target(path, force=force, workspace=WORKSPACE)
    write_file(path, data, force=force, private=private)


def test_the_target_of_a_link_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "real" / "ca.pem", tmp_path / "ca.pem"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link.symlink_to(Path("real") / "ca.pem")
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert [file.name for file in target.parent.iterdir()] == ["ca.pem"]
    with pytest.raises(Refusal, match="file-exists"):
        write(link, b"newer", force=False)


def test_a_link_to_nothing(tmp_path: Path) -> None:
    link = tmp_path / "ca.pem"
    link.symlink_to(tmp_path / "real.pem")
    with pytest.raises(Refusal, match="file-exists"):
        write(link, b"new", force=False)
    write(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real.pem").read_bytes() == b"new"
    (tmp_path / "far.pem").symlink_to(tmp_path / "missing" / "ca.pem")
    with pytest.raises(Refusal, match="file-unwritable"):
        write(tmp_path / "far.pem", b"new")


def test_a_link_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(Refusal, match="file-unwritable"):
        write(tmp_path / "one", b"new")


def test_a_link_into_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "workspace" / "new.pem")
    with pytest.raises(Refusal, match="file-in-workspace"):
        check_target(tmp_path / "link", force=True, workspace=tmp_path / "workspace")


@pytest.mark.parametrize(
    ("before", "private", "after"), [(0o640, False, 0o640), (0o644, True, 0o600), (0o400, True, 0o400)]
)
def test_the_mode_is_kept(tmp_path: Path, before: int, private: bool, after: int) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(b"old")
    file.chmod(before)
    write(file, b"new", private=private)
    assert stat.S_IMODE(file.stat().st_mode) == after
    assert file.read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(b"old")
    os.chown(file, 65534, 65534)
    write(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)


def test_a_command_writes_through_a_link(filled: Command, tmp_path: Path) -> None:
    target, link = tmp_path / "real.pem", tmp_path / "link.pem"
    target.write_text("old")
    link.symlink_to(target)
    filled.done("certificate", "export", 1, "--output", link, "--force")
    assert link.is_symlink()
    assert target.read_text().startswith("-----BEGIN CERTIFICATE-----")


NOBODY = 65534


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that only its owner may enter; the test goes on as another user, where it may."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as name:
        os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)


def test_a_file_in_a_folder_that_may_not_be_entered(closed_folder: Path) -> None:
    with pytest.raises(Refusal, match="file-unwritable"):
        check_target(closed_folder / "ca.pem", force=False, workspace=Path("/workspace"))


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="file-unwritable"):
        check_target(tmp_path / ("x" * 300), force=False, workspace=tmp_path / "workspace")
