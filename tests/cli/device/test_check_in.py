"""The files of ``device check-in``: the new key and the certificate never overwrite another key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.file_writing import drafted

from ..conftest import Command
from .test_enrollment import check_in, fleet, phone, request  # noqa: F401 - the fixtures


@pytest.mark.parametrize(
    "options",
    [
        ("--renew-with", "{key}", "--out", "{folder}/new.pem"),
        ("--renew-with", "{folder}/same", "--out", "{folder}/same"),
        ("--renew-with", "{folder}/same", "--out", "{folder}/../{name}/same"),
        ("--renew-with", "{folder}/new.key", "--out", "{key}"),
        ("--answer", "{folder}/other.csr", "--out", "{key}"),
        ("--renew-with", "{certificate}", "--out", "{folder}/new.pem"),
        ("--renew-with", "{certificate}", "--out", "{certificate}"),
        ("--renew-with", "{folder}/link", "--out", "{folder}/new.pem"),
        ("--renew-with", "{folder}/password", "--out", "{folder}/new.pem", "--key-password-file", "{folder}/password"),
        ("--answer", "{folder}/other.csr", "--out", "{folder}/other.csr"),
    ],
)
def test_no_key_is_overwritten(
    fleet: Command,  # noqa: F811
    phone: tuple[Path, Path],  # noqa: F811
    tmp_path: Path,
    options: tuple[str, ...],
) -> None:
    request(tmp_path, "other")
    fleet.done("device", "renew", "F2LX0001")
    (tmp_path / "link").symlink_to(phone[1])
    (tmp_path / "password").write_text("secret")
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    places = {"certificate": phone[0], "key": phone[1], "folder": tmp_path, "name": tmp_path.name}
    written = [option.format(**places) for option in options]

    answer = fleet.run(*check_in(*phone), *written, "--force")

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "file of its own" in answer.stderr
    assert {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before
    assert len(fleet.json("device", "show", "F2LX0001")["certificates"]) == 1


def test_the_certificate_may_take_the_place_of_the_one_before(
    fleet: Command,  # noqa: F811
    phone: tuple[Path, Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    fleet.done("device", "renew", "F2LX0001")
    new_key = tmp_path / "new.key"
    fleet.done(*check_in(*phone), "--renew-with", new_key, "--out", phone[0], "--force")
    assert fleet.json(*check_in(phone[0], new_key))["device"]["pending"] == []


def test_a_key_is_written_before_something_happens_and_has_its_name_after(tmp_path: Path) -> None:
    target = tmp_path / "new.key"
    target.write_text("the one before")
    with pytest.raises(Refusal, match="nothing-pending"), drafted(target, b"the new one", force=True):
        raise Refusal("nothing-pending", "the renewal is over")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["the one before"]
    with drafted(target, b"the new one", force=True, private=True) as put:
        put()
    assert [file.read_text() for file in tmp_path.iterdir()] == ["the new one"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_link_that_leads_to_itself_is_no_place_for_a_file(
    fleet: Command,  # noqa: F811
    phone: tuple[Path, Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert fleet.refused(*check_in(*phone), "--renew-with", loop)["code"] == "file-unwritable"
