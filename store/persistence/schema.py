"""The tables of a workspace, their indexes, and the migrations of older workspaces.

A migration takes the database from the version in its key to the next one. It works on plain documents, so that it
keeps working when the records have changed, and serves JSON exports as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..errors import Refusal
from .conditions import CompositeIndex, Key, LookupIndex
from .database import Database

SCHEMA_VERSION = 5
CHECKSUMS_SINCE = 5
WITHOUT_CHECKSUMS = "a table lacks the checksums of its records"

Migration = Callable[[Database], None]


def _to_2(database: Database) -> None:
    """Version 2 only added tables: CA groups, devices, device events, notices."""


def _to_3(database: Database) -> None:
    """Version 3 added needs and components. Nothing may stop in a workspace from before.

    A fleet that enrolled without a push certificate goes on without one. A certificate bound by a name becomes a
    resource of that name.
    """
    components = database.table("components")
    for document in list(components):
        if "need" not in document:
            components.update({"need": "other"}, doc_ids=[document.doc_id])
    if len(database.table("devices")):
        components.insert({"need": "apns", "name": "", "certificate_id": None, "use": "not used"})


def _to_4(database: Database) -> None:
    """Version 4 links entries to issuers that earlier releases lost. That needs the certificates, so ``upgrading`` does
    it."""


def _to_5(database: Database) -> None:
    """Version 5 gives each stored row a checksum, and seals the audit trail from the next line on."""
    database.engine.add_checksums()


MIGRATIONS: Mapping[int, Migration] = {1: _to_2, 2: _to_3, 3: _to_4, 4: _to_5}

PLATFORM, STATE, ISSUER_GROUP = Key("platform"), Key("state"), Key("issuer_group")
PENDING, REFUSED, NOT_AFTER = Key("pending", "has"), Key("refused", "item"), Key("not_after", "moment")
"""What devices are filtered, counted and sorted by in the database."""

# Table -> the indexed fields, and indexes over several. The DER of certificates and requests is kept in separate
# tables, which nothing ever loads as a whole.
READ_AT_OPENING = (
    *("workspace", "settings", "accounts", "vault_keys", "audit_copy", "audit_seals", "reminders", "ownerships"),
    *("components", "certificates", "profiles", "trust_anchors", "push_certificates", "push_channel", "start_by"),
    *("authority_groups", "authorities", "endpoints", "endpoint_history", "interruptions", "renewal_failures"),
    *("simulated_outages", "tasks"),
)
"""Tables that every opening reads, to see what is due, and that usually have few rows."""

INDEXES: Mapping[str, tuple[LookupIndex, ...]] = {
    "workspace": (),
    "certificates": (
        "public_key_sha256",
        "subject_name_sha256",
        "issuer_name_sha256",
        "issuer_id",
    ),
    "certificate_der": (),
    "requests": ("public_key_sha256", "completed_by"),
    "request_der": (),
    "components": ("certificate_id", "need"),
    "settings": (),
    "tasks": ("certificate_id",),
    "interruptions": (),
    "trust_anchors": (),
    "profiles": ("app_id",),
    "profile_der": (),
    "push_authorities": (),
    "push_certificates": ("apple_id", "fingerprint_sha256"),
    "push_channel": (),
    "vault_keys": (),
    "vault_secrets": ("public_key_sha256",),
    "audit": ("record",),
    "audit_seals": (),
    "audit_copy": (),
    "authority_groups": ("name",),
    "authorities": ("group_id", "public_key_sha256"),
    "devices": (
        "serial_number",
        "imei",
        "meid",
        "udid",
        "android_id",
        "windows_device_id",
        "enrollment_id",
        CompositeIndex("end", (NOT_AFTER,)),
        CompositeIndex("listed", (PLATFORM, STATE, ISSUER_GROUP, PENDING, REFUSED, NOT_AFTER)),
    ),
    "deleted_devices": (),
    "device_imports": (),
    "device_certificates": ("device_id", "fingerprint_sha256"),
    "revocations": ("group",),
    "device_events": ("device_id",),
    "event_log": (),
    "notices": ("record", "key"),
    "deliveries": ("notice_id",),
    "channel_states": (),
    "ownerships": ("record",),
    "drills": (),
    "renewal_failures": (),
    "reminders": (),
    "accounts": ("name",),
    "account_sessions": ("token_sha256", "account_id"),
    "scrape_tokens": (),
    "bulk_certificates": ("identity", "fingerprint_sha256", "public_key_sha256"),
    "bulk_files": (),
    "policies": ("name",),
    "simulation": (),
    "fleet_history": (),
    "campaigns": (),
    "re_enrollments": (),
    "simulated_outages": (),
    "peak_load": (),
    "plan_runs": ("name",),
    "plans": (),
    "moments": (),
    "start_by": (),
    "kept_forecasts": (),
    "kept_changes": (),
    "scenario": (),
    "scenario_said": (),
    "scenario_standings": (),
    "kept_reruns": (),
    "endpoints": ("host", "server_name"),
    "endpoint_readings": (),
    "endpoint_history": ("endpoint_id",),
    "served_certificates": ("fingerprint_sha256",),
    "served_certificate_der": (),
}


def version_of(database: Database) -> int | None:
    """The schema version of a database; None for an empty one."""
    settings = database.table("workspace").get(doc_id=1)
    return None if settings is None else int(settings["schema_version"])


def is_virtual(database: Database) -> bool:
    """Whether the workspace's clock is virtual: it stands still until somebody moves it."""
    settings = database.table("workspace").get(doc_id=1)
    return settings is not None and settings["clock"]["kind"] == "virtual"


def migrate(
    database: Database,
    migrations: Mapping[int, Migration] = MIGRATIONS,
    target: int = SCHEMA_VERSION,
) -> int:
    """Migrate a database to ``target``, inside the caller's transaction; returns the version it had.

    Refuses with ``workspace-newer`` if a later release wrote it.
    """
    found = version_of(database)
    if found is None:
        raise Refusal("workspace-damaged", "the workspace doesn't say which version it is")
    if found > target:
        raise Refusal(
            "workspace-newer",
            f"a later release of certfleet wrote this workspace (version {found}, this one reads {target})",
            "Upgrade certfleet.",
        )
    if found >= CHECKSUMS_SINCE and not database.engine.have_checksums:
        raise Refusal("workspace-damaged", WITHOUT_CHECKSUMS, "Restore the newest backup.")
    for version in range(found, target):
        migrations[version](database)
    if found != target:
        database.table("workspace").update({"schema_version": target}, doc_ids=[1])
    return found
