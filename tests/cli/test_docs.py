"""docs/cli.md: every error code of the source is in it, and every command and option that it names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from certfleet.cli.main import main
from certfleet.store.impact.consequences import Reason
from certfleet.store.impact.needs import NEEDS, Capability

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "cli.md").read_text()


def codes_in_the_source() -> set[str]:
    """The first argument of every ``Refusal(…)``."""
    return {
        str(call.args[0].value)
        for folder in ("store", "simulator", "cli")
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Refusal"
        and isinstance(call.args[0], ast.Constant)
    }


def composed_codes() -> set[str]:
    """Those that are made of a need and what is wrong with its certificate, where that turns devices away."""
    turning_away = (Capability.ENROLL, Capability.CHECK_IN, Capability.MANAGE)
    return {"ssl-error-61"} | {
        f"{need.code}-{reason}"
        for need in NEEDS
        if any(effect.capability in turning_away for effect in need.effects)
        for reason in (Reason.EXPIRED, Reason.NOT_YET_VALID, Reason.MISSING, Reason.REVOKED)
        if reason is not Reason.REVOKED or need.id == "apns"  # the portal revokes push certificates alone
    }


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))
    else:
        yield path, command


def test_every_error_code_is_documented() -> None:
    codes = codes_in_the_source() | composed_codes()
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", TEXT.split("## Errors")[1], re.M)) == codes


@pytest.mark.parametrize(("path", "command"), [pytest.param(*found, id=" ".join(found[0])) for found in commands(main)])
def test_every_command_is_documented_with_its_options(path: tuple[str, ...], command: click.Command) -> None:
    lines = " ".join(re.findall(rf"^certfleet {' '.join(path)}(?![\w-]).*(?:\n +.*)*", TEXT, re.M))
    assert lines
    options = {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    assert options == set(re.findall(r"--[a-z-]+", lines))
