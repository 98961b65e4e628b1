"""From another project: what pip would install of this one is enough for Faker to find the provider."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SCRIPT = """
import certfleet
from faker import Faker
print(certfleet.__file__)
fake = Faker(includes=["certfleet.simulator.identities"])
Faker.seed(7)
for _ in range(200):
    print(fake.imei())
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The packages that pyproject.toml tells setuptools to find, through the links in ``certfleet``."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    for folder, _, _ in os.walk(ROOT / "certfleet", followlinks=True):
        package = ".".join(Path(folder).relative_to(ROOT).parts)
        if any(fnmatchcase(package, pattern) for pattern in tool["packages"]["find"]["include"]):
            target = tmp_path / "site" / package.replace(".", "/")
            target.mkdir(parents=True)
            for pattern in ("*.py", *tool["package-data"].get(package, ())):
                for file in Path(folder).glob(pattern):
                    shutil.copy(file, target)
    return tmp_path / "site"


def is_valid(imei: str) -> bool:
    """Fifteen digits of which the last is the check digit of 3GPP TS 23.003, annex B."""
    *digits, check = map(int, imei)
    doubled = [digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)]
    return len(imei) == 15 and (sum(doubled) + check) % 10 == 0


def test_faker_gives_valid_imeis_there(site: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    where, *imeis = done.stdout.split()
    assert Path(where).is_relative_to(site)
    assert len(set(imeis)) == 200
    assert all(map(is_valid, imeis))


def test_every_folder_with_code_in_it_is_installed(site: Path) -> None:
    for room in ("certfleet", "api", "cli", "simulator", "store", "tui"):
        for file in (ROOT / room).rglob("*.py"):
            place = file.relative_to(ROOT)
            installed = site / place if room == "certfleet" else site / "certfleet" / place
            assert installed.exists(), place


def test_the_check_tells_a_valid_imei_from_an_invalid_one() -> None:
    assert is_valid("490154203237518")
    assert not is_valid("490154203237519")
