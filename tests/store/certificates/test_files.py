"""Reading a named file: every way it can go wrong is a refusal, and none of them waits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from certfleet.store.certificates.files import read_input
from certfleet.store.errors import Refusal


def code_of(path: Path, limit: int = 1000) -> str:
    with pytest.raises(Refusal) as refused:
        read_input(path, limit)
    return refused.value.code


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.pem"
    path.write_bytes(b"x" * 1000)
    assert read_input(path, 1000) == b"x" * 1000


def test_missing_and_odd_names(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert code_of(tmp_path / "none.pem") == "file-not-found"
    assert code_of(tmp_path / "file" / "below") == "file-not-found"
    assert code_of(tmp_path / ("x" * 5000)) == "file-not-found"
    assert code_of(Path("a\0b")) == "file-not-found"


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert code_of(tmp_path / "loop") == "file-not-found"


def test_what_is_no_file(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "not-a-file"
    os.mkfifo(tmp_path / "pipe")
    assert code_of(tmp_path / "pipe") == "not-a-file"
    assert code_of(Path("/dev/zero")) == "not-a-file"


def test_empty_and_too_large(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert code_of(tmp_path / "empty") == "file-empty"
    (tmp_path / "large").write_bytes(b"x" * 1001)
    assert code_of(tmp_path / "large") == "file-too-large"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_one_may_not_read(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(0)
    assert code_of(path) == "file-unreadable"


def test_names_are_shown_safely(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_input(tmp_path / "a\x1b[2J.pem")
    assert "\x1b" not in refused.value.message
