"""What the database can say of the product's filters: the same as ``filter_ids``, found by an index."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ...model.device import DeviceState
from ...persistence.conditions import Condition, Key, Some, every
from ...persistence.schema import NOT_AFTER, PLATFORM, STATE
from ..device_choice import in_states, of_groups, on_platforms
from .filter_ids import FAMILIES, ISSUER, MANAGED_MODES, STATE_NAMES, kind_of, small_letters

ORDERS: Mapping[str, Key] = {"CERTIFICATE_END": NOT_AFTER, "PLATFORM": PLATFORM, "STATUS": STATE}
"""The columns that the database sorts by as the list does."""

NONE: Condition = Some(())


def condition_of(
    ids: Collection[str], issuers: Mapping[str, str], groups: Collection[str] | None = None
) -> Condition | None:
    """The condition of these filters, and that a device is of one of the CA groups; ``issuers`` has the group for the
    id of each devices CA. None if an index doesn't decide, or if there is nothing to decide."""
    kinds: dict[str, list[Condition]] = {}
    for id in map(small_letters, ids):
        said = _said_of(id, issuers)
        if said is None:
            return None
        kinds.setdefault(kind_of(id), []).append(said)
    found: list[Condition] = [Some(tuple(some)) if len(some) > 1 else some[0] for some in kinds.values()]
    if groups is not None:
        found.append(of_groups(sorted(groups)))
    return every(found) if found else None


def _said_of(id: str, issuers: Mapping[str, str]) -> Condition | None:
    if found := ISSUER.fullmatch(id):
        group = issuers.get(found[1])
        return NONE if group is None else of_groups([group])
    kind, _, rest = id.removeprefix("device.").partition(".")
    match kind:
        case "platform" if rest in FAMILIES:
            return on_platforms(FAMILIES[rest])
        case "mode":
            mode, _, managed = rest.partition(".")
            if mode in MANAGED_MODES and managed in ("managed", "unmanaged"):
                return in_states([one for one in DeviceState if one.is_admitted is (managed == "managed")])
        case "status" if rest in STATE_NAMES:
            return in_states([STATE_NAMES[rest]])
        case "certificate" if rest.startswith("ca."):
            return of_groups([rest.removeprefix("ca.")])
    return None
