"""What others install: the source archive and the wheel, the same whenever they are built, and what an index shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BUILD = "import sys, setuptools.build_meta as backend; getattr(backend, sys.argv[1])(sys.argv[2])"

pytestmark = pytest.mark.slow


def built(what: str, source: Path, folder: Path, umask: int = 0o022) -> Path:
    """The archive or wheel that is made from a copy of the sources."""
    folder.mkdir()
    program = [sys.executable, "-c", BUILD, f"build_{what}", str(folder)]
    subprocess.run(program, cwd=source, check=True, capture_output=True, timeout=240, umask=umask)
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources elsewhere, so that nothing is left among those that are tested."""
    folder = tmp_path_factory.mktemp("checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout
    if not names:
        pytest.skip("these sources are no checkout")
    subprocess.run(
        ["tar", "--create", "--null", "--files-from=-", f"--file={folder}/all.tar"], input=names, cwd=ROOT, check=True
    )
    subprocess.run(["tar", "--extract", "--file=all.tar"], cwd=folder, check=True)
    (folder / "all.tar").unlink()
    return folder


@pytest.fixture(scope="module")
def archive(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("sdist", checkout, tmp_path_factory.mktemp("sdist") / "once")


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


@pytest.fixture(scope="module")
def wheel(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", unpacked, tmp_path_factory.mktemp("wheel") / "once")


def test_the_archive_is_the_same_when_it_is_built_again(checkout: Path, archive: Path, tmp_path: Path) -> None:
    os.utime(checkout / "README.md")
    assert built("sdist", checkout, tmp_path / "again", umask=0o077).read_bytes() == archive.read_bytes()


def test_the_archive_has_tests_fixtures_docs_and_the_links(unpacked: Path) -> None:
    for name in (
        "tests/test_distribution.py",
        "fixtures/company.json",
        "docs/console.md",
        "docs/certfleet.1",
        "Makefile",
    ):
        assert (unpacked / name).is_file()
    assert (unpacked / "certfleet" / "store").is_symlink()
    assert not list(unpacked.rglob("__pycache__"))


def test_the_wheel_of_the_archive_is_that_of_the_checkout(checkout: Path, wheel: Path, tmp_path: Path) -> None:
    assert built("wheel", checkout, tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_the_wheel_has_every_module_and_file_and_nothing_else_at_its_top(wheel: Path, unpacked: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = ("api", "cli", "simulator", "store", "testing", "tui")
    sources = {path for top in tops for path in (unpacked / top).rglob("*") if path.is_file()}
    assert {f"certfleet/{path.relative_to(unpacked).as_posix()}" for path in sources} <= names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"certfleet"}
    assert any(name.endswith("share/man/man1/certfleet.1") for name in names)


def test_an_index_shows_links_that_lead_somewhere(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith("METADATA"))
        metadata = BytesParser().parsebytes(opened.read(name))
    page = metadata.get_payload()
    assert isinstance(page, str) and metadata["Description-Content-Type"] == "text/markdown"
    home = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Repository"]
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert f"{home}/raw/main/docs/screenshots/overview.svg" in links
    for link in links:
        assert link.startswith(("https://", "#")), link
        if link.startswith(home):
            assert (ROOT / link.removeprefix(home).split("/", 3)[3].partition("#")[0]).exists(), link


def test_the_wheel_runs_by_itself(wheel: Path, tmp_path: Path) -> None:
    program = "from certfleet.cli.main import main; main(['--version'])"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert ran.stdout.startswith("certfleet ")
