"""A device of the fleet: its identities, certificates and pending actions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from .habits import Habits
from .model_name import said_once


class Platform(StrEnum):
    """The platforms of a fleet. iOS includes iPadOS."""

    IOS = "ios"
    MACOS = "macos"
    ANDROID = "android"
    WINDOWS = "windows"


class DeviceIdentity(Struct, frozen=True, kw_only=True, gc=False):
    """The identities of a device. A value that the device doesn't have is None.

    ``model`` is the identifier that the device reports (``iPhone15,2``, ``SM-S921B``, ``Latitude 5440``),
    ``model_name`` is its common name. ``os_name`` distinguishes iPadOS from iOS. ``imei`` is 15 digits with the check
    digit, ``meid`` 14 hexadecimal digits without. ``udid`` is an Apple device's: 40 hexadecimal digits up to the A11
    chip, 8-16 since, a UUID for a Mac. ``windows_device_id`` is the hardware id of Windows enrollment (HWDevID, 64
    digits), which stays the same when the device is enrolled again.

    ``enrollment_id`` is what a device enrolled by its user tells in place of all of them: Apple's EnrollmentID (a
    UUID), or Android's enrollment-specific id. Its ``serial_number`` is empty.

    ``second_imei`` is that of the second SIM or eSIM. ``os_build`` is the build of the OS, ``os_edition`` that of
    Windows, ``security_patch`` Android's patch level (``2026-10-05``).
    """

    platform: Platform
    maker: str = ""
    model: str = ""
    model_name: str = ""
    os_name: str = ""
    os_version: str = ""
    os_build: str = ""
    os_edition: str = ""
    security_patch: str = ""
    serial_number: str = ""
    wifi_mac: str | None = None
    imei: str | None = None
    second_imei: str | None = None
    meid: str | None = None
    udid: str | None = None
    android_id: str | None = None
    windows_device_id: str | None = None
    enrollment_id: str | None = None

    @property
    def known_by(self) -> str:
        """Its serial number, or else its enrollment id, or else another identity, which an imported device may have in
        their place: what lists and its certificates name it by."""
        return (
            self.serial_number
            or self.enrollment_id
            or self.imei
            or self.meid
            or self.udid
            or self.android_id
            or self.windows_device_id
            or ""
        )


class EnrollmentKind(StrEnum):
    """How a device was enrolled.

    ``SUPERVISED``: the company's, by automated enrollment; Android calls it fully managed. ``DEVICE``: as a whole, but
    not that way. ``USER``: only the company's part of it, by Apple's user enrollment or as an Android work profile.
    ``KIOSK``: for one purpose, without a person: Apple's single app mode, a dedicated Android device, Windows' kiosk.
    """

    SUPERVISED = "supervised"
    DEVICE = "device"
    USER = "user"
    KIOSK = "kiosk"


class Ownership(StrEnum):
    """Whose a device is."""

    COMPANY = "company"
    PERSONAL = "personal"


class DeviceState(StrEnum):
    """The state of a device.

    ``RE_ENROLLMENT_REQUIRED``: works for now; its user has been asked. ``MUST_RE_ENROLL``: has been turned away.
    """

    NOT_ENROLLED = "not enrolled"
    ENROLLED = "enrolled"
    RE_ENROLLMENT_REQUIRED = "re-enrollment required"
    MUST_RE_ENROLL = "must re-enroll"
    REVOKED = "revoked"

    @property
    def needs_person(self) -> bool:
        """Whether its user must re-enroll it."""
        return self in (DeviceState.RE_ENROLLMENT_REQUIRED, DeviceState.MUST_RE_ENROLL)

    @property
    def is_admitted(self) -> bool:
        """Whether the server accepts a device in this state."""
        return self in (DeviceState.ENROLLED, DeviceState.RE_ENROLLMENT_REQUIRED)


class CertificateState(StrEnum):
    """The state of a device certificate. Expiry is derived from the clock, not stored.

    ``UNCONFIRMED``: issued but not yet used; it is as valid as the active one.
    """

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class ActionKind(StrEnum):
    """An action that can be pending for a device: a security action, or installing or removing a policy."""

    CERTIFICATE_RENEWAL = "certificate-renewal"
    REVOKE = "revoke"
    POLICY = "policy"
    POLICY_REMOVAL = "policy-removal"

    @property
    def is_policy(self) -> bool:
        """Whether it concerns a policy."""
        return self in (ActionKind.POLICY, ActionKind.POLICY_REMOVAL)


class WaitsFor(StrEnum):
    """What a pending action waits for."""

    CHECK_IN = "the next check-in"
    NOT_NOW = "the device, which said not now"
    ERROR = "the next try, after an error"
    ANSWER = "an answer"
    CONFIRMATION = "the new certificate's first use"


class PendingAction(Struct, frozen=True, kw_only=True, gc=False):
    """A security action, or a policy, in a device's queue.

    ``attempts`` counts how often the device was asked. ``next_try_at`` is the earliest time for the next attempt
    (back-off); None means the next check-in. ``policy_id`` is the policy's.
    """

    kind: ActionKind
    requested_at: datetime
    requested_by: str
    waits_for: WaitsFor = WaitsFor.CHECK_IN
    attempts: int = 0
    next_try_at: datetime | None = None
    policy_id: int | None = None


class InstalledPolicy(Struct, frozen=True, array_like=True, gc=False):
    """A policy on a device, or one that could not be installed; then ``note`` says why. ``code`` names the reason if
    the device doesn't take such a policy (``needs-supervised-device``).

    ``name`` and ``version`` are those of the policy when it was installed at ``at``. Its certificate is a bulk device
    certificate (``certificate_id``) or an inventory entry (``entry_id``). The SHA-256 fingerprint is stored because
    that record may hold another certificate by now.
    """

    policy_id: int
    name: str
    version: int
    at: datetime
    certificate_id: int | None = None
    entry_id: int | None = None
    fingerprint_sha256: str | None = None
    note: str = ""
    code: str = ""

    @property
    def is_installed(self) -> bool:
        """Whether it is installed."""
        return not self.note


class Refused(Struct, frozen=True, array_like=True, gc=False):
    """The last refusal of a device: at a check-in (``at_check_in``) or at enrollment. ``code`` is the refusal's."""

    code: str
    at: datetime
    at_check_in: bool = False


class CutOff(Struct, frozen=True, array_like=True, gc=False):
    """The push topic that a device was enrolled under when another one took its place, at ``at``; and its state then.
    If the topic comes back, so does the device, unless its state has changed since."""

    topic: str
    at: datetime
    state: DeviceState


class HeldCertificate(Struct, frozen=True, array_like=True, gc=False):
    """A certificate that was issued to a device and that it may still hold. ``id`` is the certificate record's."""

    id: int
    group: str
    not_after: datetime
    state: CertificateState


class Reported(Struct, frozen=True, array_like=True, gc=False):
    """What the export of a real product said of a device: the certificate by its ``issuer``, serial number and expiry,
    as far as they were told. ``import_id`` is the last import that changed the device, at ``at``; ``known_since`` is
    when the first one named it: the product managed it then."""

    import_id: int
    at: datetime
    issuer: str = ""
    serial_number: str = ""
    not_after: datetime | None = None
    known_since: datetime | None = None


class Device(DeviceIdentity, frozen=True, kw_only=True, gc=False):
    """One device: its identities, and its state on the server.

    ``certificate_id``, ``issuer_group`` and ``not_after`` are those of the active certificate; ``certificates`` has
    every certificate that the device may present, oldest first. ``state_since`` is when the state last changed.
    ``last_check_in`` is the last check-in that changed something; for a simulated device, which has ``habits``,
    ``store.devices.schedule`` computes later idle ones.

    ``refused`` is why its last attempt to reach the server or to enroll failed; None after a success. A failed check-in
    takes precedence; ``enrolling_refused`` is the code of the last refused enrollment, even so. ``anchors`` are CA
    certificates that somebody installed by hand; deployed ones are derived from the time. ``antivirus``: antivirus
    software is installed; ``antivirus_anchors`` are the CA certificates it trusts. ``policies`` are the installed and
    the failed ones, by id. ``device_name`` is the name that its user sees, ``enrollment_kind`` is None if not known.
    ``language`` is that of its screens, as RFC 5646 writes it (``de-DE``); empty if not known. ``carrier`` is the
    mobile carrier of its SIM, by the name that it tells (``Telekom.de``).

    ``formerly`` is what it was ``known_by`` before its identities were changed: earlier certificates name it so.

    ``reported`` is what an import said of it. Unless certfleet has issued a certificate to it since, ``issuer_group``
    and ``not_after`` are those of the reported one, and ``certificate_id`` is None.
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
    cut_off: CutOff | None = None
    refused: Refused | None = None
    enrolling_refused: str | None = None
    anchors: tuple[int, ...] = ()
    antivirus: bool = False
    antivirus_anchors: tuple[int, ...] = ()
    habits: Habits | None = None
    device_name: str = ""
    enrollment_kind: EnrollmentKind | None = None
    ownership: Ownership | None = None
    reported: Reported | None = None
    language: str = ""
    carrier: str | None = None
    formerly: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its title: ``iPhone 14 Pro, F2LX…``."""
        return f"{said_once(self.model_name or self.model) or self.platform} {self.known_by}"

    @property
    def is_cut_off(self) -> bool:
        """Whether its last attempt to reach the server failed."""
        return self.refused is not None and self.refused.at_check_in

    @property
    def renewal(self) -> PendingAction | None:
        """Its pending certificate renewal."""
        for action in self.pending:
            if action.kind is ActionKind.CERTIFICATE_RENEWAL:
                return action
        return None

    def policy(self, policy_id: int | None) -> InstalledPolicy | None:
        """The policy of this id, installed or failed."""
        for placed in self.policies:
            if placed.policy_id == policy_id:
                return placed
        return None

    def policy_pending(self, policy_id: int) -> PendingAction | None:
        """The pending action for a policy."""
        for action in self.pending:
            if action.policy_id == policy_id:
                return action
        return None

    def held(self, certificate_id: int | None) -> HeldCertificate | None:
        """The certificate of this id, if the device may hold it."""
        for held in self.certificates:
            if held.id == certificate_id:
                return held
        return None


class DeviceCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that a device CA issued to a device. ``der`` is base64.

    ``reason`` is ``enrollment``, ``re-enrollment`` or ``renewal``. ``serial_number`` is upper-case hexadecimal.
    ``key_number`` is the number of a simulated device's key.
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
