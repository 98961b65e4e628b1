"""Renewing push certificates on the Checklist screen: step by step, in one go, with the right and the wrong owner."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from textual.pilot import Pilot
from textual.widgets import Input, Select

from certfleet.store.components.capabilities import Capability
from certfleet.store.devices.push import APPLE
from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.model.certificate import Certificate, UseAs
from certfleet.store.model.device import DeviceState
from certfleet.store.push.topics import push_subject
from certfleet.store.workspace import Workspace
from certfleet.tui.dialogs.form_dialog import FormDialog
from tests.material import issue

from ..checklist.steps import go_to
from ..conftest import Open
from ..driving import paste, shows, text_of, until
from ..sample_fleet import add_fleet

OWNER, OTHER = "it@example.com", "someone.else@example.com"
LONG = 20  # seconds: several RSA keys are made the first time


@pytest.fixture
def fleet(workspace: Workspace) -> Workspace:
    """A push certificate of OWNER's in use, and 20 devices, of which 12 are Apple's."""
    workspace.apns.renew(OWNER)
    add_fleet(workspace, 20)
    return workspace


def used(workspace: Workspace, need: str = "apns") -> Certificate:
    found = workspace.apns.current(need)
    assert found is not None
    return found


def must_re_enroll(workspace: Workspace) -> int:
    apple = [device for device in workspace.devices.records.all() if device.platform in APPLE]
    return sum(device.state is DeviceState.MUST_RE_ENROLL for device in apple)


async def open_dialog(pilot: Pilot[None], need: str = "apns") -> None:
    await go_to(pilot, f"need:{need}")
    await pilot.press("r")
    await shows(pilot, "Vendor's signature")


async def sign_in(pilot: Pilot[None], apple_id: str) -> None:
    field = pilot.app.screen.query_one("#apple-id", Input)
    field.value = ""
    await paste(pilot, apple_id)
    await pilot.press("enter")


async def test_with_the_same_apple_id_the_topic_stays_and_devices_go_on(console: Open, fleet: Workspace) -> None:
    before = used(fleet)

    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await shows(pilot, f"Apple ID      {OWNER}")
        await pilot.press("p")
        await shows(pilot, "all steps at once")
        await pilot.press("enter")
        await until(pilot, lambda: used(fleet).id != before.id, LONG)
        await shows(pilot, "is in use.")
        await shows(pilot, "→ superseded")

    assert used(fleet).topic == before.topic
    assert must_re_enroll(fleet) == 0


async def test_another_apple_id_is_warned_of_and_nothing_is_done_without_a_yes(console: Open, fleet: Workspace) -> None:
    before, listed = used(fleet), fleet.portal.list()

    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("p")
        await shows(pilot, "all steps at once")
        await sign_in(pilot, OTHER)
        await shows(pilot, "Upload all the same?")
        said = " ".join(text_of(pilot).replace("│", " ").split())
        assert f"{OWNER}; with another Apple ID the topic changes and 12 Apple" in said

        await pilot.press("enter")  # the button that leaves has the focus
        await until(pilot, lambda: "Upload all the same?" not in text_of(pilot))
        assert used(fleet) == before
        assert fleet.portal.list() == listed

        await pilot.press("enter")
        await shows(pilot, "Upload all the same?")
        await pilot.press("y")
        await until(pilot, lambda: used(fleet).id != before.id, LONG)

    assert used(fleet).topic != before.topic
    assert must_re_enroll(fleet) == 12


async def test_step_by_step_with_files_between(console: Open, fleet: Workspace, own_folders: Path) -> None:
    before = used(fleet)

    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("end", "enter")
        await shows(pilot, "request-missing")

        await pilot.press("home", "enter")
        await shows(pilot, "BEGIN CERTIFICATE REQUEST", LONG)
        await pilot.press("escape")
        await shows(pilot, "● #2 of 2026-01-01 00:00")
        await pilot.press("end", "enter")
        await shows(pilot, "answer-missing")

        await pilot.press("home", "down", "enter")
        await shows(pilot, "Save what the vendor signed", LONG)
        await pilot.press("enter")
        await shows(pilot, "● saved to push-request-2.plist_encoded")

        await pilot.press("enter")
        await shows(pilot, "Sign in as the Apple ID")
        await pilot.press("enter")
        await shows(pilot, f"● #2, as {OWNER}", LONG)

        await pilot.press("enter")
        await until(pilot, lambda: used(fleet).id != before.id, LONG)
        await shows(pilot, "○ a key and a CSR")

    assert (own_folders / "push-request-2.plist_encoded").exists()
    assert used(fleet).topic == before.topic
    assert fleet.tasks.list(done=False) == ()


async def test_a_new_topic_is_asked_about_once_more_before_it_is_used(console: Open, fleet: Workspace) -> None:
    before = used(fleet)

    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("home", "enter")
        await shows(pilot, "BEGIN CERTIFICATE REQUEST", LONG)
        await pilot.press("escape", "home", "down", "down", "enter")
        await shows(pilot, "Sign in as the Apple ID")
        pilot.app.screen.query_one("#how", Select).value = "create"
        await pilot.press("enter")
        await shows(pilot, "Upload all the same?")
        await pilot.press("y")
        await shows(pilot, f"● #2, as {OWNER}", LONG)

        await pilot.press("end", "enter")
        await shows(pilot, "With it 12 Apple devices must re-enroll.")
        await pilot.press("escape")
        assert used(fleet) == before

        await pilot.press("end", "enter")
        await shows(pilot, "With it 12 Apple devices must re-enroll.")
        await shows(pilot, "STRANDS: 12 devices")
        await pilot.press("y")
        await until(pilot, lambda: used(fleet).id != before.id, LONG)

    assert must_re_enroll(fleet) == 12


async def test_a_warning_that_is_no_longer_true_is_given_anew_before_anything_is_done(
    console: Open, fleet: Workspace
) -> None:
    before = used(fleet)

    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("p")
        await shows(pilot, "all steps at once")
        await sign_in(pilot, OTHER)
        await shows(pilot, "12 Apple")
        apple = [device.id for device in fleet.devices.records.all() if device.platform in APPLE]
        fleet.deletions.delete(apple[:5])  # by somebody else
        await pilot.press("y")
        await shows(pilot, "7 Apple")
        assert used(fleet) == before
        await pilot.press("y")
        await until(pilot, lambda: used(fleet).id != before.id, LONG)

    assert must_re_enroll(fleet) == 7


async def test_the_answer_of_apple_s_own_portal_is_a_file(console: Open, fleet: Workspace, own_folders: Path) -> None:
    before = used(fleet)

    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("home", "enter")
        await shows(pilot, "BEGIN CERTIFICATE REQUEST", LONG)
        await pilot.press("escape")
        issued = fleet.apns.upload(OWNER, fleet.apns.sign(2))
        (own_folders / "MDM_Example_Certificate.pem").write_bytes(fleet.portal.pem(issued.id))

        await pilot.press("i")
        await shows(pilot, f"Replace #{before.id}")
        await paste(pilot, "MDM_Example_Certificate.pem")
        await pilot.press("enter")
        await shows(pilot, "1 certificate: APSP:")
        await shows(pilot, "expires no later than the old one", LONG)  # before it was read, Enter would ask for y
        await pilot.press("enter")
        await shows(pilot, "Now using the new one", LONG)

    assert used(fleet).fingerprint_sha256 == issued.fingerprint_sha256


async def test_revoking_names_what_it_means(console: Open, fleet: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await pilot.press("x")
        await shows(pilot, "STRANDS: 12 devices (10 iOS, 2 macOS)")
        assert "It is in use." in text_of(pilot)
        await pilot.press("escape")
        assert must_re_enroll(fleet) == 0

        monkeypatch.setattr(FormDialog, "look_ahead", lambda dialog: None)  # y comes before the effects are known
        await pilot.press("x", "y")
        await shows(pilot, "STRANDS: 12 devices (10 iOS, 2 macOS)")
        assert must_re_enroll(fleet) == 0
        await pilot.press("y")
        await shows(pilot, "■ revoked")
        await pilot.press("escape")
        await shows(pilot, "× enrolling, m")

    assert must_re_enroll(fleet) == 12
    assert Capability.MANAGE in {one.capability for one in fleet.impact.consequences()}


async def test_an_apple_id_that_nobody_knew_is_registered(console: Open, workspace: Workspace) -> None:
    outside = issue(subject=push_subject("com.apple.mgmt.External.0f3a9c52", "APSP:0f3a9c52"))
    keystore = pkcs12.serialize_key_and_certificates(
        b"push", outside.key, outside.certificate, None, BestAvailableEncryption(b"secret")
    )
    workspace.inventory.import_from(KeystoreSource(data=keystore, password="secret"), use_as=UseAs.APNS)

    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot)
        await shows(pilot, "not known; d writes it down")
        await pilot.press("d")
        await shows(pilot, "Apple ID of the push certificate")
        await paste(pilot, "nobody")
        await pilot.press("enter")
        await shows(pilot, "apple-id-invalid")
        pilot.app.screen.query_one("#apple-id", Input).value = OWNER
        await pilot.press("enter")
        await shows(pilot, f"Apple ID      {OWNER}")

    component = workspace.components.find("apns")
    assert component is not None
    assert component.apple_id == OWNER


async def test_secure_mail_s_certificate_is_for_a_bundle_id(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await open_dialog(pilot, "securemail-apns")
        await shows(pilot, "– none for an app")
        await pilot.press("p")
        await shows(pilot, "Bundle id")
        await paste(pilot, OWNER)
        await pilot.press("enter")
        await shows(pilot, "bundle-needed", LONG)
        pilot.app.screen.query_one("#bundle", Input).value = "com.example.securemail"
        await pilot.press("enter")
        await until(pilot, lambda: workspace.apns.current("securemail-apns"), LONG)
        await shows(pilot, "com.example.securemail")

    assert Capability.APP_PUSH not in {one.capability for one in workspace.impact.consequences()}
