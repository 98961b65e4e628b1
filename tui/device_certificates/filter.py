"""The filter language of the bulk device certificates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...store import filters
from ...store.filters import Unclear, days_span, within
from ...store.inventory.status import is_asked_for
from ...store.model.certificate import Status
from .rows import BulkRow, identity_title

Predicate = filters.Predicate[BulkRow]
_NONE = "none"

HELP = (
    ("f2lx meyer", "all the words, anywhere: identity, subject, device …"),
    ("type:imei", "serial-number, imei, meid"),
    ("status:expired", "critical, expiring, valid, not-yet-valid"),
    ("days:<30  days:0..90", "days left; also > <= >= ="),
    ("device:none", "no device with that identity yet; device:yes"),
    ("policy:vpn", "installed by that policy; policy:none"),
    ("source:devices.zip", "the archive that it came in"),
    ("-type:imei", "a minus before a term turns it round"),
)


def parse_filter(text: str) -> filters.Filter[BulkRow]:
    """The filter for ``text``."""
    return filters.build(text, _FIELDS, lambda word: lambda row: word in row.haystack)


def _type(value: str) -> Predicate:
    wanted = value.replace("-", " ").replace("_", " ")
    return lambda row: identity_title(row.record).lower().startswith(wanted)


def _status(value: str) -> Predicate:
    wanted = [one for one in value.split(",") if one]
    return lambda row: any(is_asked_for(str(row.status), one) for one in wanted)


def _days(value: str) -> Predicate:
    least, most = days_span(value)
    return lambda row: (least is None or least <= row.days) and (most is None or row.days <= most)


def _device(value: str) -> Predicate:
    if value == _NONE:
        return lambda row: row.device_id is None
    if value in filters.YES:
        return lambda row: row.device_id is not None
    raise Unclear("device: takes none or yes")


def _policy(value: str) -> Predicate:
    if value == _NONE:
        return lambda row: not row.policies
    return lambda row: value in row.policies.lower()


_FIELDS: Mapping[str, Callable[[str], Predicate]] = {
    "type": _type,
    "status": _status,
    "days": _days,
    "device": _device,
    "policy": _policy,
    "source": within(lambda row: row.record.source),
}

# The values that are offered while a filter is typed; other keys take any text.
_OFFERED: dict[str, tuple[str, ...]] = {
    "type": ("serial-number", "imei", "meid"),
    "status": tuple(one.replace(" ", "-") for one in Status),
    "days": ("<0", "<30", "<90", "0..90"),
    "device": (_NONE, "yes"),
    "policy": (_NONE,),
}
VALUES = {field: _OFFERED.get(field, ()) for field in _FIELDS}
