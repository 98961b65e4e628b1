"""``currentFilter``: the filters of the product's device list, where asked for with the number of devices of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from msgspec import Struct

from ...authorities.authorities import Authorities
from ...devices.fleet_list.facets import Facets
from ...devices.fleet_list.filter_ids import FAMILIES, INACTIVE, MANAGED_MODES, OWNERSHIPS
from ...model.authority import AuthorityRole

_PLATFORMS: Mapping[str, str] = {
    "ios": "iOS",
    "macosx": "macOS",
    "android": "Android",
    "windows.8.tablet": "Windows Desktop/Tablet",
    "windows.phone.8": "Windows Phone",
    "blackberry": "BlackBerry",
    "unknown": "Unknown",
}
_STATUSES = {
    "jailbroken": "Jailbroken or rooted",
    "as.gateway.blocked": "Blocked by the ActiveSync gateway",
    "samsung.knox.not.attested": "Samsung Knox not attested",
    "enrollment.program.registered": "Registered with the enrollment program",
    "out.of.compliance": "Out of compliance",
}
_MODES = {"mdm": "MDM", "mam": "MAM", "enterprise": "MDM and MAM"}
_SHARED = {"shareable": "Shareable", "not.shareable": "Not shareable", "shareable.checked.in": "Shareable, checked in"}
_RESTRICTIONS = {
    "blacklist.non.compliant": "Blocked apps present",
    "whitelist.non.compliant": "Apps present that are not allowed",
    "required.list.non.compliant": "Required apps missing",
}
_PERIODS = {
    "8.hours": "8 hours",
    "24.hours": "24 hours",
    "7.days": "7 days",
    "30.days": "30 days",
    "more.than.30.days": "More than 30 days",
}
assert _PERIODS.keys() == {*INACTIVE, "more.than.30.days"}


class FilterNode(Struct, frozen=True, kw_only=True, rename="camel"):
    """A filter, or a group of filters. ``value`` is how many devices it finds; -1 for a group, or if nobody counts."""

    display_name: str
    name: str
    value: int
    level: int
    checked: bool
    leaf_node: bool
    nodes: tuple[FilterNode, ...]


class SelectedFilter(Struct, frozen=True, kw_only=True, rename="camel"):
    """A filter of the query."""

    display_name: str
    name: str


class CurrentFilter(Struct, frozen=True, kw_only=True, rename="camel"):
    """The filters that there are, and those of the query."""

    detail: tuple[FilterNode, ...]
    selected_filters: tuple[SelectedFilter, ...]


def device_ca_groups(authorities: Authorities) -> dict[str, str]:
    """The CA group for the id of each devices CA, as the issuer filter writes it."""
    return {str(one.id): one.group for one in authorities.all() if one.role is AuthorityRole.DEVICE}


def issuer_filter(id: str) -> str:
    """The filter for the devices of a devices CA."""
    return f"device.issuer.ca#{id}@_fn_@device.issuer.ca"


def current_filter(facets: Facets | None, issuers: Mapping[str, str], chosen: Collection[str]) -> CurrentFilter:
    """The tree; ``issuers`` are those of ``device_ca_groups``, ``chosen`` the filters of the query. Without ``facets``
    nothing is counted, and the versions that there are aren't known."""
    managed = {} if facets is None else {"managed": facets.managed, "unmanaged": facets.unmanaged}
    modes = {f"{mode}.{name}": f"{title} {name}" for mode, title in _MODES.items() for name in ("managed", "unmanaged")}
    titles = {"byod": "BYOD", "corporate": "Corporate", "unknown": "Unknown"}
    counts: dict[str, dict[str, int]] = {}
    if facets is not None:
        counts = {
            "mode": {f"{mode}.{name}": count for mode in MANAGED_MODES for name, count in managed.items()},
            "status": {"enrollment.program.registered": facets.in_program},
            "ownership": {name: facets.ownerships[owner] for name, owner in OWNERSHIPS.items()},
            "shared.status": {"not.shareable": sum(managed.values())},
            "inactive.time": facets.inactive,
        }

    def leaf(name: str, title: str, count: int, level: int = 1) -> FilterNode:
        return _node(name, title, -1 if facets is None else count, level, chosen)

    def group(kind: str, title: str, titles: Mapping[str, str]) -> FilterNode:
        found = counts.get(kind, {})
        nodes = (leaf(f"device.{kind}.{name}", said, found.get(name, 0)) for name, said in titles.items())
        return _group(f"device.{kind}", title, tuple(nodes))

    def platform(name: str, title: str) -> FilterNode:
        prefix, families = f"device.platform.{name}", FAMILIES.get(name, ())
        versions: Counter[str] = Counter()
        for (one, version), count in () if facets is None else facets.versions.items():
            versions[version] += count if one in families else 0
        nodes = [
            leaf(f"device.platform#{version}@_fn_@{prefix}.version", version, count, 2)
            for version, count in sorted(versions.items())
            if version and count
        ]
        if families:
            nodes.append(leaf(f"{prefix}.version.unknown", "Unknown version", versions[""], 2))
        return _node(prefix, title, -1 if facets is None else versions.total(), 1, chosen, tuple(nodes))

    held: Mapping[str, int] = {} if facets is None else facets.groups
    detail = (
        group("mode", "Mode", modes),
        group("status", "Status", _STATUSES),
        _group("device.platform", "Platform", tuple(platform(name, title) for name, title in _PLATFORMS.items())),
        group("ownership", "Ownership", titles),
        group("shared.status", "Shared status", _SHARED),
        group("inactive.time", "Inactivity time", _PERIODS),
        group("application.restrictions", "App restrictions", _RESTRICTIONS),
        _group(
            "device.issuer.ca",
            "Device certificate issuer CA",
            tuple(leaf(issuer_filter(id), name, held.get(name, 0)) for id, name in issuers.items()),
        ),
    )
    known = {node.name: node.display_name for node in _all(detail)}
    selected = tuple(SelectedFilter(display_name=known.get(name, name), name=name) for name in chosen)
    return CurrentFilter(detail=detail, selected_filters=selected)


def _node(
    name: str, title: str, value: int, level: int, chosen: Collection[str], nodes: tuple[FilterNode, ...] = ()
) -> FilterNode:
    return FilterNode(
        display_name=title,
        name=name,
        value=value,
        level=level,
        checked=name in chosen,
        leaf_node=not nodes,
        nodes=nodes,
    )


def _group(name: str, title: str, nodes: tuple[FilterNode, ...]) -> FilterNode:
    return FilterNode(display_name=title, name=name, value=-1, level=0, checked=False, leaf_node=False, nodes=nodes)


def _all(nodes: tuple[FilterNode, ...]) -> list[FilterNode]:
    return [one for node in nodes for one in (node, *_all(node.nodes))]
