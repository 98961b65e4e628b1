"""Which column of an export is which field of a device: by a product's names, by ours, or by a mapping file.

::

    time_zone = "Europe/Berlin"      # of times that name none
    dates = "day-first"              # or month-first: which number of 03/04/2026 is the day
    platform = "ios"                 # of all lines, if no column tells it

    [columns]
    serial_number = "Seriennummer"
    last_check_in = "Letzter Kontakt"

    [platforms]
    "Diensthandy" = "ios"

The names in ``[columns]`` are ``formats.FIELDS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from msgspec import Struct, convert

from ..errors import Refusal
from ..model.device import Platform
from ..toml_reading import read_toml
from .dates import DateOrder, zone_named
from .formats import FIELDS, OURS, PRODUCTS, ProductFormat, key_of

IDENTIFYING = ("serial_number", "imei", "meid", "udid", "android_id", "windows_device_id", "enrollment_id")
"""The fields of which a device needs at least one."""

LONGEST_MAPPING = 64 * 1024  # bytes
_HINT = "Name the columns in a mapping file (--mapping FILE.toml): docs/device-import.md says how."


class ColumnMapping(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file: the columns by field, the words for platforms, and what all lines have in common."""

    columns: dict[str, str] = {}
    platforms: dict[str, Platform] = {}
    time_zone: str | None = None
    dates: DateOrder | None = None
    platform: Platform | None = None


NO_MAPPING = ColumnMapping()


class Layout(Struct, frozen=True):
    """How an export is read: the number of the column of each field, and the rest of the format and the mapping."""

    format: ProductFormat
    columns: Mapping[str, int]
    platforms: Mapping[str, Platform] = {}
    platform: Platform | None = None
    order: DateOrder | None = None
    zone: tzinfo | None = None
    notes: tuple[str, ...] = ()


def read_mapping(data: bytes) -> ColumnMapping:
    """A mapping file. Refuses with ``mapping-invalid``."""
    try:
        mapping = convert(read_toml(data.decode()), ColumnMapping)
        if unknown := [field for field in mapping.columns if field not in FIELDS]:
            raise ValueError(f"there is no field {unknown[0]!r}; the fields are {', '.join(FIELDS)}")
        if mapping.time_zone is not None:
            zone_named(mapping.time_zone)
    except ValueError as error:  # not UTF-8, not TOML, or not ours
        raise Refusal("mapping-invalid", f"the mapping file is wrong: {error}", _HINT) from error
    except Refusal as refusal:
        raise Refusal("mapping-invalid", f"the mapping file is wrong: {refusal.message}", refusal.hint) from None
    return mapping


def layout_of(
    header: Sequence[str],
    mapping: ColumnMapping = NO_MAPPING,
    *,
    order: DateOrder | None = None,
    zone: tzinfo | None = None,
) -> Layout:
    """How an export with this header is read. ``order`` and ``zone`` take precedence over the mapping file.

    Refuses with ``columns-unknown``, if no column identifies devices, or nothing tells their platform; and with
    ``mapping-invalid``, if it names a column that isn't there.
    """
    places: dict[str, int] = {}
    twice: set[str] = set()
    for number, name in enumerate(header):
        if places.setdefault(key_of(name), number) != number:
            twice.add(key_of(name))
    format = _format_of(places)
    columns = {
        field: places[key_of(found)]
        for field, names in format.columns.items()
        if (found := next((name for name in names if key_of(name) in places), None)) is not None
    }
    for field, column in mapping.columns.items():
        if key_of(column) not in places:
            raise Refusal("mapping-invalid", f"the file has no column {column!r}", f"It has {_named(header)}.")
        columns[field] = places[key_of(column)]
    platform = mapping.platform or (None if "platform" in columns else format.platform)
    if not any(field in columns for field in IDENTIFYING):
        raise Refusal("columns-unknown", f"no column identifies devices: there are {_named(header)}", _HINT)
    if platform is None and not any(field in columns for field in ("platform", "os_name", "model", "os_version")):
        raise Refusal("columns-unknown", f"no column tells the platform: there are {_named(header)}", _HINT)
    if zone is None and mapping.time_zone is not None:
        zone = zone_named(mapping.time_zone)
    read = set(columns.values())
    notes = [
        f"There are several columns {header[number]!r}; the first one was read."
        for key, number in places.items()
        if key in twice and number in read
    ]
    return Layout(
        format=format,
        columns=columns,
        platforms={name.casefold(): found for name, found in mapping.platforms.items()},
        platform=platform,
        order=order or mapping.dates,
        zone=zone or format.zone,
        notes=tuple(notes),
    )


def _format_of(places: Mapping[str, int]) -> ProductFormat:
    """The product whose signs are all there; the one with the most, if there are several."""
    found = [one for one in PRODUCTS if all(key_of(sign) in places for sign in one.signs)]
    return max(found, key=lambda one: len(one.signs), default=OURS)


def _named(header: Sequence[str]) -> str:
    shown = [repr(name if len(name) <= 40 else f"{name[:40]}…") for name in header if name]
    more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
    return ", ".join(shown[:12]) + more
