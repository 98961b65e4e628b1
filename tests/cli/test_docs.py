"""docs/cli.md and docs/rest.md: every error code of the source, every command and option, and every endpoint."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from certfleet.api.server.application import PREFIX, create_application
from certfleet.api.server.problems import NAMELESS
from certfleet.cli.main import main
from certfleet.store.impact.consequences import Reason
from certfleet.store.impact.needs import NEEDS, Capability
from certfleet.store.workspace import Workspace

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "cli.md").read_text()
REST = (ROOT / "docs" / "rest.md").read_text()


def codes_in_the_source(*folders: str) -> set[str]:
    """The first argument of every ``Refusal(…)``."""
    return {
        str(call.args[0].value)
        for folder in folders
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


def documented(text: str) -> set[str]:
    """The codes that a table begins its rows with."""
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.M))


def test_every_error_code_is_documented() -> None:
    codes = codes_in_the_source("store", "simulator", "cli") | composed_codes()
    ours, over_rest = documented(TEXT.split("## Errors")[1]), documented(REST.split("## What the server accepts")[0])
    server = codes_in_the_source("api") | {*NAMELESS.values(), "request-refused", "internal-error"}
    assert codes <= ours
    assert ours | over_rest == codes | server
    assert not ours & over_rest


def test_every_endpoint_is_documented() -> None:
    with Workspace.open(None) as workspace:
        schema = create_application(workspace).openapi()
    there = {
        f"{method.upper()} {path.removeprefix(f'{PREFIX}/')}"
        for path, operations in schema["paths"].items()
        for method in operations
    }
    assert set(re.findall(r"`((?:GET|POST|PUT|DELETE) [\w/{}]+)`", REST)) == there


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
