"""What failing devices have in common, in words."""

from __future__ import annotations

from msgspec import Struct

from ..devices.common_traits import CommonTrait, DeviceTrait, FailingRenewals
from ..model.device import Platform
from ..words import plural
from .platforms import PLATFORMS


class FailingRenewalsDocument(Struct, frozen=True, kw_only=True):
    """How many devices answered a request to renew, how many of them with an error last time, and what those have in
    common: null if chance may explain it. ``said`` is that as a sentence, empty without it."""

    answered: int
    failing: int
    common: CommonTrait | None
    said: str


_TRAITS = {
    DeviceTrait.MODEL_AND_OS: "{}",
    DeviceTrait.MODEL: "{}",
    DeviceTrait.OS: "{}",
    DeviceTrait.MAKER: "made by {}",
    DeviceTrait.CARRIER: "mobile carrier {}",
    DeviceTrait.TIME_ZONE: "time zone {}",
    DeviceTrait.MAIL_DOMAIN: "users @{}",
    DeviceTrait.CA_GROUP: "with a certificate of CA group {} before",
    DeviceTrait.ENROLLMENT: "kind of enrollment: {}",
    DeviceTrait.PLATFORM: "{}",
}


def failing_document(failing: FailingRenewals) -> FailingRenewalsDocument:
    """The document of what failing devices have in common."""
    return FailingRenewalsDocument(
        answered=failing.answered, failing=failing.failing, common=failing.common, said=failing_line(failing)
    )


def trait_text(common: CommonTrait) -> str:
    """``iPhone 12, iOS 26.1``, ``time zone Asia/Kolkata``."""
    value = PLATFORMS[Platform(common.value)] if common.trait is DeviceTrait.PLATFORM else common.value
    return _TRAITS[common.trait].format(value)


def failing_line(failing: FailingRenewals) -> str:
    """``31 of 34 failing devices: iPhone 12, iOS 26.1 (31 of the 33 such devices fail)``; empty if nothing is
    common."""
    common = failing.common
    if common is None:
        return ""
    such = f"{common.failing:,} of the {common.devices:,} such devices fail"
    if common.failing == common.devices:
        such = "all such devices fail"
    return f"{common.failing:,} of {plural(failing.failing, 'failing device')}: {trait_text(common)} ({such})"


def failing_words(failing: FailingRenewals) -> tuple[str, str]:
    """The same for a narrow place: the trait, and ``31 of 34``."""
    common = failing.common
    return ("", "") if common is None else (trait_text(common), f"{common.failing:,} of {failing.failing:,}")
