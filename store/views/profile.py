"""A provisioning profile: its document, title, and remaining validity."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..inventory.expiry import ExpiryRules
from ..inventory.status import days_until, status_within
from ..model.certificate import Status
from ..model.expiry import ExpiryUse
from ..model.profile import ProvisioningProfile
from ..words import days_text
from .documents import document, document_type

ProfileDocument = document_type(
    "ProfileDocument",
    ProvisioningProfile,
    "A provisioning profile. ``is_wildcard``: it is good for every app whose id begins as its app id does.",
    is_wildcard=bool,
    status=Status,
    days_left=int,
)


def profile_document(profile: ProvisioningProfile, now: datetime, rules: ExpiryRules) -> Struct:
    """The document of a profile."""
    days = days_until(profile.not_after, now)
    return document(ProfileDocument, profile, status=profile_status(profile, now, rules), days_left=days)


def profile_status(profile: ProvisioningProfile, now: datetime, rules: ExpiryRules) -> Status:
    """The status of a profile."""
    return status_within(profile.valid_from, profile.not_after, now, rules[ExpiryUse.PROFILE])


def profile_title(profile: ProvisioningProfile) -> str:
    """``profile #1 Secure Mail``."""
    return f"profile #{profile.id} {profile.name}"


def profile_standing(profile: ProvisioningProfile, now: datetime, rules: ExpiryRules) -> str:
    """``valid, 82 days left``, or ``expired 3 days ago``."""
    days = days_until(profile.not_after, now)
    return f"{profile_status(profile, now, rules)}, {days_text(days)}" if days >= 0 else days_text(days)
