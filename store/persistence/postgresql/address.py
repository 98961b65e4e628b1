"""Where a workspace in PostgreSQL is: a database, and a schema in it.

The form is libpq's connection URI with one more parameter, ``schema``:
https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ...errors import Refusal
from ...postgresql_uri import are_hosts

SCHEMES = ("postgresql", "postgres")
USUAL_SCHEMA = "certfleet"

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SECRET = frozenset({"password", "sslpassword"})
_VALUES = "Look at this parameter, or at what PG… variables and the service file say."
_FORM = "Write postgresql://USER@HOST/DATABASE?schema=NAME, and other characters in names as %20 for a space."


@dataclass(frozen=True)
class PostgresqlAddress:
    """A schema of a database. ``str`` shows it without any password.

    ``uri`` is what libpq gets, with the password if there was one: never print it.
    """

    uri: str = field(repr=False)
    schema: str
    shown: str

    def __str__(self) -> str:
        return self.shown


def postgresql_address(text: str) -> PostgresqlAddress:
    """Read an address such as ``postgresql://user@host:5432/database?schema=customer1&sslmode=verify-full``.

    The schema is ``certfleet`` if none is named. What libpq knows (``PGPASSWORD``, ``~/.pgpass``, services) stays
    libpq's. Refuses with ``workspace-address-invalid``.
    """
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=bool(parts.query))
        user, host = parts.username, parts.netloc.rpartition("@")[2]
    except ValueError as error:
        raise _invalid("it can't be read") from error
    if parts.scheme.lower() not in SCHEMES:
        raise _invalid("it doesn't begin with postgresql://")
    if parts.fragment:
        raise _invalid("it has a part behind #")
    if "://" in text.partition("://")[2]:
        raise _invalid("it has another address in it")
    if not are_hosts(parts.netloc):
        raise _invalid("the port of a host is not a number")
    schemas = [value for name, value in pairs if name == "schema"]
    if len(schemas) > 1:
        raise _invalid("it names two schemas")
    schema = schemas[0] if schemas else USUAL_SCHEMA
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_") or schema == "information_schema":
        raise _invalid("the schema's name must have up to 63 small letters, digits and _, and not begin with pg_")
    others = [(name, value) for name, value in pairs if name != "schema"]
    if any(name in ("options", "client_encoding", "replication") for name, _ in others):
        raise _invalid("options, client_encoding and replication are set by certfleet")
    harmless = [(name, value) for name, value in others if name not in _SECRET]
    who = f"{quote(unquote(user), safe='')}@" if user else ""
    return PostgresqlAddress(
        _uri(parts.netloc, parts.path, others),
        schema,
        _uri(f"{who}{host}", parts.path, [*harmless, ("schema", schema)]),
    )


def _uri(authority: str, path: str, pairs: list[tuple[str, str]]) -> str:
    query = urlencode(pairs, quote_via=quote, safe="/")  # for libpq a + is a plus
    return f"postgresql://{authority}{path}{'?' if query else ''}{query}"


def not_libpqs(address: PostgresqlAddress, said: str) -> Refusal:
    """The refusal of an address that libpq can't read. What it ``said`` may have the whole address in it, with the
    password, so that only the name of a parameter is passed on."""
    parameter = re.search(r'query parameter: "(\w+)"', said)
    return _invalid(f"it has the parameter {parameter[1]}" if parameter else f"{address} can't be read")


def not_for_libpq(address: PostgresqlAddress, said: str) -> Refusal:
    """The refusal of an address with a value that libpq doesn't know, as it ``said``."""
    return Refusal(
        "workspace-address-invalid", f"the address of the workspace, {address}, is not valid: {said}", _VALUES
    )


def _invalid(why: str) -> Refusal:
    return Refusal("workspace-address-invalid", f"the address of the workspace is not valid: {why}", _FORM)
