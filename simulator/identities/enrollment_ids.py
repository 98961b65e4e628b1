"""What a device that its user enrolled tells in place of its identities."""

from __future__ import annotations

from base64 import b32encode
from uuid import UUID

from .owner import Platform

_GROUPS = (4, 4, 4, 5, 4, 4, 1)  # characters of Android's enrollment-specific id


def enrollment_id(platform: Platform, number: bytes) -> str:
    """Apple's EnrollmentID, a random UUID; or Android's enrollment-specific id, base32 of 16 bytes in groups
    (EnterpriseSpecificIdCalculator in Android's source)."""
    if platform is not Platform.ANDROID:
        return str(UUID(bytes=number, version=4)).upper()
    text, groups = b32encode(number).decode().rstrip("="), []
    for length in _GROUPS:
        groups.append(text[:length])
        text = text[length:]
    return "-".join(groups)
