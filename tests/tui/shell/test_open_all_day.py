"""A console that stays open: time passes on every screen, others act meanwhile, and what fails is told."""

from __future__ import annotations

import ast
import importlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from certfleet import tui
from certfleet.simulator.engine.campaigns.campaign import CampaignPlan, end_campaign, start_campaign
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.simulator.forecast.comparing import forecasts
from certfleet.store.clock import FixedClock
from certfleet.store.components.needs import need_of
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.inventory.status import days_until
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.expiry import ExpiryLimit, ExpiryLimits
from certfleet.store.model.notice import Channel, Security
from certfleet.store.persistence.database import Changes
from certfleet.store.words import minute
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.certificates.describe_dialog import DescribeDialog
from certfleet.tui.certificates.page import CertificatesPage
from certfleet.tui.certificates.questions import delete_question
from certfleet.tui.certificates.requests_dialog import RequestsDialog
from certfleet.tui.checklist.bind_dialog import BindDialog
from certfleet.tui.checklist.site_dialog import SiteDialog
from certfleet.tui.devices.device_rows import DeviceRows
from certfleet.tui.dialogs.choice_fields import Menu
from certfleet.tui.dialogs.owner_dialog import OwnerDialog
from certfleet.tui.forecast.page import ForecastPage
from certfleet.tui.forecast.process import ForecastResult
from certfleet.tui.lists.list_table import ListTable
from certfleet.tui.notices.channels_dialog import DeliveryDialog
from certfleet.tui.overview.page import OverviewPage
from certfleet.tui.push.apns_dialog import ApnsDialog
from certfleet.tui.shell.background_search import BackgroundSearch
from certfleet.tui.shell.error_boundary import TellsFailures
from certfleet.tui.simulator.campaign_dialog import CampaignDialog, StartCampaignDialog
from certfleet.tui.simulator.moment_dialog import MomentDialog
from certfleet.tui.start_by.dialog import StartByDialog
from certfleet.tui.tasks.tasks_dialog import TasksDialog
from tests.material import NOW, issue
from tests.test_start_by_faces import keep

from ..conftest import Open
from ..driving import shows, text_of, until
from ..forecast.test_forecast import Ended
from ..sample_devices import fill

AWAY = Refusal("database-unreachable", "the server is away")
MINUTE = timedelta(minutes=1)


def app_of(pilot: Pilot[None]) -> CertfleetApp:
    assert isinstance(pilot.app, CertfleetApp)
    return pilot.app


def told(pilot: Pilot[None]) -> list[str]:
    """What the notifications say."""
    return [one.message for one in pilot.app._notifications]


class Fails:
    """Refuses, or fails otherwise, as long as it is set; counts how often it was asked."""

    def __init__(self, error: Exception | None, then: Callable[..., object]) -> None:
        self.error, self.asked, self._then = error, 0, then

    def __call__(self, *args: object, **options: object) -> object:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self._then(*args, **options)


# Workers


async def test_a_worker_that_fails_is_told(console: Open) -> None:
    def fail() -> None:
        raise ValueError("by a worker")

    async with console(steady=True) as pilot:
        pilot.app.run_worker(fail, thread=True, exit_on_error=False)
        await until(pilot, lambda: any("ValueError" in one for one in told(pilot)))
        pilot.app.screen.run_worker(fail, thread=True, exit_on_error=False)
        await pilot.pause()
        assert pilot.app.is_running


def _starts_worker(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        calls = (one for one in node.decorator_list if isinstance(one, ast.Call))
        return any(isinstance(one.func, ast.Name) and one.func.id in ("work", "in_background") for one in calls)
    return False


def _workers() -> Iterable[tuple[str, str, ast.FunctionDef]]:
    root = Path(tui.__file__).parent
    for path in sorted(root.rglob("*.py")):
        name = ".".join(("certfleet.tui", *path.relative_to(root).with_suffix("").parts))
        for defined in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)):
            for method in defined.body:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and _starts_worker(method):
                    yield name, defined.name, method  # type: ignore[misc]  # the two kinds have the same fields


def test_every_worker_is_of_something_that_tells_its_failure() -> None:
    found = list(_workers())
    assert len(found) > 10
    for module, name, method in found:
        owner = getattr(importlib.import_module(module), name)
        options = [one for call in method.decorator_list if isinstance(call, ast.Call) for one in call.keywords]
        kept = any(one.arg == "exit_on_error" and getattr(one.value, "value", None) is False for one in options)
        is_part = module.endswith(("looking_back", "following"))  # of the app, which tells
        assert kept and (is_part or issubclass(owner, TellsFailures)), f"{module}.{name}.{method.name}"
    assert issubclass(CertfleetApp, TellsFailures)


async def test_what_is_due_each_minute_is_not_begun_again_while_it_goes_on(
    console: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, begun, go_on = FixedClock(NOW), list[str](), threading.Event()

    def settle() -> None:
        begun.append(threading.current_thread().name)
        go_on.wait(60)

    with Workspace.open(None, clock=clock) as workspace:
        try:
            async with console(workspace) as pilot:
                await pilot.pause()
                monkeypatch.setattr(workspace, "settle", settle)
                for _ in range(4):
                    clock.at += MINUTE
                    app_of(pilot).poll_now()
                    await pilot.pause()
                assert len(begun) == 1
                go_on.set()
                await until(pilot, lambda: not app_of(pilot)._settles)
                clock.at += MINUTE
                app_of(pilot).poll_now()
                await until(pilot, lambda: len(begun) == 2)
        finally:
            go_on.set()


async def test_what_is_due_and_can_not_be_done_is_told_once(console: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FixedClock(NOW)
    with Workspace.open(None, clock=clock) as workspace:
        settle = Fails(Refusal("disk-full", "the disk is full"), workspace.settle)
        async with console(workspace) as pilot:
            monkeypatch.setattr(workspace, "settle", settle)
            for asked in (1, 2, 3):
                clock.at += MINUTE
                app_of(pilot).poll_now()
                await until(pilot, lambda: settle.asked >= asked and not app_of(pilot)._settles)  # noqa: B023
            await pilot.pause()
            assert told(pilot) == ["The disk is full."]


# The feed


async def test_a_certificate_that_can_not_be_read_is_not_taken_for_deleted(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = workspace.inventory.import_from(CertificateSource(data=issue("one.example.com").pem)).imported[0]
    async with console() as pilot:
        app = app_of(pilot)
        get = Fails(AWAY, workspace.inventory.get)
        monkeypatch.setattr(workspace.inventory, "get", get)
        workspace.inventory.describe(first.id, "changed meanwhile")
        app.poll_now()
        assert get.asked and first.id in app.certificates.rows
        get.error = None
        await until(pilot, lambda: app.certificates.rows[first.id].description == "changed meanwhile")


def test_devices_that_can_not_be_read_are_read_later(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(workspace)
    monkeypatch.setattr("certfleet.tui.devices.device_rows.AT_ONCE", 0)
    rows = DeviceRows(workspace)
    records = Fails(AWAY, rows._table.records)
    monkeypatch.setattr(rows._table, "records", records)
    with pytest.raises(Refusal):
        rows.read()
    records.error = None
    while rows.waiting:
        rows.read()
    assert len(rows.rows) == len(workspace.devices.records.all())
    rows.take({1})
    records.error = AWAY
    with pytest.raises(Refusal):
        rows.read()
    records.error = None
    assert rows.read() == {1}


async def test_a_large_fleet_is_read_on_after_a_failure(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(workspace)
    async with console() as pilot:
        app = app_of(pilot)
        records = Fails(AWAY, app.fleet._table.records)
        monkeypatch.setattr(app.fleet._table, "records", records)
        app.fleet.take({1, 2})
        await until(pilot, lambda: records.asked > 3)
        records.error = None
        await until(pilot, lambda: not app.fleet.waiting)
        assert any(worker.group == "fleet" and worker.is_running for worker in app.workers)


async def test_a_screen_that_fails_is_told_once_and_the_others_go_on(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(page: OverviewPage, changes: Changes | None) -> None:
        raise ValueError("by a screen")

    entry = workspace.inventory.import_from(CertificateSource(data=issue("one.example.com").pem)).imported[0]
    async with console(steady=True, size=(140, 45)) as pilot:
        app = app_of(pilot)
        monkeypatch.setattr(OverviewPage, "show_state", fail)
        for number in range(3):
            workspace.inventory.describe(entry.id, f"description {number}")
            app.poll_now()
        await pilot.pause()
        assert len(told(pilot)) == 1 and "ValueError" in told(pilot)[0]
        await pilot.press("2")
        await shows(pilot, "description 2")


async def test_another_size_while_the_workspace_can_not_be_read_ends_nothing(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(steady=True) as pilot:
        look = Fails(AWAY, workspace.impact.next_stops)
        monkeypatch.setattr(workspace.impact, "next_stops", look)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: look.asked)
        await until(pilot, lambda: told(pilot) == ["The server is away."])
        assert pilot.app.is_running
        look.error = None
        await pilot.resize_terminal(100, 30)
        await pilot.press("2")
        await shows(pilot, "No certificate yet.")


async def test_other_expiry_settings_count_at_once_whatever_the_clock_does(console: Open, workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=issue("one.example.com", days=100).pem))
    async with console() as pilot:
        await shows(pilot, "● 1 valid")
        workspace.site.set(expiring=ExpiryLimits(ExpiryLimit(200, 1)))
        await shows(pilot, "◆ 1 expiring")


async def test_a_search_that_can_not_be_prepared_is_tried_again(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(steady=True) as pilot:
        app = app_of(pilot)
        prepare, found = Fails(AWAY, lambda: lambda: 7), list[object]()
        search = BackgroundSearch(app.screen, prepare, found.append)  # type: ignore[arg-type]  # a screen of the console
        with pytest.raises(Refusal):
            search.now()
        prepare.error = None
        search.now()
        await until(pilot, lambda: found == [7])


# Time


async def test_a_screen_that_is_shown_again_shows_the_present_time(console: Open) -> None:
    clock = FixedClock(NOW)
    with Workspace.open(None, clock=clock) as workspace:
        end = workspace.authorities.summaries(Counter())[0].authorities[0].not_after
        async with console(workspace, size=(140, 45)) as pilot:
            await pilot.press("4")
            await shows(pilot, f"{days_until(end, clock.at):,}")
            await pilot.press("1")
            for _ in range(9):
                clock.at += timedelta(days=1)
                app_of(pilot).poll_now()
            await pilot.press("4")
            await shows(pilot, f"{days_until(end, clock.at):,}", within=5)


# Dialogs


async def test_open_dialogs_show_what_others_do(console: Open, workspace: Workspace) -> None:
    async with console(size=(140, 45)) as pilot:
        pilot.app.push_screen(RequestsDialog())
        await shows(pilot, "No request.")
        workspace.requests.create(subject="CN=first.example.com")
        await shows(pilot, "first.example.com")
        workspace.requests.create(subject="CN=second.example.com")
        await shows(pilot, "second.example.com")
        at = pilot.app.screen.query_one("#requests", ListTable).record
        assert at is not None and at.subject == "CN=first.example.com"

        pilot.app.push_screen(TasksDialog())
        await shows(pilot, "Nothing to do elsewhere.")
        workspace.apns.request("apns")
        await shows(pilot, "Since")
        await until(pilot, lambda: "Nothing to do elsewhere." not in text_of(pilot))

        pilot.app.push_screen(StartByDialog())
        await shows(pilot, "Nothing is computed yet")
        start = keep(workspace, 5)
        await shows(pilot, start.title.removeprefix("device certificates of "))


async def test_the_delivery_that_others_set_up_is_shown_in_what_nobody_has_edited(
    console: Open, workspace: Workspace
) -> None:
    async with console(size=(140, 45)) as pilot:
        pilot.app.push_screen(DeliveryDialog())
        await shows(pilot, "Not set up: nothing goes out this way.")
        dialog = pilot.app.screen
        dialog.query_one("#sender", Input).value = "me@example.com"
        workspace.deliveries.set_smtp(
            host="127.0.0.1",
            port=2525,
            security=Security.NONE,
            sender="certfleet@example.com",
            recipients=["ann@example.com"],
            user="fleet",
            password="secret of the mail server",
        )
        await shows(pilot, "Set up.")
        await until(pilot, lambda: dialog.query_one("#port", Input).value == "2525")
        shown = {id: dialog.query_one(f"#{id}", Input).value for id in ("host", "user", "sender", "recipients")}
        assert shown == {
            "host": "127.0.0.1",
            "user": "fleet",
            "sender": "me@example.com",
            "recipients": "ann@example.com",
        }
        assert "(●) none" in text_of(pilot)
        await shows(pilot, "kept, encrypted; empty leaves it")
        workspace.deliveries.remove(Channel.SMTP)
        await shows(pilot, "Not set up: nothing goes out this way.")
        assert dialog.query_one("#host", Input).value == ""
        assert dialog.query_one("#sender", Input).value == "me@example.com"


async def test_an_open_menu_of_moments_follows_and_its_cursor_stays(console: Open, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "rehearsal", start=NOW) as workspace:
        workspace.moments.save("monday")
        async with console(workspace, size=(140, 45)) as pilot:
            pilot.app.push_screen(MomentDialog())
            await shows(pilot, "Keep the present state under a name")
            await pilot.press("down", "down")
            menu = pilot.app.screen.query_one("#what", Menu)
            assert menu.at == 1
            workspace.moments.save("tuesday")  # by somebody else
            await shows(pilot, "'tuesday'")
            assert menu.expanded and menu.at == 1
            await pilot.press("enter")
            await until(pilot, lambda: menu.value == 1)
            workspace.moments.forget("monday")
            await until(pilot, lambda: menu.value == 0)


async def test_what_can_be_bound_follows_and_a_question_stays(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = workspace.inventory.import_from(CertificateSource(data=issue("one.example.com").pem)).imported[0]
    async with console(size=(140, 45)) as pilot:
        dialog = BindDialog(need_of("saml"))
        pilot.app.push_screen(dialog)
        await shows(pilot, "one.example.com")
        ahead = Fails(None, dialog.look_ahead)
        monkeypatch.setattr(dialog, "look_ahead", ahead)
        second = workspace.inventory.import_from(CertificateSource(data=issue("two.example.com").pem)).imported[0]
        await shows(pilot, "two.example.com")
        assert dialog.table.record is not None and dialog.table.record.id == first.id
        assert not ahead.asked
        workspace.inventory.delete(first.id)
        await until(pilot, lambda: dialog.table.record is not None and dialog.table.record.id == second.id)
        await until(pilot, lambda: ahead.asked)


async def test_the_campaign_that_somebody_ends_is_shown_as_ended(console: Open, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "rehearsal", start=NOW) as workspace:
        draw_fleet(workspace, FleetPlan(devices=12, seed=7))
        workspace.authorities.refresh(ready_after=timedelta(0))
        async with console(workspace, size=(140, 45)) as pilot:
            pilot.app.push_screen(StartCampaignDialog())
            await shows(pilot, "To be told now: nobody.")
            workspace.devices.renew(range(1, 13))
            count = sum(device.state.needs_person for device in workspace.devices.all())
            await shows(pilot, f"To be told now: {count} device")
            start_campaign(workspace, CampaignPlan())
            await shows(pilot, "To be told now: nobody.")
            pilot.app.push_screen(CampaignDialog())
            await shows(pilot, "Campaign")
            await until(pilot, lambda: f"{count} user" in text_of(pilot))
            assert ", ended" not in text_of(pilot)
            end_campaign(workspace)
            await shows(pilot, ", ended")


async def test_the_details_of_what_somebody_deletes_are_left_when_the_dialog_over_them_closes(
    console: Open, workspace: Workspace
) -> None:
    entry = workspace.inventory.import_from(CertificateSource(data=issue("one.example.com").pem)).imported[0]
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "enter", "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DescribeDialog))
        workspace.inventory.delete(entry.id)  # by somebody else
        app_of(pilot).poll_now()
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CertificatesPage))


async def test_forms_send_what_was_touched_and_leave_the_rest_to_others(console: Open, workspace: Workspace) -> None:
    entry = workspace.inventory.import_from(CertificateSource(data=issue("one.example.com").pem)).imported[0]
    async with console(size=(140, 45)) as pilot:
        pilot.app.push_screen(SiteDialog())
        await pilot.pause()
        pilot.app.screen.query_one("#grace", Input).value = "7"
        workspace.site.set(certificate_lead_days=33)
        await pilot.press("enter")
        await until(pilot, lambda: workspace.site.get().apns_grace_days == 7)
        assert workspace.site.get().certificate_lead_days == 33

        await until(pilot, lambda: not isinstance(pilot.app.screen, SiteDialog))
        pilot.app.push_screen(OwnerDialog(f"certificate:{entry.id}", "one"))
        await pilot.pause()
        pilot.app.screen.query_one("#owner", Input).value = "ann@example.com"
        workspace.owners.set(f"certificate:{entry.id}", runbook="call ann")
        await pilot.press("enter")
        await until(pilot, lambda: workspace.owners.own(f"certificate:{entry.id}").owner == "ann@example.com")
        assert workspace.owners.own(f"certificate:{entry.id}").runbook == "call ann"

        await until(pilot, lambda: not isinstance(pilot.app.screen, OwnerDialog))
        pilot.app.push_screen(DescribeDialog(workspace.inventory.get(entry.id)))
        await pilot.pause()
        pilot.app.screen.query_one("#description", Input).value = "the gateway"
        workspace.inventory.set_use_as(entry.id, UseAs.SAML)
        await pilot.press("enter")
        await until(pilot, lambda: workspace.inventory.get(entry.id).description == "the gateway")
        assert workspace.inventory.get(entry.id).use_as is UseAs.SAML


async def test_of_several_certificates_all_are_deleted_or_none(console: Open, workspace: Workspace) -> None:
    entries = [
        workspace.inventory.import_from(CertificateSource(data=issue(f"{name}.example.com").pem)).imported[0]
        for name in ("one", "two", "three")
    ]
    async with console() as pilot:
        pilot.app.push_screen(delete_question(workspace, entries))
        await shows(pilot, "Delete 3 certificates?")
        workspace.inventory.delete(entries[1].id)  # by somebody else
        await pilot.press("y")
        await shows(pilot, "there is no certificate")
        assert [entry.id for entry in workspace.inventory.list()] == [entries[0].id, entries[2].id]


async def test_the_push_certificate_s_steps_follow_and_the_cursor_stays(console: Open, workspace: Workspace) -> None:
    workspace.apns.renew("it@example.com")
    async with console(size=(140, 45)) as pilot:
        pilot.app.push_screen(ApnsDialog("apns"))
        await shows(pilot, "Vendor's signature")
        steps = pilot.app.screen.query_one("#steps", ListTable)
        assert steps.cursor == 0
        workspace.apns.request("apns", email="it@example.com")  # by a command
        await until(pilot, lambda: steps.cursor == 1)
        await pilot.press("up")
        workspace.requests.create(subject="CN=another.example.com")
        app_of(pilot).poll_now()
        await pilot.pause()
        assert steps.cursor == 0


async def test_a_forecast_says_that_it_is_of_an_earlier_day(console: Open) -> None:
    clock = FixedClock(NOW)
    with Workspace.open(None, clock=clock) as workspace:
        fill(workspace)
        result = ForecastResult(tuple(forecasts(workspace, NOW + timedelta(days=30), [None])), ())
        async with console(workspace, size=(140, 45)) as pilot:
            await pilot.press("7", "0")
            page = pilot.app.screen
            assert isinstance(page, ForecastPage)
            page._began(Ended(result))
            await shows(pilot, "Devices  ")
            assert "looks ahead from now" not in text_of(pilot)
            clock.at += timedelta(days=2)
            await shows(pilot, f"of {minute(NOW)} UTC; n looks ahead from now")


async def test_notices_that_go_when_somebody_goes_back_leave_the_inbox(console: Open, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "rehearsal", start=NOW) as workspace:
        workspace.inventory.import_from(CertificateSource(data=issue("one.example.com").pem))
        moment = workspace.moments.save("before")
        async with console(workspace) as pilot:
            await pilot.press("8")
            await shows(pilot, "No notice yet.")
            workspace.authorities.refresh(ready_after=timedelta(0))
            await shows(pilot, "1 notice")
            workspace.moments.go(moment.name or str(moment.id))
            await shows(pilot, "No notice yet.")


# To the shell


async def test_nobody_goes_to_the_shell_amid_a_change(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certfleet.tui.app.STOP_SECONDS", 0.05)
    begun, go_on = threading.Event(), threading.Event()

    def change() -> None:
        with workspace.database.transaction():
            begun.set()
            go_on.wait(60)

    async with console() as pilot:
        thread = threading.Thread(target=change)
        thread.start()
        try:
            begun.wait()
            app_of(pilot).action_to_the_shell()
            await pilot.pause()
            assert told(pilot) == ["A change is being written: try ^z again when it is done."]
        finally:
            go_on.set()
            thread.join()
        app_of(pilot).action_to_the_shell()
        await pilot.pause()
        assert told(pilot)[1:] == ["There is no shell to go to here."]
