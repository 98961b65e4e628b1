"""A dialog shows what its change would take down before it happens, and does harm only after y."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Button

from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.model.authority import AuthorityGroup
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.device import DeviceState
from certfleet.store.push.topics import push_subject
from certfleet.store.workspace import Workspace
from certfleet.tui.checklist.bind_dialog import BindDialog
from certfleet.tui.devices import secure_dialog
from certfleet.tui.dialogs.choice_fields import ArrowChoice
from certfleet.tui.dialogs.form_dialog import FormDialog
from certfleet.tui.dialogs.question import Question
from tests.documents import export_of
from tests.material import issue, make_chain

from ..checklist.steps import go_to, take
from ..conftest import Open
from ..driving import paste, shows, text_of, until
from ..sample_fleet import add_fleet
from ..sample_policies import PASSWORD, p12, roll_out
from ..settling import settled

ASKED = "Nothing has been changed yet. y goes ahead"
LOST = "STRANDS: 12 devices (10 iOS, 2 macOS)"


def deployment(workspace: Workspace) -> None:
    """A server, a push certificate and one of another topic, sign-on, and 20 devices."""
    workspace.components.bind("mdm-ssl", take(workspace, make_chain("mdm.example.com")))
    workspace.components.bind("saml", take(workspace, issue("saml.example.com")))
    for topic in ("one", "other"):
        name = f"APSP:{topic}"
        push = issue(subject=push_subject(f"com.apple.mgmt.External.{topic}", name))
        source = KeystoreSource(data=p12(push), password=PASSWORD)
        entry = workspace.inventory.import_from(source, use_as=UseAs.APNS).imported[0]
        if topic == "one":
            workspace.components.bind("apns", entry.id)
    add_fleet(workspace, 20)


async def unbind(pilot: Pilot[None]) -> None:
    await go_to(pilot, "need:saml")
    await shows(pilot, "● valid")
    await pilot.press("B")


async def bind_another_topic(pilot: Pilot[None]) -> None:
    await go_to(pilot, "need:apns")
    await shows(pilot, "● valid")
    await pilot.press("b")
    await shows(pilot, "Bind: APNs")
    dialog = pilot.app.screen
    assert isinstance(dialog, BindDialog)
    other = next(row for row in dialog.table.rows if row.row.name == "com.apple.mgmt.External.other")
    dialog.table.move_to(other.id)


async def replace_by_a_private_root(pilot: Pilot[None]) -> None:
    await go_to(pilot, "need:mdm-ssl")
    await shows(pilot, "● valid")
    await pilot.press("r")
    await shows(pilot, "Replace #")
    await paste(pilot, "new.pem")
    await pilot.press("enter")
    await shows(pilot, "with a private key")


async def migrate(pilot: Pilot[None]) -> None:
    await pilot.press("6", "comma")
    await shows(pilot, "Site settings")
    await pilot.press("space")


async def revoke(pilot: Pilot[None]) -> None:
    await pilot.press("3", "slash")
    await paste(pilot, "id:1")
    await pilot.press("enter", "s", "down")
    await shows(pilot, "to revoke")
    await pilot.press("enter")


def without_server(workspace: Workspace) -> None:
    """Nothing is known of the MDM FQDN's certificate, which a migrated deployment has to have."""
    server = workspace.components.find("mdm-ssl")
    assert server is not None
    workspace.components.remove(server.id)


HARM = [
    pytest.param(unbind, "STOPS: users have to sign on", id="unbind"),
    pytest.param(bind_another_topic, LOST, id="bind-another-topic"),
    pytest.param(replace_by_a_private_root, "SSL ERROR 61: 20 more devices", id="replace-by-a-private-root"),
    pytest.param(migrate, "STOPS: no device can enroll", id="site-migrated"),
    pytest.param(revoke, "STRANDS: 1 device (1 iOS)", id="revoke"),
]
Go = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture(autouse=True)
def new_certificate(own_folders: Path) -> None:
    new = make_chain("mdm.example.com")
    (own_folders / "new.pem").write_bytes(new.chain_pem + new.key_pem)


async def confirm(pilot: Pilot[None]) -> None:
    """By the button, whatever has the focus."""
    pilot.app.screen.query_one("#confirm", Button).press()
    await pilot.pause()


@pytest.mark.prepared(by=deployment)
@pytest.mark.parametrize(("go", "told"), HARM)
async def test_harm_is_told_before_and_cancelling_leaves_everything(
    console: Open, workspace: Workspace, go: Go, told: str
) -> None:
    if go is migrate:
        without_server(workspace)
    async with console(size=(80, 24)) as pilot:
        before = export_of(workspace)
        await go(pilot)
        await shows(pilot, told)
        if ASKED not in text_of(pilot) and go is not unbind:
            await confirm(pilot)
            await shows(pilot, ASKED)
            assert told in text_of(pilot)
        await until(pilot, lambda: pilot.app.focused is pilot.app.screen.query_one("#leave"))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, FormDialog))
        assert export_of(workspace) == before


@pytest.mark.prepared(by=deployment)
@pytest.mark.parametrize(("go", "told"), HARM)
async def test_y_goes_ahead(console: Open, workspace: Workspace, go: Go, told: str) -> None:
    if go is migrate:
        without_server(workspace)
    async with console(size=(140, 45)) as pilot:
        before = export_of(workspace)
        await go(pilot)
        await shows(pilot, told)
        if ASKED not in text_of(pilot) and go is not unbind:
            await confirm(pilot)
            await shows(pilot, ASKED)
        assert export_of(workspace) == before
        await pilot.press("y")
        await until(pilot, lambda: export_of(workspace) != before)


@pytest.mark.prepared(by=deployment)
async def test_two_quick_enters_confirm_no_harm(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        before = export_of(workspace)
        await bind_another_topic(pilot)
        await shows(pilot, LOST)
        for _ in range(2):
            pilot.app.post_message(events.Key("enter", None))
        await until(pilot, lambda: ASKED in text_of(pilot) or not isinstance(pilot.app.screen, BindDialog))
        await pilot.press("enter")
        await settled(pilot)
        assert export_of(workspace) == before


@pytest.mark.prepared(by=deployment)
async def test_the_button_is_no_yes_once_y_is_waited_for(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        before = export_of(workspace)
        await bind_another_topic(pilot)
        await pilot.press("enter")
        await shows(pilot, ASKED)
        await confirm(pilot)
        await settled(pilot)
        assert export_of(workspace) == before
        assert pilot.app.focused is pilot.app.screen.query_one("#leave")
        assert ASKED in text_of(pilot)


def button(pilot: Pilot[None]) -> tuple[str, str]:
    """The label of the button that confirms, and its kind."""
    found = pilot.app.screen.query_one("#confirm", Button)
    return str(found.label), found.variant


@pytest.mark.prepared(by=deployment)
async def test_a_button_that_harms_is_red_and_names_the_key_that_is_asked_for(
    console: Open, workspace: Workspace
) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3", "ctrl+a", "s")
        await until(pilot, lambda: pilot.app.screen.query("#confirm"))
        assert button(pilot) == ("Renew", "primary")
        await pilot.press("down")
        await until(pilot, lambda: button(pilot) == ("Revoke …", "error"))
        await confirm(pilot)
        await shows(pilot, ASKED)
        assert button(pilot) == ("Revoke (y)", "error")
        pilot.app.screen.query_one(ArrowChoice).focus()
        await pilot.press("up")
        await until(pilot, lambda: button(pilot) == ("Renew", "primary"))


@pytest.mark.prepared(by=deployment)
async def test_the_button_of_a_question_is_red_where_its_difference_harms(console: Open, workspace: Workspace) -> None:
    group = workspace.authorities.refresh(ready_after=timedelta(0), waits=True)
    async with console(size=(80, 24)) as pilot:
        harmless = Question[AuthorityGroup](
            "Activate it?", "Activate", job=lambda: workspace.ca_groups.activate(group.name), grave=False
        )
        pilot.app.push_screen(harmless)
        await shows(pilot, "Activate (y)")
        await settled(pilot)
        assert button(pilot) == ("Activate (y)", "primary")
        await pilot.press("escape")
        harmful = Question[object](
            "Unbind it?", "Unbind", job=lambda: workspace.components.unbind("mdm-ssl"), grave=False
        )
        pilot.app.push_screen(harmful)
        await until(pilot, lambda: pilot.app.screen is harmful and harmful.query("#confirm"))
        await until(pilot, lambda: button(pilot) == ("Unbind (y)", "error"))


@pytest.mark.prepared(by=deployment)
async def test_what_somebody_else_changed_meanwhile_is_asked_about_again(console: Open, workspace: Workspace) -> None:
    def lost() -> int:
        return sum(one.state is DeviceState.MUST_RE_ENROLL for one in workspace.devices.records.all())

    before = lost()
    async with console(size=(80, 24)) as pilot:
        await bind_another_topic(pilot)
        await pilot.press("enter")
        await shows(pilot, ASKED)
        assert LOST in text_of(pilot)
        workspace.devices.revoke([next(one.id for one in workspace.devices.records.all() if one.platform == "ios")])
        await pilot.press("y")
        await shows(pilot, "STRANDS: 11 devices (9 iOS, 2 macOS)")
        await shows(pilot, ASKED)
        assert lost() == before
        await pilot.press("y")
        await until(pilot, lambda: lost() == before + 11)


@pytest.mark.prepared(by=deployment)
async def test_the_question_stays_until_the_answer_changes(console: Open, workspace: Workspace) -> None:
    without_server(workspace)
    async with console(size=(80, 24)) as pilot:
        await migrate(pilot)
        await confirm(pilot)
        await shows(pilot, ASKED)
        dialog = pilot.app.screen
        dialog.query_one("#offload").focus()
        await pilot.press("space")
        await until(pilot, lambda: ASKED not in text_of(pilot))
        await pilot.press("y")
        await confirm(pilot)
        await shows(pilot, ASKED)
        assert not workspace.site.get().migrated


@pytest.mark.prepared(by=roll_out)
async def test_deleting_a_policy_tells_who_loses_it(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "60  ● installed")
        before = export_of(workspace)
        await pilot.press("x")
        await shows(pilot, "60 devices get an action")
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, FormDialog))
        assert export_of(workspace) == before
        await pilot.press("x")
        await shows(pilot, "60 devices get an action")
        await pilot.press("y")
        await until(pilot, lambda: len(workspace.policies.list()) == 1)


@pytest.mark.prepared(by=deployment)
async def test_another_size_of_the_terminal_shows_as_much_as_it_has_room_for(
    console: Open, workspace: Workspace
) -> None:
    undo = "Undo: put a push certificate of the earlier topic back"
    async with console(size=(80, 24)) as pilot:
        await bind_another_topic(pilot)
        await shows(pilot, LOST)
        assert undo not in text_of(pilot)
        await pilot.resize_terminal(120, 45)
        await shows(pilot, undo)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: undo not in text_of(pilot) and LOST in text_of(pilot))


@pytest.mark.prepared(by=deployment)
@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
async def test_what_does_not_fit_comes_last_with_the_reason_and_is_not_bound(
    console: Open, workspace: Workspace, size: tuple[int, int]
) -> None:
    async with console(size=size) as pilot:
        await go_to(pilot, "need:apns")
        await shows(pilot, "● valid")
        await pilot.press("b")
        await shows(pilot, "Bind: APNs")
        dialog = pilot.app.screen
        assert isinstance(dialog, BindDialog)
        rows = list(dialog.table.rows)
        unfit = [one.refusal is not None for one in rows]
        assert unfit == sorted(unfit), "what fits comes first"
        assert {one.row.name for one in rows if one.refusal is None} == {
            "com.apple.mgmt.External.one",
            "com.apple.mgmt.External.other",
        }
        await pilot.press("end")
        await shows(pilot, "Can't be bound: it names no topic in its subject's UID.")
        before = export_of(workspace)
        await pilot.press("enter")
        await shows(pilot, "A push certificate does")
        assert isinstance(pilot.app.screen, BindDialog)
        assert export_of(workspace) == before


@pytest.mark.prepared(by=deployment)
async def test_secure_tells_what_each_action_would_do_before_it_is_confirmed(
    console: Open, workspace: Workspace
) -> None:
    async with console(size=(80, 24)) as pilot:
        before = export_of(workspace)
        await pilot.press("3", "slash")
        await paste(pilot, "id:1")
        await pilot.press("enter", "s")
        await shows(pilot, "certificate renewal becomes pending")
        await pilot.press("down")
        await shows(pilot, "STRANDS: 1 device (1 iOS)")
        await pilot.press("escape")
        assert export_of(workspace) == before


@pytest.mark.prepared(by=deployment)
async def test_what_concerns_many_devices_is_tried_on_a_copy(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So nobody has to wait for the store meanwhile."""
    monkeypatch.setattr(secure_dialog, "MANY", 1)
    monkeypatch.setattr(workspace.trials, "try_out", lambda change: pytest.fail("it holds the store's lock"))
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3", "ctrl+a", "s", "down")
        await shows(pilot, "STRANDS: ")
        await pilot.press("up")
        await shows(pilot, "certificate renewal becomes pending")


@pytest.mark.prepared(by=deployment)
async def test_the_delivery_of_notices_tells_what_saving_would_change(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        before = export_of(workspace)
        await pilot.press("8", "comma")
        await shows(pilot, "Delivery of notices")
        await pilot.press("down", "enter")
        await shows(pilot, "(●) Webhook")
        await pilot.press("tab")
        await paste(pilot, "https://hook.example.com")
        await shows(pilot, "1 group of settings added")
        await pilot.press("escape")
        assert export_of(workspace) == before


@pytest.mark.prepared(by=deployment)
async def test_the_right_topic_put_back_brings_devices_back(console: Open, workspace: Workspace) -> None:
    def states() -> dict[int, DeviceState]:
        return {one.id: one.state for one in workspace.devices.records.all()}

    before, names = states(), {entry.name: entry.id for entry in workspace.inventory.list()}
    workspace.components.bind("apns", names["com.apple.mgmt.External.other"])
    async with console(size=(140, 45)) as pilot:
        await go_to(pilot, "need:apns")
        await shows(pilot, "com.apple.mgmt")
        await pilot.press("b")
        await shows(pilot, "Bind: APNs")
        dialog = pilot.app.screen
        assert isinstance(dialog, BindDialog)
        dialog.table.move_to(names["com.apple.mgmt.External.one"])
        await shows(pilot, "10 iOS devices: must re-enroll → enrolled")
        await shows(pilot, "2 macOS devices: must re-enroll → enrolled")
        await confirm(pilot)
        await until(pilot, lambda: states() == before)


@pytest.mark.prepared(by=deployment)
async def test_a_keystore_is_asked_about_from_its_password(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    """The question stays when its field loses the cursor and the keystore is looked into once more."""
    push = issue(subject=push_subject("com.apple.mgmt.External.third", "APSP:third"))
    (own_folders / "push.p12").write_bytes(p12(push))
    before = workspace.components.find("apns")
    assert before is not None and before.certificate_id is not None
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "slash")
        await paste(pilot, f"id:{before.certificate_id}")
        await pilot.press("enter", "r")
        await shows(pilot, f"Replace #{before.certificate_id}")
        await paste(pilot, "push.p12")
        await pilot.press("enter")
        await shows(pilot, "a PKCS #12 keystore")
        await paste(pilot, PASSWORD)
        await pilot.press("enter")
        await shows(pilot, ASKED)
        await settled(pilot)
        assert ASKED in text_of(pilot)
        await pilot.press("y")
        await until(pilot, lambda: workspace.components.find("apns") != before)
