"""The list of certificates, its details and its actions."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from textual.widgets import Input, Select

from certfleet.store.inventory.sources import CertificateSource, KeystoreSource
from certfleet.store.keystores.reading import read_keystore
from certfleet.store.model.certificate import UseAs
from certfleet.store.workspace import Workspace
from certfleet.tui.lists.list_table import ListTable
from tests.material import issue, make_chain, push_subject

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until


def take(workspace: Workspace, name: str, days: int, use_as: UseAs = UseAs.SERVER) -> int:
    leaf = issue(name, days=days)
    source = CertificateSource(data=leaf.pem, name=f"{name}.pem", key=leaf.key_pem)
    return workspace.inventory.import_from(source, use_as=use_as).imported[0].id


async def test_the_filter_narrows_as_it_is_typed_and_escape_clears_it(console: Open, workspace: Workspace) -> None:
    take(workspace, "gateway.example.com", 20)
    take(workspace, "saml.example.com", 300, UseAs.SAML)

    async with console() as pilot:
        await pilot.press("2", "slash")
        await type_text(pilot, "use:saml")
        await shows(pilot, "1 of 2")
        assert "gateway.example.com" not in text_of(pilot)

        await pilot.press("escape")
        await shows(pilot, "gateway.example.com")


async def test_the_filter_and_the_cursor_survive_a_look_at_another_screen(console: Open, workspace: Workspace) -> None:
    for number in range(5):
        take(workspace, f"host{number}", 100 + number)

    async with console() as pilot:
        await pilot.press("2", "slash")
        await paste(pilot, "host")
        await pilot.press("enter", "down", "down")
        await pilot.press("1", "2")

        table = pilot.app.screen.query_one("#table", ListTable)
        assert table.cursor == 2
        assert pilot.app.screen.query_one("#filter", Input).value == "host"


async def test_sorting_by_days_left(console: Open, workspace: Workspace) -> None:
    for name, days in (("a", 300), ("b", 5), ("c", 100)):
        take(workspace, name, days)

    async with console() as pilot:
        await pilot.press("2", "o")
        table = pilot.app.screen.query_one("#table", ListTable)
        assert table.sort == "days"
        assert [row.name for row in table.rows] == ["b", "c", "a"]

        await pilot.press("O")
        assert [row.name for row in table.rows] == ["a", "c", "b"]


async def test_the_details_are_beside_the_list_or_on_a_screen_of_their_own(console: Open, workspace: Workspace) -> None:
    leaf = make_chain("mdm.example.com")
    workspace.inventory.import_from(CertificateSource(data=leaf.chain_pem))

    async with console(size=(140, 40)) as pilot:
        await pilot.press("2")
        await shows(pilot, "Summary")
        await pilot.press("right_square_bracket")
        await shows(pilot, "● #3 Root of mdm.example.com")

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2")
        assert "Summary" not in text_of(pilot)
        await pilot.press("enter")
        await shows(pilot, "Summary")
        await pilot.press(*["right_square_bracket"] * 4)
        await shows(pilot, "imported from")
        await pilot.press("escape")
        await until(pilot, lambda: "Summary" not in text_of(pilot))


async def test_describe(console: Open, workspace: Workspace) -> None:
    id = take(workspace, "gateway.example.com", 100)

    async with console() as pilot:
        await pilot.press("2", "d")
        await paste(pilot, "Ordered by Dana")
        await pilot.press("enter")
        await shows(pilot, "described")

    assert workspace.inventory.get(id).description == "Ordered by Dana"


async def test_an_owner_is_named(console: Open, workspace: Workspace) -> None:
    id = take(workspace, "gateway.example.com", 100)

    async with console() as pilot:
        await pilot.press("2", "w")
        await paste(pilot, "ann@example.com")
        await pilot.press("tab")
        await paste(pilot, "bob@example.com")
        await pilot.press("enter")
        await shows(pilot, "Owner: ann@example.com, deputy bob@example.com")

    assert workspace.owners.of(f"certificate:{id}").owner == "ann@example.com"


async def test_another_use(console: Open, workspace: Workspace) -> None:
    id = take(workspace, "saml.example.com", 100)

    async with console() as pilot:
        await pilot.press("2", "d")
        await shows(pilot, "Use as")
        pilot.app.screen.query_one("#use_as", Select).value = UseAs.SAML
        await shows(pilot, "is used as")  # what confirming would do
        await pilot.press("enter")
        await until(pilot, lambda: workspace.inventory.get(id).use_as is UseAs.SAML)

    assert workspace.inventory.get(id).description == ""


async def test_replace_marks_the_old_one(console: Open, workspace: Workspace, own_folders: Path) -> None:
    take(workspace, "mdm.example.com", 8)
    new = issue("mdm.example.com", days=398)
    (own_folders / "new.pem").write_bytes(new.pem + new.key_pem)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "r")
        await paste(pilot, "new.pem")
        await pilot.press("enter")
        await shows(pilot, "with a private key")
        await pilot.press("enter")
        await shows(pilot, "is replaced by #2")
        await pilot.press("enter")
        await shows(pilot, "→ replaced")
        assert "by #2" in text_of(pilot)


async def test_a_refused_deletion_says_why(console: Open, workspace: Workspace) -> None:
    leaf = make_chain("mdm.example.com")
    workspace.inventory.import_from(CertificateSource(data=leaf.chain_pem))

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "end", "x")
        await shows(pilot, "can't be deleted")
        await shows(pilot, "certificate-has-dependents")
        await pilot.press("y", "escape")

    assert len(workspace.inventory.list()) == 3


async def test_several_are_deleted_at_once_and_the_others_are_named(console: Open, workspace: Workspace) -> None:
    leaf = make_chain("mdm.example.com")
    workspace.inventory.import_from(CertificateSource(data=leaf.chain_pem))

    async with console() as pilot:
        await pilot.press("2", "ctrl+a", "x")
        await shows(pilot, "2 certificates can't be deleted")
        await pilot.press("y")
        await shows(pilot, "deleted.")

    assert [entry.name for entry in workspace.inventory.list()] == [
        "Issuer of mdm.example.com",
        "Root of mdm.example.com",
    ]


async def test_deleting_needs_more_than_enter(console: Open, workspace: Workspace) -> None:
    take(workspace, "gateway.example.com", 100)

    async with console() as pilot:
        await pilot.press("2", "x")
        await shows(pilot, "Delete #1")
        await pilot.press("enter")
        await until(pilot, lambda: "Delete #1" not in text_of(pilot))

    assert len(workspace.inventory.list()) == 1


async def test_export_as_pkcs12_with_a_password(console: Open, workspace: Workspace, own_folders: Path) -> None:
    take(workspace, "gateway.example.com", 100)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "e", "up", "enter")
        await shows(pilot, "password-needed")
        await paste(pilot, "correct horse")
        await pilot.press("tab")
        await paste(pilot, "correct")
        await pilot.press("enter")
        await shows(pilot, "passwords-differ")
        await paste(pilot, " horse")
        await pilot.press("enter")
        await shows(pilot, "Exported to")

    (file,) = own_folders.iterdir()
    assert file.name == "gateway.example.com.p12"
    assert file.stat().st_mode & 0o077 == 0
    assert read_keystore(file.read_bytes(), password="correct horse").entries[0].private_key is not None


async def test_an_export_overwrites_nothing_unasked(console: Open, workspace: Workspace, own_folders: Path) -> None:
    take(workspace, "gateway.example.com", 100)
    (own_folders / "gateway.example.com.pem").write_text("precious")

    async with console() as pilot:
        await pilot.press("2", "e", "tab", "enter")
        await shows(pilot, "file-exists")

    assert (own_folders / "gateway.example.com.pem").read_text() == "precious"


async def test_verify_lists_what_is_wrong(console: Open, workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=make_chain("mdm.example.com").pem))

    async with console() as pilot:
        await pilot.press("2", "V")
        await shows(pilot, "is not in the inventory")


async def test_the_chain_tab_says_the_verdict(console: Open, workspace: Workspace) -> None:
    workspace.inventory.import_from(CertificateSource(data=make_chain("mdm.example.com").pem))

    async with console(size=(140, 40)) as pilot:
        await pilot.press("2", "right_square_bracket")
        await shows(pilot, "× bad  path bad, time ok")
        await shows(pilot, "issuer-missing: #1")


async def test_a_hostile_name_can_not_write_to_the_terminal(console: Open, workspace: Workspace) -> None:
    take(workspace, "evil\x1b]0;owned\x07\u202egnp", 100)

    async with console(size=(140, 40)) as pilot:
        for keys in (["2"], ["right_square_bracket"], ["right_square_bracket"], ["right_square_bracket"], ["9"], ["1"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert not {"\x1b", "\x07", "\u202e"} & set(text_of(pilot))


async def test_a_name_in_brackets_is_no_markup(console: Open, workspace: Workspace) -> None:
    take(workspace, "[b]bold[/b] [/x] $(id)", 100)

    async with console(size=(140, 40)) as pilot:
        for keys in (["2"], ["x"], ["escape", "e"], ["escape", "d"], ["escape", "v"], ["escape", "9"], ["1"]):
            await pilot.press(*keys)
            await shows(pilot, "[b]bold[/b] [/x]")
        await pilot.press("ctrl+p")
        await paste(pilot, "bold")
        await shows(pilot, "#1 [b]bold[/b] [/x] $(id)")


async def test_a_keystore_password_is_shown_after_a_question_and_leaves_a_line(
    console: Open, workspace: Workspace
) -> None:
    leaf = make_chain("push", subject=push_subject())
    data = pkcs12.serialize_key_and_certificates(
        b"push", leaf.key, leaf.certificate, None, BestAvailableEncryption(b"s3cret")
    )
    workspace.inventory.import_from(KeystoreSource(data=data, name="push.p12", password="s3cret"), use_as=UseAs.APNS)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "P")
        await shows(pilot, "Show it (y)")
        assert "s3cret" not in text_of(pilot)
        await pilot.press("y")
        await shows(pilot, "s3cret")
        await pilot.press("enter")
        await until(pilot, lambda: "s3cret" not in text_of(pilot))

    assert workspace.audit.tail(1)[0].action == "certificate.reveal-password"
