"""The Simulator screen: the clock, the process beside the console, events, progress and the plot."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.simulator.engine.campaigns.campaign import open_campaign
from certfleet.simulator.engine.processes.control import control_of, is_running
from certfleet.simulator.engine.processes.ended_process import refusal_in
from certfleet.simulator.engine.state.simulation_record import simulation_of
from certfleet.simulator.engine.state.start import first_monday
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.clock import FixedClock
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.simulator.control import Simulation
from tests.material import NOW, issue
from tests.waiting import wait_until

from ..conftest import Open
from ..driving import shows, text_of, until
from ..sample_deployment import deploy
from ..sample_fleet import add_fleet

START = first_monday(NOW)


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace in a folder, on a virtual clock, with a small fleet."""
    with Workspace.open(tmp_path / "rehearsal", actor=Actor("alice"), start=START) as workspace:
        draw_fleet(workspace, FleetPlan(devices=12, seed=7))
        workspace.poll()
        yield workspace


@pytest.fixture
def elsewhere() -> Iterator[Callable[[Workspace], subprocess.Popen[bytes]]]:
    """Starts a simulator as somebody else does; it ends with the test."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(workspace: Workspace) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "certfleet", "--workspace", str(workspace.path)]
        options = ["simulate", "run", "--speed", "600", "--attached"]
        processes.append(subprocess.Popen([*command, *options], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL))
        return processes[-1]

    yield start
    for process in processes:
        process.communicate(timeout=120)


# What it shows


async def test_events_progress_and_plot_are_shown_at_80x24(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("7")
        await shows(pilot, "Devices by CA group  ██ group-2 108   ▒▒ default 92")
        await shows(pilot, "60 of 100")
        await shows(pilot, "◆ 20 Windows to re-enroll")
        await shows(pilot, "Events  200")
        assert "renewed" in text_of(pilot)
        assert "check-in 23" in text_of(pilot)


async def test_an_event_leads_to_its_device(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("7", "down", "enter")
        await until(pilot, lambda: pilot.app.current_mode == "devices")


async def test_the_log_holds_still_while_somebody_reads_it(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("7", "down", "down")
        workspace.devices.revoke([3])
        await shows(pilot, "Home shows newer ones")
        assert "revoked" not in text_of(pilot).split("Events")[1]
        await pilot.press("home")
        await shows(pilot, "Events  201")
        assert "revoked" in text_of(pilot).split("Events")[1]


async def test_a_workspace_in_memory_says_that_it_can_t_be_simulated(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("7")
        await shows(pilot, "In memory: the simulator, a process of its own, needs a workspace in a folder.")
        await pilot.press("p")
        await shows(pilot, "workspace-in-memory")
        await pilot.press("escape")
        await until(pilot, lambda: "workspace-in-memory" not in text_of(pilot))


# The process beside it


@pytest.mark.slow
async def test_it_runs_follows_a_speed_and_pauses(console: Open, rehearsal: Workspace) -> None:
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7")
        await shows(pilot, "‖ virtual")
        await pilot.press("p")
        await shows(pilot, "running in this console")
        await until(pilot, lambda: rehearsal.now() > START)
        await shows(pilot, "▶ virtual")

        await pilot.press("plus")
        await shows(pilot, "×21,600 (6 h/s)")
        await until(pilot, lambda: control_of(rehearsal).speed == 21_600)
        await pilot.press("p")
        await shows(pilot, "‖ stopped")

    assert not is_running(rehearsal)


async def test_a_step_goes_an_hour_ahead(console: Open, rehearsal: Workspace) -> None:
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7", "full_stop")
        await until(pilot, lambda: rehearsal.now() == START + timedelta(hours=1))
        await shows(pilot, "‖ stopped")


async def test_a_step_that_is_pressed_while_one_runs_follows_it(console: Open, rehearsal: Workspace) -> None:
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7", "greater_than_sign", "full_stop", "full_stop")
        await until(pilot, lambda: rehearsal.now() == START + timedelta(days=1, hours=2))
        await shows(pilot, "‖ stopped")


def test_steps_of_several_threads_follow_each_other(rehearsal: Workspace) -> None:
    """Each key has a thread of its own, and on a slow server the first is still asking when the others begin."""
    simulation, together = Simulation(rehearsal), threading.Barrier(3)

    def step() -> None:
        together.wait()
        simulation.step("1h")

    threads = [threading.Thread(target=step) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    def is_over() -> bool:
        simulation.refresh()
        rehearsal.poll()
        return simulation.trouble is not None or rehearsal.now() == START + timedelta(hours=3)

    try:
        wait_until(is_over)
        assert simulation.trouble is None
    finally:
        simulation.close()


@pytest.mark.slow
async def test_one_that_runs_elsewhere_is_shown_and_can_be_paused(
    console: Open, rehearsal: Workspace, elsewhere: Callable[[Workspace], subprocess.Popen[bytes]]
) -> None:
    process = elsewhere(rehearsal)
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7")
        await shows(pilot, "running elsewhere")
        await until(pilot, lambda: control_of(rehearsal).speed == 600)
        await until(pilot, lambda: rehearsal.now() > START)
        await pilot.press("p")
        await shows(pilot, "‖ stopped")

    assert process.wait(120) == 0


@pytest.mark.slow
async def test_leaving_the_console_ends_what_it_started(console: Open, rehearsal: Workspace) -> None:
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7", "p")
        await until(pilot, lambda: is_running(rehearsal))
        simulation = pilot.app.simulation  # type: ignore[attr-defined]

    simulation.close()
    assert not is_running(rehearsal)


@pytest.mark.slow
async def test_a_simulator_that_dies_is_told_calmly(console: Open, rehearsal: Workspace) -> None:
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7", "p")
        await until(pilot, lambda: is_running(rehearsal))
        pilot.app.simulation._own._process.kill()  # type: ignore[attr-defined]
        await shows(pilot, "the simulator ended by signal 9.")


async def test_a_passphrase_has_to_be_in_a_file_for_it(
    console: Open, rehearsal: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CERTFLEET_PASSPHRASE_FILE", raising=False)
    rehearsal.change_passphrase("correct horse")
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7", "p")
        await shows(pilot, "passphrase-needed")

    assert not is_running(rehearsal)


# Drawing a fleet


@pytest.mark.slow
async def test_a_fleet_is_drawn_into_an_empty_workspace(console: Open, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "empty") as workspace:
        async with console(workspace, size=(80, 24)) as pilot:
            await pilot.press("7")
            await shows(pilot, "n draws one, on a virtual clock.")
            await pilot.press("n")
            await shows(pilot, "Clock starts")
            pilot.app.screen.query_one("#draw-devices").value = "6"  # type: ignore[attr-defined]
            await pilot.press("enter")
            await shows(pilot, "6 devices, seed 7")
            await shows(pilot, "Enrolled")

        record = simulation_of(workspace)
        assert record is not None
        assert record.drawn == 6


async def test_a_real_inventory_is_not_turned_into_a_simulation(console: Open, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "real") as workspace:
        workspace.inventory.import_from(CertificateSource(data=issue("mdm.example.com").pem))
        async with console(workspace, size=(80, 24)) as pilot:
            await pilot.press("7")
            await shows(pilot, "wall clock")
            await pilot.press("n")
            await shows(pilot, "Clock starts")
            await until(pilot, lambda: pilot.app.focused is not None)
            await pilot.press("enter")
            await shows(pilot, "workspace-holds-inventory")
            await shows(pilot, "Draw it")

        assert not workspace.is_virtual


@pytest.mark.parametrize(
    ("said", "status", "code", "message"),
    [
        ('{"error": {"code": "no-fleet", "message": "none here", "hint": null}}', 1, "no-fleet", "none here"),
        ("Traceback …\nMemoryError\n", 1, "simulator-ended", "the simulator ended with status 1: MemoryError"),
        ("", -9, "simulator-ended", "the simulator ended by signal 9"),
        ('{"error": "?"}', 3, "simulator-ended", 'the simulator ended with status 3: {"error": "?"}'),
    ],
)
def test_what_a_failed_process_said_becomes_a_refusal(said: str, status: int, code: str, message: str) -> None:
    refusal = refusal_in(said, status)

    assert (refusal.code, refusal.message) == (code, message)


@pytest.mark.prepared(by=deploy)
async def test_what_holds_the_fleet_up_is_said(console: Open, workspace: Workspace) -> None:
    assert isinstance(workspace.clock, FixedClock)

    async with console(size=(140, 45)) as pilot:
        await pilot.press("7")
        await shows(pilot, "Devices by CA group")
        assert "Held up" not in text_of(pilot)
        workspace.clock.at = NOW + timedelta(days=30)
        workspace.settle()
        await shows(pilot, "× Held up: enrolling and managing iOS and macOS devices, because of #14 com.apple.mgmt")
        await shows(pilot, "× Held up: enrolling devices, because of #5 gateway.example.com, expired since 2026-01-28")
    async with console(size=(80, 24)) as pilot:
        await pilot.press("7")
        await shows(pilot, "× Held up: ")
        await shows(pilot, "  and 1 more")


# Campaigns


async def test_a_campaign_is_started_and_ended(console: Open, rehearsal: Workspace) -> None:
    rehearsal.authorities.refresh(ready_after=timedelta(0))
    rehearsal.devices.renew(range(1, 13))
    windows = sum(device.state.needs_person for device in rehearsal.devices.all())
    assert windows
    async with console(rehearsal, size=(80, 24)) as pilot:
        await pilot.press("7")
        await shows(pilot, "Campaign")
        await pilot.press("C")
        await shows(pilot, f"{windows} devices need their users" if windows > 1 else "1 device needs its user")
        await pilot.press("tab", "1", "enter")  # the deadline comes before the second mail
        await shows(pilot, "campaign-invalid")
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: open_campaign(rehearsal) is not None)
        await shows(pilot, f"0 of {windows}, 0 tickets, 0 h")
        campaign = open_campaign(rehearsal)
        assert campaign is not None
        assert (campaign.second_mail, campaign.deadline, campaign.help_desk) == (None, 86_400, 20)
        await pilot.press("C")
        await shows(pilot, f"{windows} users" if windows > 1 else "1 user")
        await pilot.press("left", "enter")
        await until(pilot, lambda: open_campaign(rehearsal) is None)
        await shows(pilot, f"0 of {windows} (ended)")


async def test_who_renews_simulated_windows_devices_is_told_how_their_users_are(
    console: Open, rehearsal: Workspace
) -> None:
    rehearsal.authorities.refresh(ready_after=timedelta(0))
    async with console(rehearsal, size=(140, 45)) as pilot:
        await pilot.press("3", "ctrl+a")
        await shows(pilot, "12 selected")
        await pilot.press("s")
        await shows(pilot, "run Windows")
        await pilot.press("enter")
        await shows(pilot, "Simulated users don't re-enroll before they are told: C on the simulator's screen (7).")
