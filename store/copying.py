"""Making a workspace from another one's export: it is checked completely first, and disarmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from .accounts.account_tables import end_all_sessions
from .audit import AuditTrail
from .check.check import check
from .check.report import CheckReport
from .clock import WallClock
from .errors import Refusal
from .folder import is_workspace, key_file_for, prepare_folder
from .model.audit import Actor
from .model.events import Event, Reaction
from .model.notice import Channel
from .model.site import SITE
from .moments.moments import forget_all
from .notices.channel_states import ChannelStates
from .notices.inbox import Notices
from .notices.outbox import Outbox
from .notices.settings import DeliveryConfiguration
from .open_engine import open_engine
from .persistence.database import Database
from .persistence.schema import INDEXES
from .persistence.snapshot import read_snapshot
from .seals.seals import forget_seals
from .upgrading import upgrade
from .vault import Vault, make_key_file, read_key_file


def make_copy(data: bytes, target: Path, *, key_file: Path | None = None) -> CheckReport:
    """Make the workspace ``target`` from an export. The export is checked completely before anything is written.

    The copy delivers no notices until delivery is configured again, and nobody is logged in to it. ``key_file`` is the
    exported workspace's key file, needed if it protects the secrets. Refuses with ``workspace-not-empty``,
    ``snapshot-unreadable``, ``snapshot-damaged``, ``key-file-missing`` or ``wrong-key-file``.
    """
    checked = read_copy(data, target, key_file=key_file)
    prepare_folder(target, create=True)
    if checked.key is not None and not key_file_for(target).exists():
        make_key_file(key_file_for(target), checked.key)
    database = Database(open_engine(target), INDEXES)
    try:
        database.storage.write(checked.content)
    finally:
        database.close()
    return checked.report


class CheckedCopy(NamedTuple):
    """The content of a copy, the wrapping key if a key file protects the secrets, and the report of the check."""

    content: dict[str, dict[str, Any]]
    key: bytes | None
    report: CheckReport


def read_copy(data: bytes, target: Path, *, key_file: Path | None = None) -> CheckedCopy:
    """Read and check an export for ``target``; refuses as ``make_copy`` does."""
    if is_workspace(target):
        raise Refusal(
            "workspace-not-empty",
            f"{target} is a workspace already",
            "Give --workspace a new folder to import into.",
        )
    snapshot = read_snapshot(data, set(INDEXES))
    trial = Database(open_engine(None), INDEXES)
    trial.storage.write(snapshot)
    audit = AuditTrail(trial.table("audit"), WallClock(), Actor.current())
    with trial.transaction():
        upgrade(trial, audit)
        forget_all(trial)  # an export doesn't hold what they need
        forget_seals(trial)
    key = _check_key(trial, key_file or key_file_for(target))
    report = check(trial, None, audit)
    if not report.clean:
        first = report.problems[0]
        raise Refusal(
            "snapshot-damaged",
            f"{first.record}: {first.message} ({len(report.problems)} problems in all)",
            "Export the workspace again, from one that `certfleet workspace check` finds clean.",
        )
    stop_deliveries(trial, audit)
    end_all_sessions(trial, audit)
    return CheckedCopy(trial.storage.read() or {}, key, report)


def stop_deliveries(database: Database, audit: AuditTrail) -> None:
    """Remove the channels, and the second destination of audit lines: a copy must not write to the original's."""
    stop_audit_copy(database, audit)
    vault = Vault(database.table("vault_keys"), database.table("vault_secrets"), None, None)
    outbox = Outbox(database, audit)
    states = ChannelStates(database, notices=Notices(database, outbox, WallClock()), clock=WallClock())
    configuration = DeliveryConfiguration(
        database, vault=vault, audit=audit, outbox=outbox, tell=_nobody, states=states
    )
    for channel in Channel:
        if configuration.get().has(channel):
            configuration.remove(channel)


def _nobody(event: Event) -> Reaction:
    return Reaction()


def stop_audit_copy(database: Database, audit: AuditTrail) -> None:
    """Copy audit lines nowhere from now on, inside a transaction or not."""
    settings = database.table("settings")
    if (settings.get(doc_id=SITE) or {}).get("audit_copy"):
        settings.update({"audit_copy": ""}, doc_ids=[SITE])
        audit.record("site.set", f"settings:{SITE}", "audit copy: none, in this copy of the workspace")


def _check_key(database: Database, key_file: Path) -> bytes | None:
    """The wrapping key in ``key_file``, if a key file protects the secrets. Refuses a key that doesn't open them."""
    vault = Vault(database.table("vault_keys"), database.table("vault_secrets"), key_file, None)
    if vault.protection != "key file":
        return None
    try:
        vault.unlock()
    except Refusal as refusal:
        if refusal.code == "key-file-missing":
            raise Refusal(
                refusal.code,
                "the private keys and passwords in the export are under a key file, which is not there",
                "Name the key file of the exported workspace with --key-file.",
            ) from refusal
        raise
    return read_key_file(key_file)
