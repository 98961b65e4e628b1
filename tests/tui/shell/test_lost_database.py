"""A console on a workspace in PostgreSQL, whose server goes away and comes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import pytest
from textual.pilot import Pilot

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.audit import Actor
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.workspace import Workspace
from certfleet.store.workspace_place import folder_of
from certfleet.tui.app import CertfleetApp
from tests.cut_wire import CutWire
from tests.material import NOW, make_chain
from tests.postgresql_server import DATABASE, PASSWORD, USER, PostgresqlServer
from tests.waiting import LONG


async def test_the_console_comes_back_with_the_server(
    postgresql_server: PostgresqlServer, postgresql_workspace: str
) -> None:
    folder = folder_of(postgresql_workspace)
    with Workspace.open(folder, actor=Actor("ann"), start=NOW) as workspace:
        app = CertfleetApp(workspace)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            postgresql_server.stop()
            try:
                for _ in range(3):
                    app.poll_now()
                    app.refresh_simulation()
                    app.note("a note")  # which draws the top line anew
                    await pilot.pause()
                assert app.is_running
            finally:
                postgresql_server.start()
            with Workspace.open(folder, actor=Actor("bob")) as other:
                other.inventory.import_from(CertificateSource(data=make_chain("back.example.com").chain_pem))
            until = time.monotonic() + LONG
            while len(app.certificates.rows) < 3 and time.monotonic() < until:
                app.poll_now()
                await pilot.pause(0.05)
            assert app.is_running
            assert len(app.certificates.rows) == 3


async def test_no_screen_is_opened_while_the_server_is_gone(
    postgresql_server: PostgresqlServer, postgresql_workspace: str
) -> None:
    with Workspace.open(folder_of(postgresql_workspace), actor=Actor("ann"), start=NOW) as workspace:
        app = CertfleetApp(workspace)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            before = app.current_mode
            postgresql_server.stop()
            try:
                app.poll_now()
                for key in ("3", "2", "8"):
                    await pilot.press(key)
                    await pilot.pause()
                assert app.current_mode == before
                assert any("can't be reached" in one.message for one in app._notifications)
            finally:
                postgresql_server.start()
            until = time.monotonic() + LONG
            while app.current_mode != "devices" and time.monotonic() < until:
                app.poll_now()
                await pilot.press("3")
                await pilot.pause(0.05)
            assert app.current_mode == "devices"
            await pilot.press("2")
            await pilot.pause()
            assert app.current_mode == "certificates"


async def test_what_was_done_just_before_is_no_refusal_and_others_changes_are_told_afterwards(
    postgresql_server: PostgresqlServer, postgresql_workspace: str
) -> None:
    folder = folder_of(postgresql_workspace)
    with Workspace.open(folder, actor=Actor("ann"), start=NOW) as workspace:
        app = CertfleetApp(workspace)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            try:
                with app.feed.own():
                    workspace.inventory.import_from(CertificateSource(data=make_chain("ours.example.com").chain_pem))
                    postgresql_server.stop()
                with pytest.raises(Refusal), app.feed.own():
                    workspace.inventory.import_from(CertificateSource(data=make_chain("not.example.com").chain_pem))
                postgresql_server.start()
                await _polled(app, pilot, lambda: len(app.certificates.rows) == 3)
                with pytest.raises(Refusal) as refused, app.feed.own():
                    workspace.inventory.import_from(CertificateSource(data=make_chain("also.example.com").chain_pem))
                    postgresql_server.stop()
                    workspace.inventory.list()
                assert refused.value.code == "outcome-unknown"
            finally:
                postgresql_server.start()
            await _polled(app, pilot, lambda: len(app.certificates.rows) == 6)
            with Workspace.open(folder, actor=Actor("bob")) as other:
                other.inventory.import_from(CertificateSource(data=make_chain("theirs.example.com").chain_pem))
            await _polled(app, pilot, lambda: len(app.certificates.rows) == 9 and "bob" in app.current_note)


async def test_a_console_whose_packets_vanish_goes_on_and_comes_back(
    postgresql_server: PostgresqlServer, postgresql_workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    schema = postgresql_address(postgresql_workspace).schema
    with closing(CutWire(postgresql_server.port)) as wire:
        there = f"postgresql://{USER}@127.0.0.1:{wire.port}/{DATABASE}?schema={schema}"
        with Workspace.open(folder_of(there), actor=Actor("ann"), start=NOW) as workspace:
            app = CertfleetApp(workspace)
            async with app.run_test(size=(100, 30)) as pilot:
                await pilot.pause()
                wire.is_silent = True
                for key in ("3", "2", "?", "escape", "down"):
                    await pilot.press(key)
                    app.refresh_simulation()
                await _polled(app, pilot, lambda: any("can't be reached" in one.message for one in app._notifications))
                assert app.is_running
                with Workspace.open(folder_of(postgresql_workspace), actor=Actor("bob")) as other:
                    other.inventory.import_from(CertificateSource(data=make_chain("bob.example.com").chain_pem))
                wire.is_silent = False
                await _polled(app, pilot, lambda: len(app.certificates.rows) == 3)


async def _polled(app: CertfleetApp, pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < until
        app.poll_now()
        await pilot.pause(0.05)
