"""Every dialog that does something can say the command line that would do the same, and the commands are those of the
program."""

from __future__ import annotations

import importlib
import pkgutil
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest
from textual.widgets import Button

import certfleet.tui
from certfleet.cli.main import main
from certfleet.store.undoing import command_lines
from certfleet.store.workspace import Workspace
from certfleet.tui.authorities.refresh_dialog import RefreshDialog
from certfleet.tui.certificates.deploy_dialog import DeployDialog
from certfleet.tui.certificates.export_dialog import export_dialog
from certfleet.tui.dialogs.form_dialog import FormDialog
from certfleet.tui.endpoints.add_dialog import AddEndpointDialog
from certfleet.tui.forecast.dialog import ForecastDialog
from certfleet.tui.notices.channels_dialog import DeliveryDialog
from certfleet.tui.overview.demo_dialog import DemoDialog
from certfleet.tui.scenario.start_dialog import StartScenarioDialog
from certfleet.tui.simulator.campaign_dialog import StartCampaignDialog
from certfleet.tui.simulator.fleet_dialog import FleetDialog
from certfleet.tui.simulator.moment_dialog import MomentDialog
from certfleet.tui.simulator.outage_dialog import OutageDialog
from tests.material import make_chain

from ..certificates.test_after_import import source
from ..conftest import Open
from ..driving import shows, until

WITHOUT = {
    "AddComponentDialog": "leads to the dialog that binds",
    "ColumnsDialog": "arranges the screen",
    "FiltersDialog": "arranges the screen",
    "NameDialog": "is part of another dialog's act",
    "SayFirstDialog": "is part of another dialog's act",
}


def dialogs() -> Iterator[type[FormDialog[Any]]]:
    """The console's dialogs."""
    for module in pkgutil.walk_packages(certfleet.tui.__path__, "certfleet.tui."):
        importlib.import_module(module.name)
    waiting: list[type[Any]] = [FormDialog]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("certfleet.tui."):
            yield kind


def parsed(command: str) -> click.Command:
    """The command of a command line, all of whose options it has."""
    program, *words = shlex.split(command)
    assert program == "certfleet"
    found: click.Command = main
    with click.Context(main) as context:
        if words[0] == "--workspace":
            words = words[2:]
        while isinstance(found, click.Group) and words and (inner := found.get_command(context, words[0])) is not None:
            found, words = inner, words[1:]
    options = {name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        assert not word.startswith("--") or word in options, command
    assert not isinstance(found, click.Group), command
    return found


def test_every_dialog_that_does_something_has_a_command() -> None:
    silent = {
        kind.__name__
        for kind in dialogs()
        if kind is not FormDialog
        and kind.confirm_label is not None
        and kind.command_words is None
        and not kind.changes
        and kind.__name__ not in WITHOUT
    }
    abstract = {"DetailsDialog", "Question", "SaveDialog", "SourceDialog", "TableDialog"}
    assert silent <= abstract


@pytest.mark.parametrize("table", ["_BY_ACTION", "_INCOMPLETE"])
def test_commands_of_the_audit_trail_are_the_programs(table: str) -> None:
    for words in getattr(command_lines, table).values():
        parsed(command_lines.command_line(*words))


def test_commands_with_a_name_from_the_audit_trail_are_the_programs() -> None:
    for ways in command_lines._BY_SUMMARY.values():
        for _, words in ways:
            parsed(command_lines.command_line(*words))


async def copied(console: Open, dialog: Callable[[], FormDialog[Any]]) -> str:
    """What ^y copies in a dialog as it opens."""
    async with console(size=(100, 45)) as pilot:
        pilot.app.push_screen(dialog())
        await until(pilot, lambda: pilot.app.screen.query("#confirm"))
        await pilot.press("ctrl+y")
        await until(pilot, lambda: pilot.app.clipboard)
        parsed(pilot.app.clipboard)
        return pilot.app.clipboard


@pytest.mark.parametrize(
    ("dialog", "command"),
    [
        (RefreshDialog, "certfleet authority refresh --after 1d"),
        (lambda: ForecastDialog(30, ()), "certfleet forecast --for 30d"),
        (FleetDialog, "certfleet simulate fleet --devices 500 --seed 7"),
        (
            StartCampaignDialog,
            "certfleet simulate campaign start --second-mail 7d --deadline 21d --help-desk 20",
        ),
        (OutageDialog, "certfleet simulate outage server --for 6h"),
    ],
    ids=["refresh", "forecast", "fleet", "campaign", "outage"],
)
async def test_a_dialog_says_its_command(console: Open, dialog: Callable[[], FormDialog[Any]], command: str) -> None:
    assert await copied(console, dialog) == command


@pytest.mark.parametrize("dialog", [DemoDialog, StartScenarioDialog], ids=["demo", "scenario"])
async def test_dialogs_that_make_a_workspace_name_its_folder(
    console: Open, dialog: Callable[[], FormDialog[Any]]
) -> None:
    assert any(word.startswith("/") for word in (await copied(console, dialog)).split())


@pytest.mark.parametrize(
    "dialog", [AddEndpointDialog, DeliveryDialog, MomentDialog], ids=["endpoint", "mail", "moment"]
)
async def test_what_is_asked_is_answered_first(console: Open, dialog: Callable[[], FormDialog[Any]]) -> None:
    async with console(size=(100, 45)) as pilot:
        pilot.app.push_screen(dialog())
        await until(pilot, lambda: pilot.app.screen.query("#confirm"))
        await pilot.press("ctrl+y")
        await shows(pilot, "Answer what is asked first")
        assert not pilot.app.clipboard


async def test_deploying_to_devices(console: Open, workspace: Workspace) -> None:
    root = workspace.inventory.import_from(source(make_chain("gateway.example.com"))).imported[-1]
    command = await copied(console, lambda: DeployDialog([root], []))
    assert command == f"certfleet trust deploy {root.id}"


async def test_withdrawing_from_devices(console: Open, workspace: Workspace) -> None:
    root = workspace.inventory.import_from(source(make_chain("gateway.example.com"))).imported[-1]
    workspace.trust.deploy(root.id)
    async with console(size=(100, 45)) as pilot:
        pilot.app.push_screen(DeployDialog([root], []))
        await shows(pilot, "Deployed to every device")
        await pilot.press("ctrl+y")
        await shows(pilot, "Nothing would change.")
        pilot.app.screen.query_one("#withdraw", Button).press()
        await shows(pilot, "It is taken off the devices")
        await pilot.press("ctrl+y")
        await until(pilot, lambda: pilot.app.clipboard == f"certfleet trust withdraw {root.id}")


async def test_exporting(console: Open, workspace: Workspace) -> None:
    entry = workspace.inventory.import_from(source(make_chain("gateway.example.com"))).imported[0]
    command = await copied(console, lambda: export_dialog(workspace, [entry]))
    assert command.startswith(f"certfleet certificate export {entry.id} --format pem --out /")


async def test_exporting_several(console: Open, workspace: Workspace) -> None:
    chain = workspace.inventory.import_from(source(make_chain("gateway.example.com"))).imported
    command = await copied(console, lambda: export_dialog(workspace, chain))
    ids = " ".join(str(entry.id) for entry in chain)
    assert command.startswith(f"certfleet certificate export {ids} --format pem --out /")


async def test_afterwards_the_command_is_a_key_away(console: Open, workspace: Workspace) -> None:
    async with console(size=(100, 45)) as pilot:
        pilot.app.push_screen(RefreshDialog())
        await until(pilot, lambda: pilot.app.screen.query("#confirm"))
        await pilot.press("enter")
        await until(pilot, lambda: len(workspace.authorities.groups()) == 2)
        await until(pilot, lambda: not isinstance(pilot.app.screen, RefreshDialog))
        await pilot.press("ctrl+y")
        await until(pilot, lambda: pilot.app.clipboard == "certfleet authority refresh --after 1d")
        workspace.site.set(apns_grace_days=5)
        await pilot.press("ctrl+y")
        await until(pilot, lambda: pilot.app.clipboard == "certfleet site set --apns-grace-days 5")
