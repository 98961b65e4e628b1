"""What other people's programs say of the fixtures is what the page says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from certfleet.testing import bad_chain
from certfleet.testing.export.checking import asked_of, check_fixtures
from certfleet.testing.export.exporting import export_fixtures
from certfleet.testing.export.manifest import Kind, Manifest

PAGE = Path(__file__).parent.parent.parent / "docs" / "fixtures.md"
ROW = re.compile(
    r"^\| ([^|]+) \| `(\w+)` \| `((?:openssl|certtool|keytool)[^`]*)` \| (\d+) of (\d+) \| ([^|]*)\|$", re.M
)
ROWS = ROW.findall(PAGE.read_text())


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    folder = tmp_path_factory.mktemp("fixtures") / "all"
    return folder, export_fixtures(folder, devices=5, fixed_keys=True)


def test_the_page_has_three_programs() -> None:
    assert {row[2].split()[0] for row in ROWS} == {"openssl", "certtool", "keytool"}


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[2].split()[0]}-{row[1]}")
def test_a_program_says_what_the_page_says(row: tuple[str, ...], exported: tuple[Path, Manifest]) -> None:
    _, kind, line, right, asked, wrong = row
    command, (folder, manifest) = shlex.split(line), exported
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    found = list(check_fixtures(folder, asked_of(manifest, command, [Kind(kind)]), command))
    assert {one.name for one in found if not one.agrees} == set(re.findall(r"`([\w-]+)`", wrong))
    assert (sum(one.agrees for one in found), len(found)) == (int(right), int(asked))


@pytest.mark.skipif(shutil.which("certtool") is None, reason="certtool is not installed")
def test_readers_with_short_numbers_meet_the_critical_extension_too(tmp_path: Path) -> None:
    """GnuTLS can't read an object identifier with an arc of more than 64 bits: it refused the file as damaged."""
    made = bad_chain("critical-extension")
    for name, data in (("chain.pem", made.presented_pem.bytes()), ("root.pem", made.trusted.cert_pem.bytes())):
        (tmp_path / name).write_bytes(data)
    asked = ["certtool", "--verify", "--load-ca-certificate", "root.pem", "--infile", "chain.pem"]
    said = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "unknown critical extension" in said.stdout
