"""A device of the fleet, its certificates, what is pending for it, and what happened to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from .habits import Habits


class Platform(StrEnum):
    """The platforms that a fleet is made of. iOS stands for iPadOS too."""

    IOS = "ios"
    MACOS = "macos"
    ANDROID = "android"
    WINDOWS = "windows"


class DeviceIdentity(Struct, frozen=True, kw_only=True, gc=False):
    """What identifies a device to a management server. A value that the device doesn't have is None.

    ``model`` is the identifier that the device reports (``iPhone15,2``, ``SM-S921B``, ``Latitude 5440``),
    ``model_name`` what people call it. ``os_name`` tells iPadOS from iOS. ``imei`` is 15 digits with the check digit,
    ``meid`` 14 hexadecimal digits without. ``udid`` is an Apple device's: 40 hexadecimal digits up to the A11 chip,
    8-16 since, a UUID for a Mac. ``windows_device_id`` is the hardware id of Windows enrollment (HWDevID, 64 digits),
    which stays the same when the device is enrolled again.
    """

    platform: Platform
    maker: str = ""
    model: str = ""
    model_name: str = ""
    os_name: str = ""
    os_version: str = ""
    serial_number: str
    wifi_mac: str | None = None
    imei: str | None = None
    meid: str | None = None
    udid: str | None = None
    android_id: str | None = None
    windows_device_id: str | None = None


class DeviceState(StrEnum):
    """Where a device stands with the server.

    ``RE_ENROLLMENT_REQUIRED`` works for now; its user has been asked. ``MUST_RE_ENROLL`` has been turned away.
    """

    NOT_ENROLLED = "not enrolled"
    ENROLLED = "enrolled"
    RE_ENROLLMENT_REQUIRED = "re-enrollment required"
    MUST_RE_ENROLL = "must re-enroll"
    REVOKED = "revoked"

    @property
    def needs_person(self) -> bool:
        """Whether its user has to re-enroll it."""
        return self in (DeviceState.RE_ENROLLMENT_REQUIRED, DeviceState.MUST_RE_ENROLL)

    @property
    def is_admitted(self) -> bool:
        """Whether the server lets such a device in."""
        return self in (DeviceState.ENROLLED, DeviceState.RE_ENROLLMENT_REQUIRED)


class CertificateState(StrEnum):
    """Where a device certificate stands. Whether it has expired is the clock's to say.

    ``UNCONFIRMED``: issued, and not seen in use yet; it is as good as the active one.
    """

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class ActionKind(StrEnum):
    """What can be pending for a device: the security actions, and policies that are to be installed or taken off."""

    CERTIFICATE_RENEWAL = "certificate-renewal"
    REVOKE = "revoke"
    POLICY = "policy"
    POLICY_REMOVAL = "policy-removal"

    @property
    def is_policy(self) -> bool:
        """Whether it is about a policy."""
        return self in (ActionKind.POLICY, ActionKind.POLICY_REMOVAL)


class WaitsFor(StrEnum):
    """What a pending action waits for."""

    CHECK_IN = "the next check-in"
    NOT_NOW = "the device, which said not now"
    ERROR = "the next try, after an error"
    ANSWER = "an answer"
    CONFIRMATION = "the new certificate's first use"


class EventKind(StrEnum):
    """What happens to devices."""

    ENROLLED = "enrolled"
    RE_ENROLLED = "re-enrolled"
    RENEWAL_REQUESTED = "renewal-requested"
    RE_ENROLLMENT_REQUIRED = "re-enrollment-required"
    NOT_NOW = "not-now"
    ERROR = "error"
    NO_ANSWER = "no-answer"
    ISSUED = "certificate-issued"
    RENEWED = "renewed"
    OLDER_PRESENTED = "older-certificate-presented"
    TURNED_AWAY = "turned-away"
    RENEWAL_ENDED = "renewal-ended"
    REVOKED = "revoked"
    ENROLLMENT_REFUSED = "enrollment-refused"
    CHECK_IN_FAILED = "check-in-failed"
    ROOT_INSTALLED = "root-installed"
    PUSH_LOST = "push-lost"
    RENEWAL_FAILING = "renewal-failing"
    POLICY_INSTALLED = "policy-installed"
    POLICY_WITHOUT_CERTIFICATE = "policy-without-certificate"
    POLICY_REMOVED = "policy-removed"
    POLICY_DELAYED = "policy-delayed"


class PendingAction(Struct, frozen=True, kw_only=True, gc=False):
    """A security action, or a policy, in a device's queue.

    ``attempts`` counts the times that the device was asked. ``next_try_at`` is when it is asked again at the
    earliest (back-off); None for the next check-in, whenever that is. ``policy_id`` is that of the policy.
    """

    kind: ActionKind
    requested_at: datetime
    requested_by: str
    waits_for: WaitsFor = WaitsFor.CHECK_IN
    attempts: int = 0
    next_try_at: datetime | None = None
    policy_id: int | None = None


class InstalledPolicy(Struct, frozen=True, array_like=True, gc=False):
    """A policy on a device; or one that it should have got, and ``note`` says why it has not.

    ``name`` and ``version`` are the policy's as it was installed at ``at``. The certificate that came with it is a bulk
    device certificate (``certificate_id``), or an entry of the inventory (``entry_id``); its SHA-256 fingerprint is
    kept, since the record may have got another certificate since.
    """

    policy_id: int
    name: str
    version: int
    at: datetime
    certificate_id: int | None = None
    entry_id: int | None = None
    fingerprint_sha256: str | None = None
    note: str = ""

    @property
    def is_installed(self) -> bool:
        """Whether the device has it."""
        return not self.note


class Refused(Struct, frozen=True, array_like=True, gc=False):
    """The last thing that a device couldn't do: reach the server (``at_check_in``), or enroll. ``code`` is that of the
    refusal."""

    code: str
    at: datetime
    at_check_in: bool = False


class HeldCertificate(Struct, frozen=True, array_like=True, gc=False):
    """A device certificate that has been issued to a device and may be in its hands. ``id`` is its record's."""

    id: int
    group: str
    not_after: datetime
    state: CertificateState


class Device(DeviceIdentity, frozen=True, kw_only=True, gc=False):
    """One device: its identities, and what the server knows of it.

    ``certificate_id``, ``issuer_group`` and ``not_after`` are those of the certificate in use; ``certificates``
    has it and the others that the device may come with, oldest first. ``state_since`` is when it came to its
    state. ``last_check_in`` is the last that changed something: ``store.devices.schedule`` knows of the idle
    ones since, for a simulated device, which has ``habits``.

    ``refused`` is why it can't reach the server or enroll, as of its last attempt; None once it could. The one goes
    before the other: ``enrolling_refused`` is the code with which enrolling it was last refused, also of a device that
    can't reach the server. ``anchors`` are the entries of CA certificates that somebody installed on it by hand; those
    that were deployed follow from the time. ``antivirus`` says that one is installed, ``antivirus_anchors`` which of
    them that trusts. ``policies`` are those that it has, or should have got, by id.
    """

    id: int
    owner: str = ""
    upn: str = ""
    state: DeviceState = DeviceState.NOT_ENROLLED
    state_since: datetime
    enrolled_at: datetime | None = None
    last_check_in: datetime | None = None
    certificate_id: int | None = None
    issuer_group: str | None = None
    not_after: datetime | None = None
    certificates: tuple[HeldCertificate, ...] = ()
    pending: tuple[PendingAction, ...] = ()
    policies: tuple[InstalledPolicy, ...] = ()
    refused: Refused | None = None
    enrolling_refused: str | None = None
    anchors: tuple[int, ...] = ()
    antivirus: bool = False
    antivirus_anchors: tuple[int, ...] = ()
    habits: Habits | None = None

    @property
    def name(self) -> str:
        """What people call it: ``iPhone 14 Pro, F2LX…``."""
        return f"{self.model_name or self.model or self.platform} {self.serial_number}"

    @property
    def is_cut_off(self) -> bool:
        """Whether it couldn't reach the server when it last tried."""
        return self.refused is not None and self.refused.at_check_in

    @property
    def renewal(self) -> PendingAction | None:
        """The certificate renewal that is pending for it."""
        for action in self.pending:
            if action.kind is ActionKind.CERTIFICATE_RENEWAL:
                return action
        return None

    def policy(self, policy_id: int | None) -> InstalledPolicy | None:
        """The policy of this id among those that it has, or should have got."""
        for placed in self.policies:
            if placed.policy_id == policy_id:
                return placed
        return None

    def policy_pending(self, policy_id: int) -> PendingAction | None:
        """What is pending for it about a policy."""
        for action in self.pending:
            if action.policy_id == policy_id:
                return action
        return None

    def held(self, certificate_id: int | None) -> HeldCertificate | None:
        """The certificate of this id among those that it may hold."""
        for held in self.certificates:
            if held.id == certificate_id:
                return held
        return None


class DeviceCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that a device CA issued to a device. ``der`` is base64 of the certificate.

    ``reason`` is ``enrollment``, ``re-enrollment`` or ``renewal``. ``serial_number`` is upper-case hexadecimal.
    ``key_number`` tells a simulated device which of its keys it belongs to.
    """

    id: int
    device_id: int
    group: str
    reason: str
    serial_number: str
    not_before: datetime
    not_after: datetime
    fingerprint_sha256: str
    public_key_sha256: str
    state: CertificateState
    issued_at: datetime
    state_at: datetime
    key_number: int | None = None
    der: str


class DeviceEvent(Struct, frozen=True, kw_only=True):
    """Something that happened to a device, on the workspace clock."""

    id: int
    at: datetime
    device_id: int
    kind: EventKind
    detail: str = ""
