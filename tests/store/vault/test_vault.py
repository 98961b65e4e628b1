"""Secrets at rest: an envelope under a passphrase or a key file."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.vault.key_files import make_key_file
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.vault.vault import Vault
from certfleet.store.workspace import Workspace

KEY = "ab" * 32
PASSWORD = SecretKind.KEYSTORE_PASSWORD


def vault(database: Database, key_file: Path, passphrase: str | None = None) -> Vault:
    ask = None if passphrase is None else lambda: passphrase
    return Vault(database.table("vault_keys"), database.table("vault_secrets"), key_file, ask)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(SqliteEngine(None))
    vault(database, tmp_path / "vault.key").create()
    return database


def test_a_secret_comes_back_and_is_not_in_the_store(database: Database, tmp_path: Path) -> None:
    vault(database, tmp_path / "vault.key").put(PASSWORD, KEY, b"correct horse")
    assert vault(database, tmp_path / "vault.key").get(PASSWORD, KEY) == b"correct horse"
    assert "correct horse" not in repr(database.storage.read())


def test_a_key_file_is_for_its_owner_alone(database: Database, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "vault.key").stat().st_mode) == 0o600


def test_two_processes_that_make_the_key_file_get_the_same_key(tmp_path: Path) -> None:
    assert make_key_file(tmp_path / "vault.key") == make_key_file(tmp_path / "vault.key")
    assert [path.name for path in tmp_path.iterdir()] == ["vault.key"]


def test_a_new_passphrase_wraps_anew_and_leaves_the_secrets_as_they_are(database: Database, tmp_path: Path) -> None:
    key_file = tmp_path / "vault.key"
    first = vault(database, key_file)
    first.put(PASSWORD, KEY, b"correct horse")
    secrets = database.table("vault_secrets").all()

    first.change_passphrase("open sesame")
    first.remove_key_file(key_file)

    assert not key_file.exists()
    assert database.table("vault_secrets").all() == secrets
    assert vault(database, key_file, "open sesame").get(PASSWORD, KEY) == b"correct horse"
    with pytest.raises(Refusal, match="wrong-passphrase"):
        vault(database, key_file, "guess").get(PASSWORD, KEY)
    with pytest.raises(Refusal, match="passphrase-needed"):
        vault(database, key_file).get(PASSWORD, KEY)


def test_back_to_a_key_file(database: Database, tmp_path: Path) -> None:
    key_file = tmp_path / "vault.key"
    first = vault(database, key_file)
    first.put(PASSWORD, KEY, b"correct horse")
    first.change_passphrase("open sesame")
    first.remove_key_file(key_file)

    vault(database, key_file, "open sesame").change_passphrase(None)
    assert vault(database, key_file).get(PASSWORD, KEY) == b"correct horse"


def test_a_key_file_that_is_gone_or_another_ones_is_said(database: Database, tmp_path: Path) -> None:
    vault(database, tmp_path / "vault.key").put(PASSWORD, KEY, b"correct horse")
    with pytest.raises(Refusal, match="key-file-missing"):
        vault(database, tmp_path / "elsewhere.key").get(PASSWORD, KEY)
    make_key_file(tmp_path / "other.key")
    with pytest.raises(Refusal, match="wrong-key-file"):
        vault(database, tmp_path / "other.key").get(PASSWORD, KEY)
    (tmp_path / "text.key").write_text("hello")
    with pytest.raises(Refusal, match="key-file-unreadable"):
        vault(database, tmp_path / "text.key").get(PASSWORD, KEY)


def test_secrets_that_were_swapped_in_the_store_do_not_open(database: Database, tmp_path: Path) -> None:
    opened = vault(database, tmp_path / "vault.key")
    opened.put(PASSWORD, KEY, b"one")
    opened.put(PASSWORD, "cd" * 32, b"two")
    database.table("vault_secrets").update({"public_key_sha256": "00" * 32}, doc_ids=[1])
    database.table("vault_secrets").update({"public_key_sha256": KEY}, doc_ids=[2])
    with pytest.raises(Refusal, match="secret-damaged"):
        opened.get(PASSWORD, KEY)


def test_dropping_a_key_forgets_all_of_its_secrets(database: Database, tmp_path: Path) -> None:
    opened = vault(database, tmp_path / "vault.key")
    opened.put(PASSWORD, KEY, b"one")
    opened.put(SecretKind.PRIVATE_KEY, KEY, b"key")
    opened.drop(KEY)
    assert opened.get(PASSWORD, KEY) is None
    assert opened.kinds(KEY) == set()


def test_dropping_a_key_leaves_an_authority_of_ours_its_own(database: Database, tmp_path: Path) -> None:
    """Its certificate may be an entry of the inventory as well, and be deleted there."""
    opened = vault(database, tmp_path / "vault.key")
    opened.put(SecretKind.AUTHORITY_KEY, KEY, b"key")
    opened.put(SecretKind.PRIVATE_KEY, KEY, b"another copy")
    opened.drop(KEY)
    assert opened.kinds(KEY) == {SecretKind.AUTHORITY_KEY}
    assert opened.get(SecretKind.AUTHORITY_KEY, KEY) == b"key"


def test_two_threads_open_it_at_once(tmp_path: Path) -> None:
    """OpenSSL 4.0 hangs where two threads derive a key over several lanes at the same time."""
    with Workspace.open(tmp_path / "workspace") as workspace:
        workspace.change_passphrase("open sesame")
    workspaces = [Workspace.open(tmp_path / "workspace", passphrase=lambda: "open sesame") for _ in range(2)]
    threads = [threading.Thread(target=one.vault.unlock, daemon=True) for one in workspaces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert all(one.vault.unlocked for one in workspaces)
    for one in workspaces:
        one.close()
