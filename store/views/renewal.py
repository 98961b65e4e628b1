"""The plan of a renewal: its document, its columns, and its sentences."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..devices.renewal_plan import RenewalPlan
from ..model.device import Platform
from ..printable import printable
from ..words import length_text, plural
from .platforms import by_platform

COLUMNS = {
    "to_renew": "to renew",
    "pending": "pending",
    "on_newest": "on newest",
    "re_enroll": "re-enroll",
    "refused": "refused",
}
"""The figures of a platform, and their titles."""

_LONG = {
    "pending": "pending already",
    "on_newest": "on the newest group already",
    "re_enroll": "Windows to re-enroll",
}

REFUSED = {
    "windows-must-re-enroll": (
        "runs Windows, which can't be renewed: it is marked re-enrollment required, and its user must re-enroll it.",
        "run Windows, which can't be renewed: they are marked re-enrollment required, and their users must re-enroll "
        "them.",
    ),
    "windows-is-current": (
        "runs Windows and holds a certificate of the newest CA group already: its user need not re-enroll it until "
        "that expires.",
        "run Windows and hold certificates of the newest CA group already: their users need not re-enroll them until "
        "those expire.",
    ),
    "certificate-expired": (
        "has an expired certificate: its user must re-enroll it.",
        "have an expired certificate: their users must re-enroll them.",
    ),
    "must-re-enroll": (
        "was turned away before: its user must re-enroll it.",
        "were turned away before: their users must re-enroll them.",
    ),
    "device-revoked": ("has been revoked.", "have been revoked."),
    "not-enrolled": ("is not enrolled.", "are not enrolled."),
}
"""Why devices are refused: the words after "12 devices", for one and for several."""


class PlatformRenewalDocument(Struct, frozen=True, kw_only=True):
    """The devices of a platform in a plan; each counts once."""

    platform: Platform
    to_renew: int
    pending: int
    on_newest: int
    re_enroll: int
    refused: int


class RenewalPlanDocument(Struct, frozen=True, kw_only=True):
    """The plan of a renewal: the devices by platform, and the CA group that issues their certificates."""

    newest: str | None
    upcoming: str | None
    ready_at: datetime | None
    asked: int
    again: int
    platforms: tuple[PlatformRenewalDocument, ...]
    refusals: dict[str, int]


def renewal_plan_document(plan: RenewalPlan) -> RenewalPlanDocument:
    """The document of a plan."""
    return RenewalPlanDocument(
        newest=plan.newest,
        upcoming=plan.upcoming,
        ready_at=plan.ready_at,
        asked=plan.asked,
        again=plan.again,
        platforms=tuple(
            PlatformRenewalDocument(platform=one, **{name: getattr(plan.platforms[one], name) for name in COLUMNS})
            for one in Platform
            if one in plan.platforms
        ),
        refusals=plan.refusals,
    )


def refusal_text(code: str, count: int) -> str:
    """``12 devices run Windows, which can't be renewed: …``."""
    one, several = REFUSED.get(code, (f"is refused ({code}).", f"are refused ({code})."))
    return f"{plural(count, 'device')} {one if count == 1 else several}"


def group_text(plan: RenewalPlan) -> str | None:
    """``54 devices would get certificates of default again; g3 is ready in 24 h``; None unless a new group is
    coming."""
    if not plan.asked or plan.newest is None or plan.upcoming is None or plan.ready_at is None:
        return None
    count, again = (plan.again, " again") if plan.again else (plan.asked, "")
    what = "a certificate" if count == 1 else "certificates"
    said = f"{plural(count, 'device')} would get {what} of {plan.newest}{again}"
    return printable(f"{said}; {plan.upcoming} is ready in {length_text(plan.ready_at - plan.at)}")


def renewal_notes(plan: RenewalPlan | None) -> list[str]:
    """What to know of a renewal that was requested: the sentence about the group, if there is one."""
    said = None if plan is None else group_text(plan)
    return [] if said is None else [said]


def plan_lines(plan: RenewalPlan) -> list[str]:
    """The figures, one line for each that isn't zero, and the sentence about the group."""
    lines = []
    for name, title in COLUMNS.items():
        counts = {one.value: getattr(figures, name) for one, figures in plan.platforms.items()}
        if total := sum(counts.values()):
            lines.append(f"{_LONG.get(name, title)}: {plural(total, 'device')}: {by_platform(counts)}")
    said = group_text(plan)
    return lines if said is None else [*lines, said]
