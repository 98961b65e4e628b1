"""An Apple provisioning profile: which app may run where and until when, and who may sign it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct

from .moment import Moment


class ProfileKind(StrEnum):
    """How apps with the profile are distributed (Apple, TN3125)."""

    DEVELOPMENT = "development"
    AD_HOC = "ad-hoc"
    IN_HOUSE = "in-house"
    DEVELOPER_ID = "developer-id"
    APP_STORE = "app-store"


class ProfileCertificate(Struct, frozen=True, kw_only=True):
    """A certificate inside a profile; the fields are those of ``CertificateFacts``, ``name`` is for titles."""

    subject: str
    name: str
    serial_number: str
    not_before: Moment
    not_after: Moment
    fingerprint_sha256: str
    public_key_sha256: str


class ProfileFacts(Struct, frozen=True, kw_only=True):
    """The facts in the profile itself. Every time is UTC and aware; absent values are None.

    ``application_identifier`` is the whole app id (``9Q2XK7LM4D.com.company.product``), ``app_id`` the bundle id in it
    (``com.company.product``, or with a wildcard ``com.company.*``). ``platforms`` are Apple's words (``iOS``, ``OSX``,
    ``tvOS``). ``devices`` is the number of devices it lists, or None. ``signer`` signed the profile;
    ``developer_certificates`` belong to those who may sign the app, in the profile's order.
    """

    name: str
    app_id: str
    application_identifier: str
    app_id_name: str | None = None
    team_id: str | None = None
    team_name: str | None = None
    uuid: str | None = None
    platforms: tuple[str, ...]
    kind: ProfileKind
    created_at: Moment | None = None
    not_after: Moment
    provisions_all_devices: bool = False
    devices: int | None = None
    developer_certificates: tuple[ProfileCertificate, ...] = ()
    signer: ProfileCertificate

    @property
    def is_wildcard(self) -> bool:
        """Whether it covers every app whose bundle id begins with its app id."""
        return self.app_id.endswith("*")

    @property
    def valid_from(self) -> datetime:
        """When it was created; the earliest possible time if unknown."""
        return self.created_at or datetime.min.replace(tzinfo=UTC)


class ProvisioningProfile(ProfileFacts, frozen=True, kw_only=True):
    """A profile in the workspace: its facts and its import. ``source`` is the file's name."""

    id: int
    source: str = ""
    imported_at: Moment
    imported_by: str
