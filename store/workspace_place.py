"""What a person names as the workspace: a folder, or the address of one in PostgreSQL.

The latter has a folder as well, in the state folder of the person, for what belongs to this machine: the key file, lock
files, and the address itself, so that a folder is all that has to be passed on.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from .errors import Refusal
from .postgresql_uri import has_password, is_address

_PORT = ":5432"
_WHERE = ("host", "hostaddr", "port", "dbname", "service")
"""Parameters of an address that say where the database is, too."""


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
    parts = urlsplit(address.shown)
    host = parts.netloc.rpartition("@")[2].removesuffix(_PORT)
    more = [value for name, value in parse_qsl(parts.query) if name in _WHERE]
    named = [address.schema, parts.path.strip("/"), host, *more]
    folder = platformdirs.user_state_path("certfleet") / "postgresql"
    folder /= "@".join(quote(one, safe="") for one in named if one)
    try:
        put_address(folder, address)
    except OSError as error:
        raise Refusal("workspace-unwritable", f"{folder} can't be made: {error.strerror}") from error
    return folder
