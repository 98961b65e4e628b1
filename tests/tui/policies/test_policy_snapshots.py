"""How Policies and the device certificates look. ``pytest --snapshot-update`` takes new pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

from ..conftest import Compare
from ..driving import paste, shows
from ..sample_policies import certificate_for, iphones, p12, packed, roll_out
from ..test_snapshots import LOOKS, SIZE

pytestmark = pytest.mark.prepared(by=roll_out)


@pytest.fixture
def app(workspace: Workspace) -> CertfleetApp:
    workspace.settle()
    return CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK), steady=False)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys; wait for what stands after ``@``, and paste what stands after ``=``."""
    for key in keys:
        if key.startswith("@"):
            await shows(pilot, key[1:])
        elif len(key) > 1 and key.startswith("="):
            await paste(pilot, key[1:])
        else:
            await pilot.press(key)
    await pilot.pause()


LIST = ("5", "@60  ● installed")
CERTIFICATES = ("5", "0", "@6 days left")


@SIZE
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(LIST, id="list"),
        pytest.param((*LIST, "n", "@Which devices get it"), id="add"),
        pytest.param(
            (*LIST, "enter", "@Change Field", *["ctrl+u"], "=12", "enter", "@policy-name-invalid"), id="refused"
        ),
        pytest.param((*LIST, "D", "@would get it"), id="deploy"),
        pytest.param((*LIST, "x", "@60 devices lose it"), id="delete"),
        pytest.param((*LIST, "question_mark", "@Export the profile"), id="help"),
        pytest.param(CERTIFICATES, id="certificates"),
        pytest.param((*CERTIFICATES, "enter", "@To its device"), id="certificate"),
        pytest.param((*CERTIFICATES, "space", "space", "x", "enter", "@On 2 devices"), id="certificates-delete"),
    ],
)
def test_policies(snap_compare: Compare, app: CertfleetApp, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    async def go(pilot: Pilot[None]) -> None:
        await press(pilot, *keys)

    for view, same in snap_compare(app, views=[size], run_before=go):
        assert same, view


@pytest.mark.parametrize("look", LOOKS, ids=["light", "ansi", "plain"])
def test_looks_of_the_policies(snap_compare: Compare, app: CertfleetApp, look: Look) -> None:
    app.look = look

    async def go(pilot: Pilot[None]) -> None:
        await press(pilot, *LIST)

    for view, same in snap_compare(app, views=[(80, 24)], run_before=go):
        assert same, view


@SIZE
@pytest.mark.parametrize("step", ["found", "result"])
def test_bulk_import(
    snap_compare: Compare, app: CertfleetApp, own_folders: Path, size: tuple[int, int], step: str
) -> None:
    first = iphones(app.workspace)[0].serial_number
    good = [first, *(f"A12BC3D4E{number:03}" for number in range(20))]
    files = {f"{identity}.p12": p12(certificate_for(identity)) for identity in good}
    files["A12BC3D4E900.p12"] = p12(certificate_for("A12BC3D4E900"), "another one")
    files["A12BC3D4E901.p12"] = b"not a keystore"
    (own_folders / "devices.zip").write_bytes(packed(files))

    async def go(pilot: Pilot[None]) -> None:
        await press(pilot, *CERTIFICATES, "i", "@A .zip of PKCS", "=devices.zip", "enter", "@23 PKCS #12 files")
        if step == "result":
            await press(pilot, "enter", "@23 files: 20 imported")

    for view, same in snap_compare(app, views=[size], run_before=go):
        assert same, view


@SIZE
def test_policies_of_a_device(snap_compare: Compare, app: CertfleetApp, size: tuple[int, int]) -> None:
    async def go(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "slash", f"=id:{iphones(app.workspace)[0].id}", "enter", "@1 of 200", "enter")
        await press(pilot, "right_square_bracket", "@Installed by policies")

    for view, same in snap_compare(app, views=[size], run_before=go):
        assert same, view
