"""A device in full, as the product's ``device/{id}`` shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from ...inventory.status import days_until
from ...model.device import CertificateState, Device, DeviceCertificate, DeviceState, Platform
from ...model.policy import Policy
from ..platforms import PLATFORMS
from .deployments import (
    FAILURE,
    PENDING,
    SUCCESS,
    DeployedResource,
    InstalledProfile,
    delivery_groups,
    deployed_policies,
    installed_profiles,
)
from .device_properties import DeviceProperty, device_properties, device_type
from .times import days_since, milliseconds

_CERTIFICATE_TYPES: Mapping[Platform, str] = {
    Platform.IOS: "Apple MDM",
    Platform.MACOS: "Apple MDM",
    Platform.ANDROID: "Android agent",
    Platform.WINDOWS: "Windows agent",
}
_GOOD = (CertificateState.ACTIVE, CertificateState.UNCONFIRMED)


class UserProperty(Struct, frozen=True, kw_only=True):
    """A property of a user."""

    name: str
    value: str


class DeviceUser(Struct, frozen=True, kw_only=True, rename="camel"):
    """The user of a device. certfleet keeps no users, so the id is the device's."""

    id: int
    display_name: str
    properties: tuple[UserProperty, ...]
    xml_id: str | None = None


class CertificateOfDevice(Struct, frozen=True, kw_only=True, rename="camel"):
    """A certificate that a device CA issued to the device. ``certificateNumber`` is its serial number, in decimal."""

    type: str
    credential_provider_id: str | None = None
    issuer_name: str
    certificate_number: str
    start_date: int
    end_date: int
    days_to_expire: int
    revoked: bool


class ProductDevice(Struct, frozen=True, kw_only=True):
    """The documented fields of a device; times in milliseconds since 1970. What certfleet doesn't know is null, false
    or empty."""

    id: int
    serialNumber: str | None
    imei: str | None
    activesyncid: str | None = None
    wifimac: str | None
    bluetoothmac: str | None = None
    osFamily: str
    platform: str
    strongId: str
    firstConnectionDate: int | None
    lastAuthDate: int | None
    devicePropertiesTimestamp: int | None
    connected: bool
    active: bool
    revoked: bool
    inactivityDays: int | None
    lastUsername: str
    lastUser: DeviceUser | None
    properties: tuple[DeviceProperty, ...]
    softwareInventory: tuple[str, ...] = ()
    managedSoftwareInventory: tuple[str, ...] = ()
    deviceUsers: tuple[DeviceUser, ...]
    packageStates: tuple[str, ...] = ()
    deliveryGroups: tuple[DeployedResource, ...]
    managed: bool
    pushState: str
    lastPushDate: int | None
    validCertificates: tuple[CertificateOfDevice, ...]
    revokedCertificates: tuple[CertificateOfDevice, ...]
    policies: tuple[DeployedResource, ...]
    policiesFailure: tuple[DeployedResource, ...]
    applications: tuple[str, ...] = ()
    deviceToken: str | None = None
    deviceType: str
    nbSuccess: int
    nbPending: int
    nbFailure: int
    mdmKnown: bool
    mamKnown: bool = False
    mamRegistered: bool = False
    iosprofileInventory: tuple[InstalledProfile, ...]
    revokeEnabled: bool
    lockEnabled: bool = False
    unlockEnabled: bool = False
    wipeEnabled: bool = False
    corpWipeEnabled: bool = False
    locateEnabled: bool = False
    jailBroken: bool = False
    gatewayBlocked: bool = False
    shareable: bool = False
    sharedStatus: str | None = None


def product_device(
    device: Device,
    seen: datetime | None,
    now: datetime,
    *,
    certificates: Sequence[DeviceCertificate],
    issuers: Mapping[str, str],
    policies: Sequence[Policy],
) -> ProductDevice:
    """The product's document of a device that was last seen at ``seen``.

    ``certificates`` are those that it was issued, ``issuers`` has the name of the devices CA of each group, and
    ``policies`` are all that there are.
    """
    deployed, managed = deployed_policies(device, policies), device.state.is_admitted
    user = _user(device)
    valid = [one for one in certificates if one.state in _GOOD and one.not_after >= now]
    revoked = [one for one in certificates if one.state is CertificateState.REVOKED]

    def issued(found: list[DeviceCertificate]) -> tuple[CertificateOfDevice, ...]:
        return tuple(_issued(device, one, issuers.get(one.group, one.group), now) for one in found)

    return ProductDevice(
        id=device.id,
        serialNumber=device.serial_number or None,
        imei=device.imei,
        wifimac=device.wifi_mac,
        osFamily=device.os_name or PLATFORMS[device.platform],
        platform=PLATFORMS[device.platform],
        strongId=device.known_by,
        firstConnectionDate=milliseconds(device.enrolled_at),
        lastAuthDate=milliseconds(seen),
        devicePropertiesTimestamp=milliseconds(seen),
        connected=False,
        active=managed and not device.is_cut_off,
        revoked=device.state is DeviceState.REVOKED,
        inactivityDays=days_since(seen, now),
        lastUsername=device.upn or device.owner,
        lastUser=user,
        properties=device_properties(device),
        deviceUsers=() if user is None else (user,),
        deliveryGroups=delivery_groups(device, policies),
        managed=managed,
        pushState="PENDING" if device.pending else "ACTIVE",
        lastPushDate=milliseconds(max((action.requested_at for action in device.pending), default=None)),
        validCertificates=issued(valid),
        revokedCertificates=issued(revoked),
        policies=deployed,
        policiesFailure=_with_status(deployed, FAILURE),
        deviceType=device_type(device),
        nbSuccess=len(_with_status(deployed, SUCCESS)),
        nbPending=len(_with_status(deployed, PENDING)),
        nbFailure=len(_with_status(deployed, FAILURE)),
        mdmKnown=device.enrolled_at is not None,
        iosprofileInventory=installed_profiles(device),
        revokeEnabled=device.state is not DeviceState.REVOKED,
    )


def _user(device: Device) -> DeviceUser | None:
    if not device.owner and not device.upn:
        return None
    said = (("displayname", device.owner), ("userprincipalname", device.upn))
    properties = tuple(UserProperty(name=name, value=value) for name, value in said if value)
    return DeviceUser(id=device.id, display_name=device.owner or device.upn, properties=properties)


def _issued(device: Device, certificate: DeviceCertificate, issuer: str, now: datetime) -> CertificateOfDevice:
    return CertificateOfDevice(
        type=_CERTIFICATE_TYPES[device.platform],
        issuer_name=issuer,
        certificate_number=str(int(certificate.serial_number, 16)),
        start_date=int(certificate.not_before.timestamp() * 1000),
        end_date=int(certificate.not_after.timestamp() * 1000),
        days_to_expire=days_until(certificate.not_after, now),
        revoked=certificate.state is CertificateState.REVOKED,
    )


def _with_status(resources: Sequence[DeployedResource], status: str) -> tuple[DeployedResource, ...]:
    return tuple(one for one in resources if one.status == status)
