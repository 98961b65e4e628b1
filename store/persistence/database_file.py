"""Where the database of a workspace's folder is: in the folder itself, or in PostgreSQL, as a small file there says.

The file holds the address without a password: libpq finds that in ``~/.pgpass``, ``PGPASSFILE`` or ``PGPASSWORD``.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path

from ..errors import Refusal
from ..toml_reading import read_toml
from .files.private_files import create_file, make_folder
from .postgresql.address import PostgresqlAddress, postgresql_address

DATABASE_FILE = "database.toml"
_ABOUT = "# Of a workspace in PostgreSQL, this folder keeps what belongs to this machine, above all vault.key.\n"


def address_in(folder: Path) -> PostgresqlAddress | None:
    """Where the database of a workspace is, if it is in PostgreSQL. Refuses with ``workspace-damaged`` a file that
    can't be read."""
    file = folder / DATABASE_FILE
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # whoever may not look in is refused later
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file) from error
    try:
        return postgresql_address(read_toml(text)["address"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(file) from error


def put_address(folder: Path, address: PostgresqlAddress) -> None:
    """Make the folder one whose database is at this address, unless it is already. Raises ``OSError``."""
    text = f"{_ABOUT}address = {json.dumps(str(address))}\n"
    file = folder / DATABASE_FILE
    with contextlib.suppress(OSError):
        if file.read_text(encoding="utf-8") == text:
            return
    make_folder(folder, like=folder)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(create_file(draft), "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(file)


def holds_workspace(folder: Path) -> bool:
    """Whether the database that the folder's file names has a workspace in its schema; False without such a file.
    Refuses as a connection to PostgreSQL does."""
    address = address_in(folder)
    if address is None:
        return False
    from .postgresql.lock import has_table

    return has_table(address, "workspace")


def refuse_postgresql(folder: Path | None, what: str) -> None:
    """Refuse with ``database-elsewhere`` what is done with the file of a database: ``what`` it is."""
    if folder is not None and (address := address_in(folder)) is not None:
        raise Refusal(
            "database-elsewhere",
            f"{what} is for a workspace in a folder; this one is in PostgreSQL, at {address}",
            f"Back up its schema with PostgreSQL's own tools, such as `pg_dump --schema={address.schema}`; "
            "docs/postgresql.md says how.",
        )


def _unreadable(file: Path) -> Refusal:
    return Refusal(
        "workspace-damaged",
        f"{file} doesn't say where the database of the workspace is",
        "Name the workspace by its address, postgresql://…, which writes the file anew.",
    )
