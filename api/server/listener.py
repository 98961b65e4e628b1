"""The server's TLS certificate: the workspace's current SSL listener certificate.

Clients go by the machine's clock, the inventory by the workspace's. Where a virtual clock has run away from the
machine's, so that clients would refuse the listener certificate, another one stands in for it: from the same server CA,
over a key that is kept nowhere, valid now on the machine's clock. It is in no inventory.
"""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ...store.authorities.shown_listener import shown_listener
from ...store.errors import Refusal
from ...store.inventory.sources import ExportFormat
from ...store.model.certificate import Certificate
from ...store.vault.secret_kind import SecretKind
from ...store.views.certificate import certificate_title
from ...store.words import day
from ...store.workspace import Workspace
from .stand_in import context_with, new_context, stand_in

STAND_IN_RENEWED = timedelta(days=10)  # before its end

_LABELS = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
LOG = logging.getLogger("certfleet.api")


class _Shown(NamedTuple):
    """The certificate shown: an entry, or its stand-in until some time."""

    fingerprint: str
    until: datetime | None


class Listener:
    """The TLS side of a server on ``hosts``: TLS 1.2 and later, with the chain.

    ``wall_now`` is the machine's time. ``added`` are the entries that had to be issued first, by their titles. Refuses
    as ``Authorities.issue_listener`` and the vault do, and with ``no-private-key``.

    ``context`` is for new connections; each certificate has one of its own. A context in use must not change: a
    handshake could meet the new certificate with the old key, and keys of two kinds would both be offered.
    """

    def __init__(
        self, workspace: Workspace, hosts: list[str], wall_now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._workspace = workspace
        self._names = _names(hosts)
        self._wall_now = wall_now
        self.context = new_context()
        self._shown: _Shown | None = None
        self._table = workspace.database.table("certificates")
        self._generation = -1
        self.added: tuple[str, ...] = ()
        entry = self._current()
        if entry is None or entry.not_after <= workspace.now():
            self.added = self._issue()
        self.follow()

    def follow_changes(self) -> None:
        """The same, if somebody has changed the inventory since. Cheap enough to call several times a second."""
        self._workspace.catch_up()
        if self._generation != self._table.generation:
            self.follow()

    def _current(self) -> Certificate | None:
        return shown_listener(self._workspace.inventory.list(), self._workspace.now())

    def _issue(self) -> tuple[str, ...]:
        """Have a certificate issued; returns what that has added to the inventory."""
        before = {entry.id for entry in self._workspace.inventory.list()}
        self._workspace.authorities.issue_listener(self._names)
        return tuple(certificate_title(entry) for entry in self._workspace.inventory.list() if entry.id not in before)

    def follow(self) -> None:
        """Switch to the current listener certificate for new connections."""
        self._generation = self._table.generation
        entry, now = self._current(), self._wall_now()
        if entry is None:
            return
        until = self._shown.until if self._shown is not None else None
        if self._shown is not None and self._shown.fingerprint == entry.fingerprint_sha256:
            fits = entry.not_before <= now <= entry.not_after
            if fits == (until is None) and (until is None or now < until):
                return
        if entry.not_before <= now <= entry.not_after or not self._stand_in(entry, now):
            self.context = context_with(*self._kept(entry))
            self._shown = _Shown(entry.fingerprint_sha256, None)

    def _kept(self, entry: Certificate) -> tuple[bytes, bytes]:
        """The chain (PEM) of an entry, and its private key (DER)."""
        key = self._workspace.vault.get(SecretKind.PRIVATE_KEY, entry.public_key_sha256)
        if key is None:
            raise Refusal("no-private-key", f"certificate {entry.id} ({entry.name}) has no private key here")
        return self._workspace.inventory.export(entry.id, ExportFormat.CHAIN), key

    def _stand_in(self, entry: Certificate, now: datetime) -> bool:
        """Show a certificate that is valid on the machine's clock, if there is a server CA to issue it."""
        hosts = (name.partition(":")[2] for name in entry.sans if name.startswith(("DNS:", "IP:")))
        names = dict.fromkeys(name.lower() for name in (*self._names, *hosts))
        made = stand_in(self._workspace, names, now)
        if made is None:
            LOG.warning("no server CA is valid on this machine's clock: clients will refuse the server's certificate")
            return False
        self.context = context_with(made.chain, made.key)
        self._shown = _Shown(entry.fingerprint_sha256, made.not_after - STAND_IN_RENEWED)
        LOG.warning(
            "certificate %d is valid %s to %s: clients would refuse it today. Another one of CA group %s stands in",
            entry.id,
            day(entry.not_before),
            day(entry.not_after),
            made.group,
        )
        return True


def _names(hosts: list[str]) -> list[str]:
    everywhere = [host.strip("[]") for host in hosts if host.strip("[]") not in ("0.0.0.0", "::", "")]
    own = socket.gethostname().lower()
    return [*dict.fromkeys([*everywhere, "localhost", "127.0.0.1", "::1", *([own] if _LABELS.fullmatch(own) else [])])]
