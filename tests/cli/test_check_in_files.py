"""The files of ``device check-in``: the new key and the certificate never end where another key is."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Command
from .test_device import check_in, fleet, phone, request  # noqa: F401 - the fixtures


@pytest.mark.parametrize(
    "options",
    [
        ("--renew-with", "{key}", "--out", "{folder}/new.pem"),
        ("--renew-with", "{folder}/same", "--out", "{folder}/same"),
        ("--renew-with", "{folder}/same", "--out", "{folder}/../{name}/same"),
        ("--renew-with", "{folder}/new.key", "--out", "{key}"),
        ("--answer", "{folder}/other.csr", "--out", "{key}"),
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
    before = phone[1].read_bytes()
    written = [option.format(key=phone[1], folder=tmp_path, name=tmp_path.name) for option in options]

    answer = fleet.run(*check_in(*phone), *written, "--force")

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "file of its own" in answer.stderr
    assert phone[1].read_bytes() == before
    assert not (tmp_path / "same").exists()
    assert len(fleet.json("device", "show", "F2LX0001")["certificates"]) == 1
