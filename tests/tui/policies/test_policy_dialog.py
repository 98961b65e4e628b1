"""Adding and changing a policy in the console."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.device import Platform
from certfleet.store.model.policy import (
    Assignment,
    ConnectionType,
    DeviceAuthentication,
    ServiceTraffic,
    VpnSettings,
)
from certfleet.store.workspace import Workspace
from tests.material import issue

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until
from ..sample_fleet import add_fleet
from ..sample_policies import VPN, add_policy, iphones
from .test_policies import choose, field, names


async def test_name_and_server_are_enough_for_always_on_by_the_serial_number(
    console: Open, workspace: Workspace
) -> None:
    add_fleet(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5", "n")
        await shows(pilot, "Add a VPN policy")
        await type_text(pilot, "Field VPN")
        await field(pilot, "server")
        await paste(pilot, "vpn.company.example")
        await pilot.press("enter")
        await shows(pilot, "Field VPN added: 100 pending.")
        await until(pilot, lambda: names(pilot) == ["Field VPN"])

    (policy,) = workspace.policies.list()
    assert policy.vpn == VPN
    assert policy.platforms == (Platform.IOS,)
    assert policy.assignment == Assignment()


async def test_every_field_says_what_it_is_about(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)
    source = CertificateSource(data=(leaf := issue("vpn.example.com")).pem, name="vpn.pem", key=leaf.key_pem)
    entry = workspace.inventory.import_from(source).imported[0].id
    async with console(size=(140, 45)) as pilot:
        await pilot.press("5", "n")
        await type_text(pilot, "Office")
        for id, text in (
            ("server", "192.0.2.7"),
            ("connection_name", "Company"),
            ("remote_identifier", "vpn.company.example"),
            ("local_identifier", "phone"),
            ("server_certificate_name", "vpn"),
            ("server_certificate_issuer", "Company CA"),
        ):
            await field(pilot, id)
            await paste(pilot, text)
        await field(pilot, "platform-macos")
        await pilot.press("space")
        await choose(pilot, "connection_type", ConnectionType.IKEV2)
        await until(pilot, lambda: "AirPrint" not in text_of(pilot).split("More")[-1].split("Peer check")[-1][:300])
        await choose(pilot, "device_authentication", DeviceAuthentication.CERTIFICATE)
        await choose(pilot, "certificate_id", entry)
        await choose(pilot, "whom", "devices that fit a filter")
        await field(pilot, "to-filter")
        await paste(pilot, "owner:person")
        await field(pilot, "to-group")
        await paste(pilot, "People")
        await field(pilot, "perfect_forward_secrecy")
        await pilot.press("space")
        await field(pilot, "server")
        await pilot.press("enter")
        await shows(pilot, "Office added: ")

    (policy,) = workspace.policies.list()
    assert policy.vpn == VpnSettings(
        connection_name="Company",
        connection_type=ConnectionType.IKEV2,
        server="192.0.2.7",
        remote_identifier="vpn.company.example",
        local_identifier="phone",
        device_authentication=DeviceAuthentication.CERTIFICATE,
        certificate_id=entry,
        server_certificate_name="vpn",
        server_certificate_issuer="Company CA",
        perfect_forward_secrecy=False,
    )
    assert policy.platforms == (Platform.IOS, Platform.MACOS)
    assert policy.assignment == Assignment(group="People", filter="owner:person")


@pytest.mark.parametrize(
    ("fields", "choices", "code"),
    [
        ({}, {}, "server-invalid"),
        ({"server": "not a host"}, {}, "server-invalid"),
        ({"server": "vpn.example.com", "name": "12"}, {}, "policy-name-invalid"),
        ({"server": "vpn.example.com", "name": "field vpn"}, {}, "policy-exists"),
        (
            {"server": "vpn.example.com"},
            {"device_authentication": DeviceAuthentication.CERTIFICATE},
            "vpn-certificate-missing",
        ),
        ({"server": "vpn.example.com"}, {"whom": "devices that fit a filter"}, "assignment-invalid"),
        ({"server": "vpn.example.com", "to-filter": "seen:3"}, {"whom": "devices that fit a filter"}, "filter-unclear"),
        ({"server": "vpn.example.com"}, {"whom": "devices that are named"}, "device-unknown"),
        (
            {"server": "vpn.example.com", "to-devices": "1, nobody"},
            {"whom": "devices that are named"},
            "device-unknown",
        ),
    ],
)
async def test_what_the_store_refuses_is_told_and_what_was_typed_stays(
    console: Open, workspace: Workspace, fields: dict[str, str], choices: dict[str, object], code: str
) -> None:
    add_fleet(workspace, 20)
    add_policy(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5", "n")
        await shows(pilot, "Add a VPN policy")
        for id, value in choices.items():
            await choose(pilot, id, value)
        for id, text in {"name": "Another", **fields}.items():
            pilot.app.screen.query_one(f"#{id}", Input).value = text
        await field(pilot, "server")
        await pilot.press("enter")
        await shows(pilot, code)
        assert pilot.app.screen.query_one("#name", Input).value == fields.get("name", "Another")

    assert len(workspace.policies.list()) == 1


async def test_always_on_for_macs_is_refused(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5", "n")
        await type_text(pilot, "Macs")
        await pilot.press("tab", "tab", "space", "tab", "tab")
        await paste(pilot, "vpn.example.com")
        await pilot.press("enter")
        await shows(pilot, "platform-unsupported")

    assert workspace.policies.list() == []


async def test_a_change_sends_only_what_was_changed(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)
    add_policy(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "100  ○ pending")
        await pilot.press("enter")
        await shows(pilot, "Change Field VPN")
        workspace.policies.change(1, name="Field")  # by somebody else, meanwhile
        await choose(pilot, "voicemail", ServiceTraffic.OUTSIDE)
        await choose(pilot, "whom", "devices that are named")
        await field(pilot, "to-devices")
        first, second = iphones(workspace)[:2]
        await paste(pilot, f"#{first.id}, {second.serial_number}")
        await pilot.press("enter")
        await shows(pilot, "Field changed: 2 pending")

    policy = workspace.policies.get(1)
    assert policy.name == "Field"
    assert policy.vpn.voicemail is ServiceTraffic.OUTSIDE
    assert policy.vpn.identity_type is IdentityType.SERIAL_NUMBER
    assert policy.assignment.devices == (first.id, second.id)
