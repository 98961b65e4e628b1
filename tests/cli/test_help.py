"""``certfleet help``, and the manual page that is made from the commands."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from .conftest import Command


@pytest.mark.parametrize("words", ["", "certificate", "certificate import", "apns portal list"])
def test_help_is_what_the_option_says(certfleet: Command, words: str) -> None:
    assert certfleet.done("help", *words.split()) == certfleet.done(*words.split(), "--help")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("certificat", "Did you mean"),
        ("site show now", "certfleet site show has no commands"),
        ("--man site", "--man is"),
    ],
)
def test_what_is_no_command_is_a_usage_error(certfleet: Command, words: str, told: str) -> None:
    result = certfleet.run("help", *words.split())
    assert result.exit_code == 2
    assert told in result.stderr


def test_the_manual_page_has_every_command_with_its_options(certfleet: Command) -> None:
    page = certfleet.done("help", "--man")
    assert page.startswith(".TH CERTFLEET 1")
    assert page.isascii()
    assert '.SS "certfleet certificate import ' in page
    assert r"\fB\-\-on\-conflict " in page
    assert not [line for line in page.splitlines() if line.startswith("'")]


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff isn't installed")
def test_man_reads_the_page_without_a_warning(certfleet: Command) -> None:
    page = certfleet.done("help", "--man")
    ran = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=page.encode(), capture_output=True, check=True)
    assert ran.stderr == b""
    assert b"Import one entry of a keystore" in ran.stdout
