"""Where audit lines go besides the database, as the site's setting names it."""

from __future__ import annotations

import ipaddress
import stat
from pathlib import Path
from typing import NamedTuple

from ..errors import Refusal

SYSLOG = "syslog"
_PORT = 514


class SyslogAddress(NamedTuple):
    """A syslog server; ``host`` is an IP address, or None for the machine's own."""

    host: str | None
    port: int


def read_destination(text: str) -> Path | SyslogAddress | None:
    """The destination in a text: a path, ``syslog``, ``syslog:ADDRESS`` or ``syslog:ADDRESS:PORT``; None for none.

    Only an IP address is taken, so that no change ever waits for a name to be resolved. Refuses with
    ``setting-invalid``."""
    if not text:
        return None
    if text == SYSLOG:
        return SyslogAddress(None, _PORT)
    if not text.startswith(f"{SYSLOG}:"):
        path = Path(text)
        if not path.is_absolute() or _is_no_file(path):
            raise _invalid(text)
        return path
    host, port = text.removeprefix(f"{SYSLOG}:"), str(_PORT)
    if host.count(":") == 1 or host.startswith("["):
        host, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", port)
    try:
        address = ipaddress.ip_address(host.strip("[]"))
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
            raise ValueError
    except ValueError as error:
        raise _invalid(text) from error
    return SyslogAddress(str(address), int(port))


def _is_no_file(path: Path) -> bool:
    """Whether a folder, a device, a pipe or a socket is there: a copy is read, too, and some of these never end."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:  # it isn't there yet; or whoever opens it says why it can't be
        return False


def _invalid(text: str) -> Refusal:
    return Refusal(
        "setting-invalid",
        f"audit lines can't go to {text[:60]!r}",
        "Name a file, syslog, or syslog:ADDRESS:PORT with an IP address.",
    )
