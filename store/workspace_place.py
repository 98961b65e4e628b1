"""What a person names as the workspace: a folder, or the address of one in PostgreSQL.

The latter has a folder as well, in the state folder of the person, for what belongs to this machine: the key file, lock
files, and the address itself, so that a folder is all that has to be passed on.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from .errors import Refusal
from .postgresql_uri import has_password, is_address

if TYPE_CHECKING:
    from .persistence.postgresql.address import PostgresqlAddress

_PORT = "5432"
_WHERE = {"host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "dbname": "PGDATABASE", "service": "PGSERVICE"}
"""Parameters of an address that say where the database is, too, and the variables of the environment that do where an
address doesn't: https://www.postgresql.org/docs/current/libpq-envars.html"""
_LONGEST = 200  # bytes of a file's name, which has room for 255


def place_of(named: Path | str) -> Path:
    """The folder that is meant by a path or an address; refuses as ``folder_of`` does."""
    return folder_of(named) if isinstance(named, str) and is_address(named) else Path(named)


def folder_of(text: str) -> Path:
    """The folder of the workspace at an address of PostgreSQL, made if need be; nothing is connected to.

    Refuses with ``workspace-address-invalid``, ``password-in-address`` and ``workspace-unwritable``."""
    import platformdirs  # most commands name a folder

    from .persistence.database_file import put_address
    from .persistence.postgresql.address import postgresql_address

    if has_password(text):
        raise Refusal(
            "password-in-address",
            "the address of the workspace has a password in it, which everybody on this machine can see",
            "Leave it out, and put it into ~/.pgpass (mode 0600), where PostgreSQL's own programs look for it too.",
        )
    address = postgresql_address(text)
    folder = platformdirs.user_state_path("certfleet") / "postgresql" / _folder_name(address)
    try:
        put_address(folder, address)
    except OSError as error:
        raise Refusal("workspace-unwritable", f"{folder} can't be made: {error.strerror}") from error
    return folder


def _folder_name(address: PostgresqlAddress) -> str:
    """The same for the addresses of one workspace, and another for every other; nobody is asked for it."""
    parts = urlsplit(address.shown)
    query = {name: value for name, value in parse_qsl(parts.query.replace("+", "%2B")) if name in _WHERE}
    user, _, hosts = (unquote(part) for part in parts.netloc.rpartition("@"))
    host, port = (hosts, "") if "," in hosts else _host_and_port(hosts)
    said = {"dbname": unquote(parts.path.strip("/")), "host": host, "port": port, **query}
    if not (said["dbname"] and said["host"]):
        said.setdefault("service", os.environ.get("PGSERVICE", ""))
    if not said.get("service"):
        for name in ("dbname", "port", *(() if said["host"] else ("host", "hostaddr"))):
            said[name] = said.get(name) or os.environ.get(_WHERE[name], "")
        said["dbname"] = said["dbname"] or user or os.environ.get("PGUSER", "")
    if said["port"] == _PORT:
        said["port"] = ""
    named = [address.schema, *(said.get(name, "") for name in ("dbname", "host", "hostaddr", "port", "service"))]
    name = "@".join(quote(one, safe="") for one in named if one)
    if len(name) > _LONGEST:
        name = f"{address.schema}@{hashlib.sha256(name.encode()).hexdigest()[:32]}"
    return name


def _host_and_port(text: str) -> tuple[str, str]:
    host, _, port = text.rpartition(":")
    return (host, port) if host and port.isdigit() else (text, "")
