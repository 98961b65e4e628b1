"""Asks the questions of docs/postgresql.md in SQL: ``python -m docs.sql_questions ADDRESS``.

It prints a row of a Markdown table for each: its number, how many rows answered, and the milliseconds that the second
of two runs took, the answer's way to this process included.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import psycopg

from certfleet.store.persistence.postgresql.address import PostgresqlAddress, postgresql_address

PAGE = Path(__file__).with_name("postgresql.md")
_QUESTION = re.compile(r"^(\d+)\. ([^\n]+)\n```sql\n(.+?)```$", re.M | re.S)


class SqlQuestion(NamedTuple):
    """A question of the page, and the statement that asks it."""

    number: int
    words: str
    statement: str


class Asked(NamedTuple):
    """A question, how many rows answered it, and the seconds that it took."""

    question: SqlQuestion
    rows: int
    seconds: float


def questions() -> list[SqlQuestion]:
    """Those of the page, in order."""
    return [SqlQuestion(int(number), words, sql) for number, words, sql in _QUESTION.findall(PAGE.read_text())]


def ask(address: PostgresqlAddress) -> Iterator[Asked]:
    """Ask each, twice."""
    with closing(psycopg.connect(address.uri, autocommit=True)) as connection:
        connection.execute("SET default_transaction_read_only = on")
        connection.execute("SELECT set_config('search_path', %s, false)", (address.schema,))
        for question in questions():
            for _ in range(2):
                began = time.perf_counter()
                rows = len(connection.execute(question.statement.encode()).fetchall())
                seconds = time.perf_counter() - began
            yield Asked(question, rows, seconds)


def main(address: str) -> None:
    print("| question | rows | ms |\n|---|---:|---:|")
    for question, rows, seconds in ask(postgresql_address(address)):
        print(f"| {question.number} | {rows:,} | {seconds * 1000:,.1f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
