"""``--confined DIR``: files in one folder, the workspace fixed, no other program; and what people send by SSH."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from certfleet.cli.frame.parameters import FILE, FOLDER, PLACE, TARGET, WORKSPACE
from certfleet.cli.main import main
from certfleet.store.confinement import VARIABLE

from .conftest import PASSWORD, Command, Material
from .test_all_files_of_commands import commands, line


@dataclass
class Confined:
    """Somebody who works on a workspace with the files of one folder."""

    command: Command
    folder: Path

    def run(self, *arguments: object, **options: Any) -> Result:
        return self.command.run("--confined", self.folder, *arguments, **options)

    def done(self, *arguments: object, **options: Any) -> str:
        result = self.run(*arguments, **options)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def refused(self, *arguments: object, **options: Any) -> str:
        """The code of the refusal."""
        result = self.run(*arguments, **options)
        assert result.exit_code == 1, result.output
        assert result.stderr.startswith("error: "), result.stderr
        return result.stderr.split()[1].rstrip(":")

    def sends(self, text: str) -> Result:
        """What is sent by SSH to an account whose ``ForceCommand`` is certfleet."""
        environment = {**self.command.environment, "SSH_ORIGINAL_COMMAND": text, "CERTFLEET_PASSPHRASE_FILE": None}
        options = ["--workspace", str(self.command.workspace), "--confined", str(self.folder)]
        return CliRunner(env=environment).invoke(main, options)


@pytest.fixture
def confined(filled: Command, material: Material, tmp_path: Path) -> Confined:
    folder = tmp_path / "exchange"
    shutil.copytree(material.files, folder)
    return Confined(filled, folder)


def test_files_are_named_from_the_folder_on(confined: Confined) -> None:
    confined.done("certificate", "import", "renewed.pem", "--key", "renewed.key")
    confined.done("certificate", "import-keystore", confined.folder / "push.p12", "--password-file", "password")
    (confined.folder / "out").mkdir()
    confined.done("certificate", "export", "1", "--output", "out/server.pem")
    assert (confined.folder / "out" / "server.pem").read_bytes().startswith(b"-----BEGIN")
    confined.done(
        "certificate", "export", "1", "--format", "pkcs12", "--password-file", "password", "--output", "x.p12"
    )
    assert (confined.folder / "x.p12").stat().st_mode & 0o777 == 0o600
    confined.done("workspace", "export", "whole.json")
    assert confined.done("certificate", "export", "1", "--output", "-").startswith("-----BEGIN")
    assert confined.done("certificate", "import", "-", input=(confined.folder / "root.pem").read_bytes())
    assert VARIABLE not in os.environ, "it holds for one command"


@pytest.mark.parametrize(
    "named", ["/etc/hostname", "../outside.pem", ".hidden.pem", "sub/.hidden.pem", "link.pem", "hard.pem", "away/x.pem"]
)
def test_nothing_leads_out(confined: Confined, material: Material, tmp_path: Path, named: str) -> None:
    outside = tmp_path / "outside.pem"
    shutil.copy(material / "renewed.pem", outside)
    shutil.copy(outside, confined.folder / ".hidden.pem")
    (confined.folder / "sub").mkdir()
    shutil.copy(outside, confined.folder / "sub" / ".hidden.pem")
    (confined.folder / "link.pem").symlink_to(outside)
    (confined.folder / "hard.pem").hardlink_to(outside)
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(outside, tmp_path / "elsewhere" / "x.pem")
    (confined.folder / "away").symlink_to(tmp_path / "elsewhere")
    before = outside.read_bytes()
    assert confined.refused("certificate", "import", named) == "path-outside"
    assert confined.refused("certificate", "export", "1", "--force", "--output", named) == "path-outside"
    assert outside.read_bytes() == (tmp_path / "elsewhere" / "x.pem").read_bytes() == before


def test_only_what_was_written_here_is_overwritten(confined: Confined) -> None:
    over = ("certificate", "export", "1", "--force", "--output")
    theirs = confined.folder / "renewed.pem"
    before = theirs.read_bytes()
    assert (
        confined.refused("certificate", "export", "1", "--output", "renewed.pem", "--force") == "file-not-written-here"
    )
    assert theirs.read_bytes() == before
    confined.done("certificate", "export", "1", "--output", "mine.pem")
    assert confined.refused("certificate", "export", "1", "--output", "mine.pem") == "file-exists"
    confined.done("certificate", "export", "2", "--output", "mine.pem", "--force")
    (confined.folder / "mine.pem").write_text("a note of somebody's\n")
    assert confined.refused(*over, "mine.pem") == "file-not-written-here"


def test_the_workspace_and_the_account_are_fixed(confined: Confined) -> None:
    held = {VARIABLE: str(confined.folder), "CERTFLEET_WORKSPACE": str(confined.command.workspace)}
    run = CliRunner(env=held)
    assert run.invoke(main, ["certificate", "list"]).exit_code == 0
    again = run.invoke(main, ["--workspace", str(confined.command.workspace), "certificate", "list"])
    assert again.exit_code == 0, "as the processes that the console starts do"
    for options in (["--workspace", "other"], ["--confined", "/"], ["--confined", str(confined.folder / "out")]):
        (confined.folder / "out").mkdir(exist_ok=True)
        result = run.invoke(main, [*options, "certificate", "list"])
        assert (result.exit_code, result.stderr.split()[1]) == (1, "confined:"), result.output
    assert confined.refused("--confined", confined.folder / "gone", "certificate", "list") == "confined-folder-unusable"


@pytest.mark.parametrize(
    "words",
    [
        "serve --port 0",
        "rehearse -- sh -c id",
        "demo",
        "demo --keep demo --no-console",
        "web --port 0",
        "class create --people 2 --scenario apns-last-ten-days monday",
        "class report monday",
        "class watch monday",
        "fixture export fixtures",
        "fixture check fixtures -- true",
        "fixture bombs .",
        "fixture serve",
        "moment branch now other",
        "moment compare now ./other",
        "site set --backup-folder backups",
        "workspace backup mine.backup",
        "workspace check mine.backup",
        "workspace check --repair --yes",
        "workspace import whole.json",
        "workspace restore mine.backup --yes",
        "workspace share --group users --yes",
    ],
)
def test_what_reaches_beyond_is_refused(confined: Confined, words: str) -> None:
    if words.startswith("moment branch"):
        words = words.replace("now", "1")
    assert confined.refused(*words.split()) == "confined"


REFUSED = ("demo", "moment branch")
"""Commands that who is confined can't use at all."""

TEXTS = {
    ("class create", "--scenario"): "confined",
    ("moment compare", "first"): "confined",
    ("moment compare", "second"): "confined",
    ("scenario start", "name"): "path-outside",
    ("simulate fleet", "--habits"): "path-outside",
    ("site set", "--backup-folder"): "confined",
}
"""Paths that other values can stand for, so that they have no type of their own; each refuses as it says."""


def paths() -> list[tuple[str, str]]:
    """Every option and argument that names a file or a folder."""
    kinds = (FILE, TARGET, FOLDER)
    return [
        (name, parameter.opts[0])
        for name, command in commands(main, (), click.Context(main))
        for parameter in command.params
        if parameter.type in kinds
    ]


def test_every_path_has_a_type_that_confines_it() -> None:
    fixed = [parameter.opts[0] for parameter in main.params if parameter.type in (PLACE, WORKSPACE)]
    assert fixed == ["--workspace", "--confined"]
    for name, command in commands(main, (), click.Context(main)):
        for parameter in command.params:
            told = f"{parameter.human_readable_name} {parameter.metavar or ''}".upper()
            if isinstance(parameter.type, click.Path):
                refused = name in REFUSED and parameter.type in (PLACE, WORKSPACE)
                assert refused or parameter.type in (FILE, TARGET, FOLDER), (name, parameter.opts)
            elif re.search(r"\b(FILE|FOLDER|DIR|PATH)\b", told) and not isinstance(parameter.type, click.Choice):
                is_flag = isinstance(parameter, click.Option) and parameter.is_flag
                assert is_flag or (name, parameter.opts[0]) in TEXTS, (name, parameter.opts)


@pytest.mark.parametrize(("name", "opts"), paths())
@pytest.mark.parametrize("named", ["/etc/hostname", ".ssh/authorized_keys", "../x"], ids=["absolute", "dot", "above"])
def test_no_option_reads_or_writes_elsewhere(
    confined: Confined, material: Material, name: str, opts: str, named: str
) -> None:
    inside = Material(confined.folder, material.issuing)
    words, length = line(name, opts, named, inside), len(name.split())
    if opts in words:  # before other options, which may be refused as well
        at = words.index(opts)
        words = [*words[:length], *words[at : at + 2], *words[length:at], *words[at + 2 :]]
    result = confined.run(*words)
    assert "error: path-outside" in result.stderr or "error: confined" in result.stderr, result.output


@pytest.mark.parametrize(("name", "opts"), TEXTS)
def test_nor_does_a_text_that_may_be_a_path(confined: Confined, material: Material, name: str, opts: str) -> None:
    inside = Material(confined.folder, material.issuing)
    words = [*line(name, opts, "/etc/x.toml", inside), *(["now"] if opts == "first" else [])]
    if name == "moment compare":
        words = ["moment", "compare", *(("/etc/x.toml", "now") if opts == "first" else ("now", "/etc/x.toml"))]
    command = Confined(Command(confined.command.workspace.with_name("new")), confined.folder)
    if name in ("moment compare", "site set"):
        command = confined
    assert command.refused(*words) == TEXTS[name, opts]


def test_what_is_sent_by_ssh_is_run_without_a_shell(confined: Confined) -> None:
    listed = confined.sends("certfleet certificate list")
    assert listed.exit_code == 0, listed.output
    assert "mdm.company.example" in listed.stdout
    assert confined.sends("certificate list; touch out").exit_code == 2
    assert "$(touch out)" in confined.sends("certificate show '$(touch out)'").stderr
    assert not (confined.folder / "out").exists()
    assert confined.sends("--json certificate list").stdout.startswith("{")
    assert confined.sends("certificate export 1 --output 'my server.pem'").exit_code == 0
    assert (confined.folder / "my server.pem").exists()
    assert confined.sends("certificate export 1 --output ../.bashrc").stderr.startswith("error: path-outside")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("bash", "confined"),
        ("/bin/sh -c id", "confined"),
        ("certfleet --workspace /tmp/other certificate list", "confined"),
        ("--confined / certificate list", "confined"),
        ("--as root certificate list", "confined"),
        ("certificate 'list", "confined"),
        ("scp -t .", "no-file-transfer"),
        ("/usr/lib/openssh/sftp-server", "no-file-transfer"),
        ("rsync --server . .", "no-file-transfer"),
        ("", "not-a-terminal"),
        ("certfleet", "not-a-terminal"),
    ],
)
def test_nothing_else_runs(confined: Confined, sent: str, code: str) -> None:
    result = confined.sends(sent)
    assert (result.exit_code, result.stderr.split()[1]) == (1, f"{code}:"), result.output


def test_an_account_acts_for_people_who_share_a_login(confined: Confined) -> None:
    own = confined.command
    (confined.folder / "pw").write_text(PASSWORD)
    own.done("admin", "add", "vera", "--role", "viewer", "--password-file", confined.folder / "pw")
    own.done("admin", "add", "otto", "--role", "operator", "--password-file", confined.folder / "pw")
    assert confined.refused("--as", "vera", "certificate", "describe", "1", "x") == "not-permitted"
    assert confined.refused("--as", "nobody", "certificate", "list") == "account-unknown"
    confined.done("--as", "otto", "certificate", "describe", "1", "by Otto")
    assert own.json("audit", "list")["audit"][0]["user"].endswith("(otto)")
    assert "CERTFLEET_AS" not in os.environ
