"""The values in a plan file: each reader takes what TOML has, or raises ``ValueError`` with what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar

from ...store.authorities.authorities import LONGEST_WAIT
from ...store.devices.device_filter import parse_filter
from ...store.durations import read_duration, read_number_of
from ...store.inventory.expiry import ExpiryRules
from ...store.inventory.expiry_text import read_limit
from ...store.model.bulk import IdentityType
from ...store.model.certificate import UseAs
from ...store.model.component import Use
from ...store.model.device import Platform
from ...store.model.expiry import CRITICAL, EXPIRING
from .plan import MORNING

Reader = Callable[[Any], Any]
Kind = TypeVar("Kind", bound=Enum)

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)%")
_LONGEST_VALID = timedelta(days=36_500)
_OTHER_TIMES = "write a date between 1970 and 2200"


class Unknown(ValueError):
    """A value that is none of the known ones; ``known`` are those."""

    def __init__(self, value: str, what: str, known: Iterable[str]) -> None:
        self.known = tuple(known)
        super().__init__(f"{value!r} is no {what}")
        self.value = value

    @property
    def hint(self) -> str:
        """What may be meant."""
        return did_you_mean(self.value, self.known)


def name_in(known: Collection[str], what: str) -> Reader:
    """A reader of one of these names, in any case."""

    def read(value: Any) -> str:
        name = text(value).lower()
        if name not in known:
            raise Unknown(name, what, known)
        return name

    return read


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """``Did you mean issuer?``, or what there is."""
    known = tuple(known)
    near = get_close_matches(value, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"There is {', '.join(known)}."


def text(value: Any) -> str:
    """A text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write a text in quotes")
    return value.strip()


def any_text(value: Any) -> str:
    """A text, which may be empty."""
    if not isinstance(value, str):
        raise ValueError("write a text in quotes")
    return value.strip()


def reference(value: Any) -> str:
    """An id as a number, or a name."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write an id, or a name in quotes")
    return value.strip()


def references(value: Any) -> tuple[str, ...]:
    """One or several of those."""
    return tuple(reference(part) for part in _several(value))


def texts(value: Any) -> tuple[str, ...]:
    """One text or several."""
    return tuple(text(part) for part in _several(value))


def yes_no(value: Any) -> bool:
    """A truth value."""
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def number(least: int, most: int) -> Reader:
    """A whole number."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"write a whole number from {least} to {most:,}")
        return value

    return read


def moment(value: Any) -> datetime:
    """A time of TOML, or a day: at 08:00. UTC without a time zone."""
    if isinstance(value, datetime):
        at = _in_utc(value)
    elif isinstance(value, date):
        at = datetime.combine(value, MORNING)
    else:
        raise ValueError("write a date without quotes: 2026-12-01, or 2026-12-01T08:00:00Z")
    if not 1970 <= at.year <= 2200:
        raise ValueError(_OTHER_TIMES)
    return at.replace(microsecond=0)


def whole_day(value: Any) -> date:
    """A day, without a time."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError("write a date without quotes and without a time: 2026-12-20")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # its year in UTC would be 0 or 10000
        raise ValueError(_OTHER_TIMES) from None


def length(value: Any) -> timedelta:
    """``"14d"``, ``"12h"``, ``"2w"``; also ``"30min"`` and ``"90s"``."""
    if not isinstance(value, str):
        raise ValueError('write a length of time in quotes: "14d", "12h" or "30min"')
    length = read_duration(value)
    if length > _LONGEST_VALID:
        raise ValueError("that is longer than 100 years")
    return length


def number_of(unit: str, least: int, most: int) -> Reader:
    """A reader of a whole number of days (``d``) or hours (``h``), which may be written as a length of time too."""
    checked = number(least, most)
    return lambda value: checked(read_number_of(unit, value) if isinstance(value, str) else value)


def share_text(part: float) -> str:
    """What ``share`` reads as this."""
    return f"{part * 100:.4f}".rstrip("0").rstrip(".") + "%"


def length_or_never(value: Any) -> timedelta | None:
    """The same, or ``"never"``."""
    if isinstance(value, str) and value.strip().lower() == "never":
        return None
    try:
        return length(value)
    except ValueError as error:
        raise ValueError(f"{error}, or never") from None


def validity(value: Any) -> timedelta:
    """How long a certificate is valid."""
    long = length(value)
    if not timedelta(0) < long <= _LONGEST_VALID:
        raise ValueError("a certificate is valid for an hour to 100 years")
    return long


def wait(value: Any) -> timedelta:
    """How long after its request a CA group is ready."""
    long = length(value)
    if long > LONGEST_WAIT:
        raise ValueError(f"a CA group is ready within {LONGEST_WAIT.days} days")
    return long


def share(value: Any) -> float:
    """``"5%"``, as 0.05."""
    found = _SHARE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or float(found[1]) > 100:
        raise ValueError('write a share in quotes: "5%"')
    return float(found[1]) / 100


def positive_share(value: Any) -> float:
    """The same, above 0."""
    part = share(value)
    if not part:
        raise ValueError("write a share above 0%")
    return part


def device_filter(value: Any) -> str:
    """A filter of devices."""
    written = text(value)
    at = datetime(2026, 1, 1, tzinfo=UTC)  # whether a filter can be read doesn't depend on the time
    if (problem := parse_filter(written, at, ExpiryRules(EXPIRING, CRITICAL)).problem) is not None:
        raise ValueError(problem)
    return written


def platforms(value: Any) -> tuple[Platform, ...]:
    """One platform or several."""
    return tuple(one_of(part, "platform", Platform) for part in _several(value))


def use_as(value: Any) -> UseAs:
    """The use of a certificate that the inventory takes."""
    found = one_of(value, "use of a certificate", UseAs)
    if found is UseAs.DEVICE:
        raise ValueError("device certificates are not in the inventory")
    return found


def component_use(value: Any) -> Use:
    """Whether the deployment uses what a component stands for."""
    return one_of(value, "use of a component", Use)


def identity_type(value: Any) -> IdentityType:
    """The identity that device certificates are named after."""
    return one_of(value, "type of identity", IdentityType)


def days(value: Any) -> tuple[int, ...]:
    """A list of days."""
    if not isinstance(value, list):
        raise ValueError("write a list of days: [30, 14, 7, 1]")
    one = number_of("d", 0, 3650)
    return tuple(one(part) for part in value)


def limits(value: Any) -> tuple[str, ...]:
    """The limits of *expiring* or *critical*, as the command line takes them."""
    written = texts(value)
    for one in written:
        read_limit(one)
    return written


SETTINGS: Mapping[str, Reader] = {
    "migrated": yes_no,
    "ssl_offload": yes_no,
    "apns_grace_days": number_of("d", 0, 3650),
    "gateway_notice_days": days,
    "mdm_fqdn": any_text,
    "gateway_fqdn": any_text,
    "expiring": limits,
    "critical": limits,
    "delete_inactive_days": number_of("d", 0, 3650),
    "start_by_share": positive_share,
    "certificate_lead_days": number_of("d", 0, 3650),
    "pushes_a_minute": number(1, 1_000_000),
    "endpoint_hours": number_of("h", 1, 168),
    "operator_hours": number_of("h", 0, 8760),
    "simulated_nodes": number(1, 16),
    "forgotten_nodes": number(0, 16),
}
"""The settings of a site, by their names in ``SiteSettings``."""


def _several(value: Any) -> list[Any]:
    parts = value if isinstance(value, list) else [value]
    if not parts:
        raise ValueError("the list is empty")
    return parts


def one_of(value: Any, what: str, kinds: type[Kind]) -> Kind:
    """A value of an enumeration, with hyphens; spaces, underscores and capitals are accepted too."""
    known = {_hyphened(str(kind.value)): kind for kind in kinds}
    written = any_text(value)
    if _hyphened(written) not in known:
        raise Unknown(written, what, known)
    return known[_hyphened(written)]


def _hyphened(name: str) -> str:
    return re.sub(r"[ _]+", "-", name.strip().lower())
