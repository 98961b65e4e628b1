"""Importing with the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from textual.widgets import Input, RadioSet, Select

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.certificate import UseAs
from certfleet.store.workspace import Workspace
from certfleet.tui.dialogs.path_completion import complete_path
from tests.cases import PASSWORD, case
from tests.material import Issued, ec_key, issue, keytool, make_chain, needs_keytool, push_subject

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until


def keystore(leaf: Issued, password: str = "secret") -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"mdm", leaf.key, leaf.certificate, list(leaf.issuers), BestAvailableEncryption(password.encode())
    )


async def test_a_pem_file_with_its_chain_and_its_key(console: Open, workspace: Workspace, own_folders: Path) -> None:
    leaf = make_chain("mdm.example.com")
    (own_folders / "mdm.pem").write_bytes(leaf.chain_pem)
    (own_folders / "mdm.key").write_bytes(leaf.key_pem)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i")
        await type_text(pilot, "mdm.pem")
        await pilot.press("enter")
        await shows(pilot, "3 certificates: mdm.example.com")
        await pilot.press("tab", "tab")
        await paste(pilot, "mdm.key")
        await pilot.press("enter")
        await shows(pilot, "3 certificates imported")
        assert "with private key" in text_of(pilot)

        await pilot.press("enter")
        await shows(pilot, "mdm.example.com")

    entries = workspace.inventory.list()
    assert entries[0].name == "mdm.example.com"
    assert entries[0].has_private_key


async def test_two_certificates_of_one_key_are_a_choice_and_not_two_keys(console: Open, own_folders: Path) -> None:
    (own_folders / "a.p12").write_bytes(case("one-key-two-certificates", "a.p12"))

    async with console() as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "a.p12")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "password")
        await paste(pilot, PASSWORD)
        await pilot.press("tab")
        await shows(pilot, "opened: 1 private key with 2 certificates")


async def test_the_path_completes_with_tab(console: Open, own_folders: Path) -> None:
    (own_folders / "gateway-2026.pem").write_bytes(issue("gateway.example.com").pem)

    async with console() as pilot:
        await pilot.press("2", "i")
        await type_text(pilot, "gat")
        field = pilot.app.screen.query_one("#path", Input)
        await until(pilot, lambda: field._suggestion)
        await pilot.press("tab")

        assert field.value == "gateway-2026.pem"
        await pilot.press("enter")
        await shows(pilot, "1 certificate: gateway.example.com")


async def test_tab_after_a_keystore_s_path_goes_to_its_password(console: Open, own_folders: Path) -> None:
    _make_jks_entry(own_folders / "apps.jks", "first")

    async with console() as pilot:
        await pilot.press("2", "i")
        await type_text(pilot, "apps.jks")
        await pilot.press("tab")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "password")
        assert pilot.app.screen.query_one("#path", Input).value == "apps.jks"


async def test_the_file_can_be_picked_in_the_list(console: Open, own_folders: Path, workspace: Workspace) -> None:
    (own_folders / "gateway.pem").write_bytes(issue("gateway.example.com").pem)

    async with console() as pilot:
        await pilot.press("2", "i")
        await shows(pilot, "gateway.pem")
        await pilot.press("down", "enter")
        await shows(pilot, "1 certificate: gateway.example.com")
        await pilot.press("enter")
        await shows(pilot, "1 certificate imported")


async def test_a_password_that_is_missing_is_asked_for(console: Open, workspace: Workspace, own_folders: Path) -> None:
    (own_folders / "push.p12").write_bytes(keystore(make_chain("push", subject=push_subject())))

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "push.p12")
        await pilot.press("enter")
        await shows(pilot, "PKCS #12 keystore")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "password")
        pilot.app.screen.query_one("#description", Input).focus()
        await pilot.press("enter")
        await shows(pilot, "password-needed")

        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "password")


async def test_a_wrong_password_is_told_and_what_was_typed_stays(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    (own_folders / "push.p12").write_bytes(keystore(make_chain("push", subject=push_subject())))

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "push.p12")
        await pilot.press("enter")
        await shows(pilot, "PKCS #12 keystore")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "password")
        await paste(pilot, "wrong")
        await pilot.press("enter")
        await shows(pilot, "wrong-password")

        assert pilot.app.screen.query_one("#password", Input).value == "wrong"
        assert "wrong" not in text_of(pilot).replace("wrong-password", "")
        assert not workspace.inventory.list()

        await pilot.press("ctrl+u")
        await paste(pilot, "secret")
        pilot.app.screen.query_one("#use-as", Select).value = UseAs.APNS.value
        await pilot.press("enter")
        await shows(pilot, "imported")

    assert workspace.inventory.list()[0].use_as is UseAs.APNS
    assert workspace.inventory.reveal_password(1) == "secret"


async def test_apns_is_offered_for_keystores_only(console: Open, own_folders: Path) -> None:
    (own_folders / "push.p12").write_bytes(keystore(make_chain("push", subject=push_subject())))

    async with console() as pilot:
        await pilot.press("2", "i")
        uses = pilot.app.screen.query_one("#use-as", Select)
        assert UseAs.APNS.value not in [value for _, value in uses._options]

        await paste(pilot, "push.p12")
        await pilot.press("enter")
        await until(pilot, lambda: UseAs.APNS.value in [value for _, value in uses._options])


@needs_keytool
async def test_the_alias_is_asked_for_where_a_keystore_holds_several(
    console: Open, own_folders: Path, workspace: Workspace
) -> None:
    file = own_folders / "apps.jks"
    for alias in ("first", "second"):
        _make_jks_entry(file, alias)

    async with console() as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "apps.jks")
        await pilot.press("enter")
        await shows(pilot, "JKS keystore")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "password")
        await paste(pilot, "changeit")
        await pilot.press("tab")
        await shows(pilot, "2 private keys")
        pilot.app.screen.query_one("#alias", Select).value = "second"
        pilot.app.screen.query_one("#description", Input).focus()
        await pilot.press("enter")
        await shows(pilot, "Also in the file")
        assert "“first”" in text_of(pilot)

    (entry,) = workspace.inventory.list()
    assert (entry.name, entry.alias) == ("second", "second")


@needs_keytool
async def test_who_confirms_at_once_is_asked_which_entry_before_the_first_is_taken(
    console: Open, own_folders: Path, workspace: Workspace
) -> None:
    file = own_folders / "apps.jks"
    for alias in ("first", "second"):
        _make_jks_entry(file, alias)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "apps.jks")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "password")
        await paste(pilot, "changeit")
        await pilot.press("enter")
        await shows(pilot, "holds 2 entries")
        assert workspace.inventory.list() == []
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "alias"


def _make_jks_entry(file: Path, alias: str) -> None:
    password = ("-storepass", "changeit", "-keypass", "changeit", "-storetype", "JKS")
    keytool("-genkeypair", "-keyalg", "EC", "-alias", alias, "-dname", f"CN={alias}", "-keystore", file, *password)


async def test_the_same_key_is_a_conflict_and_replacing_keeps_the_entry(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    key = ec_key()
    old, new = issue("mdm.example.com", key=key), issue("mdm.example.com", key=key, days=700)
    workspace.inventory.import_from(CertificateSource(data=old.pem, key=old.key_pem), description="MDM FQDN")
    (own_folders / "new.pem").write_bytes(new.pem)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "new.pem")
        await pilot.press("enter")
        await shows(pilot, "1 certificate: mdm.example.com")
        await pilot.press("enter")
        await shows(pilot, "The entry that holds the key")
        assert "#1 mdm.example.com" in text_of(pilot)
        assert isinstance(pilot.app.focused, RadioSet)

        await pilot.press("enter", "tab", "enter")
        await shows(pilot, "imported")

    (entry,) = workspace.inventory.list()
    assert entry.not_after == new.certificate.not_valid_after_utc
    assert (entry.id, entry.description, entry.has_private_key) == (1, "MDM FQDN", True)


async def test_escape_leaves_a_conflict_as_it_was(console: Open, workspace: Workspace, own_folders: Path) -> None:
    key = ec_key()
    old, new = issue("mdm.example.com", key=key), issue("mdm.example.com", key=key, days=700)
    workspace.inventory.import_from(CertificateSource(data=old.pem))
    (own_folders / "new.pem").write_bytes(new.pem)

    async with console() as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "new.pem")
        await pilot.press("enter")
        await shows(pilot, "1 certificate: mdm.example.com")
        await pilot.press("enter")
        await shows(pilot, "The entry that holds the key")
        await pilot.press("escape")

    assert workspace.inventory.list()[0].not_after == old.certificate.not_valid_after_utc


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("missing.pem", None, "file-not-found"),
        ("empty.pem", b"", "file-empty"),
        ("page.html", b"<html><body>Sign in</body></html>", "not-a-certificate"),
    ],
)
async def test_a_file_of_no_use_is_told_as_soon_as_it_is_chosen(
    console: Open, own_folders: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (own_folders / name).write_bytes(content)

    async with console() as pilot:
        await pilot.press("2", "i")
        await paste(pilot, name)
        await pilot.press("enter")
        await shows(pilot, told)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.query_one("#refusal").display)
        said = " ".join(text_of(pilot).split())
        assert said.count(told) == 1  # below, and no longer beside the field


async def test_q_in_a_field_types_q(console: Open) -> None:
    async with console() as pilot:
        await pilot.press("2", "i", "q", "2")

        assert pilot.app.screen.query_one("#path", Input).value == "q2"


def test_paths_complete_to_what_is_there(own_folders: Path) -> None:
    (own_folders / "keys").mkdir()
    (own_folders / "keys" / "mdm.p12").touch()
    (own_folders / "keys" / "evil\x1b.p12").touch()

    assert complete_path("ke") == "keys/"
    assert complete_path("keys/m") == "keys/mdm.p12"
    assert complete_path("keys/e") is None
    assert complete_path("nowhere/x") is None
    assert complete_path("") is None
    assert complete_path("~nobody-of-that-name/x") is None


async def test_a_folder_of_pem_files_is_one_file(console: Open, workspace: Workspace, own_folders: Path) -> None:
    leaf = make_chain("mdm.example.com")
    folder = own_folders / "live"
    folder.mkdir()
    (folder / "fullchain.pem").write_bytes(leaf.chain_pem)
    (folder / "cert.pem").write_bytes(leaf.pem)
    (folder / "privkey.pem").write_bytes(leaf.key_pem)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i")
        await type_text(pilot, "live")
        await pilot.press("enter")
        await shows(pilot, "with a private key")
        await pilot.press("enter")
        await shows(pilot, "3 certificates imported")

    assert workspace.inventory.list()[0].has_private_key


async def test_of_two_certificates_of_a_key_in_one_file_one_can_be_kept(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    (own_folders / "both.pem").write_bytes(case("both-forms-openssl", "c.pem"))

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i")
        await type_text(pilot, "both.pem")
        await pilot.press("enter")
        await shows(pilot, "4 certificates")
        await pilot.press("enter")
        await shows(pilot, "same-key-in-file")
        assert "Keep: the chain's CA" in text_of(pilot)
        assert "Replace: that entry" not in text_of(pilot)
        await pilot.press("down", "space", "tab", "enter")
        await shows(pilot, "3 certificates imported")

    assert [entry.is_self_issued for entry in workspace.inventory.list()] == [False, False, True]
