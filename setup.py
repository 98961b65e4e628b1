"""What pyproject.toml can't say of the package: the README as a package index shows it, and the source archive.

The archive has what a checkout has (tests, fixtures, documentation), with links as links, and is the same byte for byte
whenever and by whomever it is built. So is the wheel: setuptools takes its dates from ``SOURCE_DATE_EPOCH``, which is
set here unless it is set already.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tarfile
import tomllib
from pathlib import Path
from typing import Any

from setuptools import setup
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HOME = PROJECT["urls"]["Repository"]
PARTS = (
    *("api", "benchmarks", "certfleet", "cli", "docs", "fixtures", "simulator", "store", "testing", "tests", "tui"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md"),
    *("constraints.txt", "pyproject.toml", "setup.py"),
)

os.environ.setdefault("SOURCE_DATE_EPOCH", "315532800")  # 1980-01-01, the earliest that a wheel can say


def readme_of_index() -> str:
    """The README with absolute links: an index has neither the pictures nor the other pages."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"(!\[[^\]]*\]\()(?![a-z]+:|#)([^)]+)\)", rf"\1{HOME}/raw/main/\2)", text)
    return re.sub(r"(\]\()(?![a-z]+:|#)([^)]+)\)", rf"\1{HOME}/blob/main/\2)", text)


class SourceArchive(sdist):
    """``PARTS`` and the metadata, in a fixed order, with one date and nobody's name."""

    def make_release_tree(self, base_dir: str, files: Any) -> None:
        for part in PARTS:
            source, target = ROOT / part, Path(base_dir) / part
            if source.is_dir():
                shutil.copytree(
                    source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
                )
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
        self.distribution.metadata.write_pkg_info(base_dir)

    def make_archive(self, base_name: Any, format: str, *arguments: Any, **options: Any) -> str:
        if format != "gztar":
            return str(super().make_archive(base_name, format, *arguments, **options))
        folder, path = Path(options["base_dir"]), Path(f"{base_name}.tar.gz")
        path.parent.mkdir(parents=True, exist_ok=True)
        epoch = int(os.environ["SOURCE_DATE_EPOCH"])
        with (
            path.open("wb") as file,
            gzip.GzipFile("", "wb", fileobj=file, mtime=epoch) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for found in [folder, *sorted(folder.rglob("*"))]:
                entry = archive.gettarinfo(str(found), found.as_posix())
                entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = epoch, 0, 0, "", ""
                entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
                if entry.isreg():
                    entry.type = tarfile.REGTYPE  # two names of one file are two files
                    with found.open("rb") as content:
                        archive.addfile(entry, content)
                else:
                    archive.addfile(entry)
        return str(path)


setup(
    long_description=readme_of_index(),
    long_description_content_type="text/markdown",
    cmdclass={"sdist": SourceArchive},
)
