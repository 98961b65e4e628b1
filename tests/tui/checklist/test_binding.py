"""Binding on the Checklist screen: certificates and provisioning profiles, and what unbinding stops."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from certfleet.store.components.capabilities import Capability
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, issue_long_ago, make_ca, make_chain
from tests.store.profiles.material import make_profile

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until
from ..sample_deployment import deploy
from .steps import go_to, stopped, take


async def test_what_is_missing_is_bound_and_its_consequence_goes(console: Open, workspace: Workspace) -> None:
    take(workspace, issue("gateway.example.com"))
    id = take(workspace, issue("saml.example.com"))
    assert Capability.SHARE_SSO in stopped(workspace)

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:saml")
        await shows(pilot, "× SSO to Files")
        await pilot.press("enter")
        await shows(pilot, "Bind: SAML certificate (Citrix Files)")
        await pilot.press("slash")
        await type_text(pilot, "saml")
        await pilot.press("enter")
        await pilot.press("enter")
        await shows(pilot, f"#{id} saml.example.")
        await shows(pilot, "● valid")
        await until(pilot, lambda: "× SSO to Files" not in text_of(pilot))

    assert Capability.SHARE_SSO not in stopped(workspace)


@pytest.mark.prepared(by=deploy)
async def test_a_replaced_certificate_is_seen_and_can_t_be_bound(console: Open, workspace: Workspace) -> None:

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:gateway-mdm-ssl")
        await pilot.press("b")
        await shows(pilot, "→ by #12")
        await until(pilot, lambda: pilot.app.focused is not None)
        names = [line for line in text_of(pilot).split("\n") if "mdm.example.com" in line]
        assert [name.split()[1] for name in names[-3:]] == ["11", "12", "13"], "the newer one is below the older"

        await pilot.press("up", "enter")
        await shows(pilot, "certificate-replaced")
        await pilot.press("down", "enter")
        await shows(pilot, "uses #13.")


async def test_one_of_several_is_added_under_a_name_and_removed(console: Open, workspace: Workspace) -> None:
    id = take(workspace, issue("ca-client.example.com"))

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:pki-user")
        await pilot.press("n")
        await shows(pilot, "(●) PKI user certificate")
        await pilot.press("enter")
        await shows(pilot, "Bind: PKI user certificate")
        await pilot.press("enter")
        await shows(pilot, "name-needed")
        await type_text(pilot, "Microsoft CA")
        await pilot.press("enter")
        await shows(pilot, "PKI user Microsoft CA")
        component = workspace.components.find("pki-user", "Microsoft CA")
        assert component is not None
        assert component.certificate_id == id

        await pilot.press("x")
        await shows(pilot, "STOPS: no user certificate is issued")
        assert "It goes from the checklist" in text_of(pilot)
        assert workspace.components.find("pki-user", "Microsoft CA") == component
        await pilot.press("y")
        await shows(pilot, "PKI user Microsoft CA removed.")

    assert workspace.components.list() == ()


async def test_a_ca_entity_and_a_resource_can_be_added(console: Open, workspace: Workspace) -> None:
    ca = make_ca("Entity CA")
    id = take(workspace, ca)

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:pki-user")
        await pilot.press("n", "down", "enter")
        await shows(pilot, "It takes a CA certificate.")
        await type_text(pilot, "Entity")
        await pilot.press("enter")
        await until(pilot, lambda: workspace.components.find("pki-ca", "Entity"))

        await pilot.press("escape", "n", "up", "up")
        await shows(pilot, "(●) Another resource")
        await pilot.press("enter")
        await shows(pilot, "Bind: Another resource")
        await type_text(pilot, "Proxy")
        await pilot.press("enter")
        await until(pilot, lambda: workspace.components.find("other", "Proxy"))

    assert {component.certificate_id for component in workspace.components.list()} == {id}


async def test_a_file_is_imported_from_the_dialog_and_bound(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    leaf = make_chain("exchange.example.com")
    (own_folders / "exchange.pem").write_bytes(leaf.chain_pem)

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:gateway-exchange-ssl")
        await pilot.press("enter")
        await shows(pilot, "Nothing in the inventory fits")
        await pilot.press("i")
        await shows(pilot, "Import a certificate or keystore")
        await paste(pilot, "exchange.pem")
        await pilot.press("enter")
        await shows(pilot, "3 certificates: exchange.example.com")
        await pilot.press("enter")
        await shows(pilot, "3 certificates imported")
        await pilot.press("enter")
        await shows(pilot, "#1 exchange.exa")

    component = workspace.components.find("gateway-exchange-ssl")
    assert component is not None
    assert component.certificate_id == 1


async def test_a_file_for_another_host_is_not_bound_without_a_word(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    workspace.components.bind("gateway-exchange-ssl", take(workspace, make_chain("exchange.example.com")))
    (own_folders / "ldaps.pem").write_bytes(make_chain("ldaps.example.com").chain_pem)

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:gateway-exchange-ssl")
        await pilot.press("b")
        await shows(pilot, "Bind: ")
        await pilot.press("i")
        await shows(pilot, "Import a certificate or keystore")
        await paste(pilot, "ldaps.pem")
        await pilot.press("enter")
        await shows(pilot, "3 certificates: ldaps.example.com")
        await pilot.press("enter")
        await shows(pilot, "Doubtful: it is not for exchange.example.com")
        component = workspace.components.find("gateway-exchange-ssl")
        assert component is not None
        assert component.certificate_id == 1
        await pilot.press("enter")
        await until(pilot, lambda: (workspace.components.find("gateway-exchange-ssl") or component).certificate_id == 4)


async def test_a_file_without_the_issuers_is_not_bound_without_a_word(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    (own_folders / "alone.pem").write_bytes(make_chain("exchange.example.com").pem)

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:gateway-exchange-ssl")
        await pilot.press("b")
        await shows(pilot, "Bind: ")
        await pilot.press("i")
        await shows(pilot, "Import a certificate or keystore")
        await paste(pilot, "alone.pem")
        await pilot.press("enter")
        await shows(pilot, "1 certificate: exchange.example.com")
        await pilot.press("enter")
        await shows(pilot, "Doubtful: its chain is incomplete")
        assert workspace.components.find("gateway-exchange-ssl") is None
        await pilot.press("enter")
        await until(pilot, lambda: workspace.components.find("gateway-exchange-ssl"))


async def test_what_was_imported_and_does_not_fit_is_told_of(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    (own_folders / "client.pem").write_bytes(issue("client.example.com").pem)

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:pki-user")
        await pilot.press("b")
        await type_text(pilot, "Microsoft CA")
        await pilot.press("tab", "i")
        await until(pilot, lambda: pilot.app.screen.query("#path"))
        await paste(pilot, "client.pem")
        await pilot.press("enter")
        await shows(pilot, "1 certificate: client.example.com")
        await pilot.press("enter")
        await shows(pilot, "no-private-key")
        await pilot.press("escape")
        await shows(pilot, "1 certificate imported")

    assert workspace.components.list() == ()


async def test_unbinding_says_what_stops(console: Open, workspace: Workspace) -> None:
    workspace.components.bind("saml", take(workspace, issue("saml.example.com")))

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:saml")
        await shows(pilot, "● valid")
        await pilot.press("B")
        await shows(pilot, "STOPS: users have to sign on")
        assert Capability.SHARE_SSO not in stopped(workspace)
        await pilot.press("y")
        await shows(pilot, "× missing")

    assert Capability.SHARE_SSO in stopped(workspace)


async def test_not_used_and_used_again(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:android-keystore")
        await pilot.press("N")
        await shows(pilot, "No longer told: apps can't be upgraded seamlessly")
        await pilot.press("y")
        await shows(pilot, "– not used")
        assert Capability.UPGRADE not in stopped(workspace)

        await pilot.press("N")
        await shows(pilot, "STOPS: apps can't be upgraded seamlessly")
        assert "It counts again" in text_of(pilot)
        assert Capability.UPGRADE not in stopped(workspace)
        await pilot.press("y")
        await shows(pilot, "× missing")

    assert Capability.UPGRADE in stopped(workspace)


async def test_f_goes_to_the_certificate(console: Open, workspace: Workspace) -> None:
    workspace.components.bind("saml", take(workspace, issue("saml.example.com")))

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:saml")
        await shows(pilot, "● valid")
        await pilot.press("f")
        await until(pilot, lambda: pilot.app.current_mode == "certificates")


async def test_renewing_replaces_the_certificate(console: Open, workspace: Workspace, own_folders: Path) -> None:
    old = take(workspace, issue_long_ago("saml.example.com", days=9))
    workspace.components.bind("saml", old)
    new = issue("saml.example.com", days=400)
    (own_folders / "new.pem").write_bytes(new.pem + new.key_pem)

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:saml")
        await shows(pilot, "▲ critical")
        await pilot.press("r")
        await shows(pilot, f"Replace #{old} saml.example.com")
        await paste(pilot, "new.pem")
        await pilot.press("enter")
        await shows(pilot, "with a private key")
        await pilot.press("enter")
        await shows(pilot, "Now using the new one")
        await pilot.press("enter")
        await shows(pilot, "● valid")


# Provisioning profiles


async def test_a_profile_is_bound_to_the_app_that_it_names(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    (own_folders / "mail.mobileprovision").write_bytes(make_profile("com.example.mail"))
    (own_folders / "older.mobileprovision").write_bytes(
        make_profile("com.example.mail", not_after=NOW + timedelta(days=20))
    )

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:provisioning-profile")
        await pilot.press("enter")
        await paste(pilot, "mail.mobileprovision")
        await pilot.press("enter")
        await shows(pilot, "for com.example.mail: in-house, 1")
        await pilot.press("enter")
        await shows(pilot, "Profile com.example.mail is bound.")
        await shows(pilot, "● valid")

        await pilot.press("r")
        await until(pilot, lambda: pilot.app.screen.query("#path"))
        await paste(pilot, "older.mobileprovision")
        await pilot.press("enter", "enter")
        await shows(pilot, "profile-older")
        await pilot.press("space")
        pilot.app.screen.query_one("#path", Input).focus()
        await pilot.press("enter")
        await shows(pilot, "◆ expiring")


async def test_a_file_that_is_no_profile_is_refused(console: Open, own_folders: Path) -> None:
    (own_folders / "mail.mobileprovision").write_bytes(b"<plist/>")

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:provisioning-profile")
        await pilot.press("enter", "enter")
        await shows(pilot, "file-missing")
        await paste(pilot, "mail.mobileprovision")
        await pilot.press("enter", "enter")
        await shows(pilot, "profile-")
