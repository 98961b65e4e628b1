"""Takes the screenshots of the console in ``docs/screenshots``: the real console on the demo company, at a fixed
time."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from certfleet.simulator.demo import BEFORE, prepare_demo
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.scenarios.catalogue import text_of
from certfleet.simulator.scenarios.reading import read_scenario
from certfleet.simulator.scenarios.starting import clock_start, start_scenario
from certfleet.store.inventory.sources import ExportFormat
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

FOLDER = Path(__file__).resolve().parent / "screenshots"
MONDAY = datetime(2026, 9, 14, tzinfo=UTC)
WIDE, NARROW = (140, 45), (80, 24)

# Name, terminal, look, keys.
PICTURES: Sequence[tuple[str, tuple[int, int], Look, Sequence[str]]] = (
    ("overview", WIDE, Look.DARK, []),
    ("overview-80x24", NARROW, Look.DARK, []),
    ("certificates", WIDE, Look.DARK, ["2", "down"]),
    ("certificates-light", WIDE, Look.LIGHT, ["2", "down", "down", "right_square_bracket"]),
    ("certificates-80x24", NARROW, Look.DARK, ["2", "down", "space", "space"]),
    ("certificates-no-colour", NARROW, Look.PLAIN, ["2", "down"]),
    ("details-80x24", NARROW, Look.DARK, ["2", "down", "enter"]),
    ("filter", NARROW, Look.DARK, ["2", "slash", *"days:0..90", "space", *"key:yes"]),
    ("import", NARROW, Look.DARK, ["2", "i", *"mdm-push.p12", "enter", "wait", *"not it", "enter", "wait"]),
    ("delete-refused", NARROW, Look.DARK, ["2", "end", "x"]),
    ("request", NARROW, Look.DARK, ["2", "n", *"mdm.example.com"]),
    ("verify", NARROW, Look.DARK, ["2", "V", "wait"]),
    ("palette", NARROW, Look.DARK, ["ctrl+p", *"gateway", "wait"]),
    ("help", NARROW, Look.DARK, ["2", "question_mark"]),
    ("devices", WIDE, Look.DARK, ["3", "down", "wait"]),
    ("devices-80x24", NARROW, Look.DARK, ["3", "F", "wait"]),
    ("secure", NARROW, Look.DARK, ["3", "slash", *"issuer:default", "enter", "ctrl+a", "s", "wait"]),
    ("authorities", WIDE, Look.DARK, ["4", "down", "wait"]),
    ("authorities-80x24", NARROW, Look.DARK, ["4", "wait"]),
    ("policies", WIDE, Look.DARK, ["5", "wait"]),
    ("checklist", WIDE, Look.DARK, ["6", "wait"]),
    ("checklist-80x24", NARROW, Look.DARK, ["6", "wait"]),
    ("apns", NARROW, Look.DARK, ["6", "slash", *"apns", "enter", "wait", "r", "wait"]),
    ("notices", WIDE, Look.DARK, ["8", "wait"]),
    ("notices-80x24", NARROW, Look.DARK, ["8", "down", "wait"]),
    ("simulator", WIDE, Look.DARK, ["7", "wait"]),
    ("simulator-80x24", NARROW, Look.DARK, ["7", "wait"]),
    ("audit", WIDE, Look.DARK, ["9"]),
    ("certificates-nord", WIDE, Look.NORD, ["2", "down"]),
    (
        "forecast",
        WIDE,
        Look.DARK,
        ["7", "0", "until n runs a copy", "n", "until Plan files", "enter", "until 90 days from"],
    ),
)
# The same, on a scenario a week after it has begun.
OF_SCENARIO: Sequence[tuple[str, tuple[int, int], Look, Sequence[str]]] = (
    ("scenario", WIDE, Look.DARK, ["7", "z", "until Hint"]),
)
SCENARIO, PLAYED = "rotation-windows-laggards", timedelta(days=7)


async def take(name: str, size: tuple[int, int], look: Look, keys: Sequence[str], workspace: Workspace) -> None:
    """Drive a console and save what it shows."""
    app = CertfleetApp(workspace, title="demo", settings=ConsoleSettings(look=look))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            if key == "wait":
                await pilot.pause(1)
            elif key.startswith("until "):
                await shows(pilot, key.removeprefix("until "))
            else:
                await pilot.press({" ": "space", ":": "colon", ".": "full_stop", "-": "minus"}.get(key, key))
        await pilot.pause(0.2)
        (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title=f"certfleet: {name}"), encoding="utf-8")
    print(f"docs/screenshots/{name}.svg")


async def shows(pilot: Pilot[None], text: str) -> None:
    """Wait until the screen shows a text, for five minutes at most."""
    for _ in range(3000):
        if any(text in strip.text for strip in pilot.app.screen._compositor.render_strips()):
            return
        await pilot.pause(0.1)
    raise AssertionError(f"{text!r} isn't shown")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "demo", actor=Actor("alice", "192.0.2.17"), start=MONDAY - BEFORE) as workspace,
    ):
        prepare_demo(workspace, devices=500, seed=7)
        with Simulator(workspace) as simulator:
            simulator.run(workspace.now() + timedelta(hours=5))
        push = next(entry for entry in workspace.inventory.list() if entry.alias == "mdm-push")
        password = workspace.inventory.reveal_password(push.id)
        keystore = workspace.inventory.export(push.id, ExportFormat.PKCS12, password=password)
        Path(folder, "mdm-push.p12").write_bytes(keystore)
        os.chdir(folder)
        for picture in PICTURES:
            asyncio.run(take(*picture, workspace))
    with tempfile.TemporaryDirectory() as folder:
        text = text_of(SCENARIO)
        scenario = read_scenario(text, SCENARIO)
        alice = Actor("alice", "192.0.2.17")
        with Workspace.open(Path(folder) / SCENARIO, actor=alice, start=clock_start(scenario)) as workspace:
            start_scenario(workspace, scenario, text)
            with Simulator(workspace) as simulator:
                simulator.run(workspace.now() + PLAYED)
            for picture in OF_SCENARIO:
                asyncio.run(take(*picture, workspace))


if __name__ == "__main__":
    main()
