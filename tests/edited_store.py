"""Editing a workspace's database with another program, by somebody who knows how its checksums are made."""

from __future__ import annotations

import sqlite3

from certfleet.store.persistence.checksum import checksum_in_sql

_OURS = r"type = 'table' AND name NOT LIKE '\_%' ESCAPE '\'"


def renew_checksums(connection: sqlite3.Connection) -> None:
    """Make the checksums of all rows anew, as a forger does."""
    connection.create_function("fits", 4, checksum_in_sql)
    for (table,) in connection.execute(f"SELECT name FROM sqlite_master WHERE {_OURS}").fetchall():
        connection.execute(f'UPDATE "{table}" SET sum = fits(?, id, number, body)', (table,))
    connection.commit()


def drop_checksums(connection: sqlite3.Connection) -> None:
    """Take the checksums away, as a release before them left a database."""
    for (table,) in connection.execute(
        f"SELECT name FROM sqlite_master WHERE {_OURS} OR name = '_replaced'"
    ).fetchall():
        connection.execute(f'ALTER TABLE "{table}" DROP COLUMN sum')
    connection.commit()
