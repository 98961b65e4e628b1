"""``currentFilter``: the filters of the product's device list, each with the number of devices that it finds."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from ...authorities.authorities import Authorities
from ...devices.fleet_list.facets import Facets
from ...devices.fleet_list.filter_ids import FAMILIES, INACTIVE, OWNERSHIPS
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
    """A filter, or a group of filters. ``value`` is how many devices it finds; -1 for a group."""

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


def current_filter(facets: Facets, issuers: Mapping[str, str], chosen: Collection[str]) -> CurrentFilter:
    """The tree; ``issuers`` are those of ``device_ca_groups``, ``chosen`` the filters of the query."""

    def leaf(name: str, title: str, count: int, level: int = 1) -> FilterNode:
        return FilterNode(
            display_name=title,
            name=name,
            value=count,
            level=level,
            checked=name in chosen,
            leaf_node=True,
            nodes=(),
        )

    def leaves(prefix: str, titles: Mapping[str, str], counts: Mapping[str, int]) -> tuple[FilterNode, ...]:
        return tuple(leaf(f"{prefix}.{name}", title, counts.get(name, 0)) for name, title in titles.items())

    def group(name: str, title: str, nodes: tuple[FilterNode, ...]) -> FilterNode:
        return FilterNode(display_name=title, name=name, value=-1, level=0, checked=False, leaf_node=False, nodes=nodes)

    def platform(name: str, title: str) -> FilterNode:
        prefix = f"device.platform.{name}"
        of = FAMILIES.get(name, ())
        versions = sorted(
            (version, count) for (one, version), count in facets.versions.items() if one in of and version
        )
        unknown = sum(facets.versions[one, ""] for one in of)
        nodes = tuple(
            leaf(f"device.platform#{version}@_fn_@{prefix}.version", version, count, 2) for version, count in versions
        )
        if of:
            nodes = (*nodes, leaf(f"{prefix}.version.unknown", "Unknown version", unknown, 2))
        return FilterNode(
            display_name=title,
            name=prefix,
            value=sum(facets.platforms[one] for one in of),
            level=1,
            checked=prefix in chosen,
            leaf_node=not nodes,
            nodes=nodes,
        )

    managed = {"managed": facets.managed, "unmanaged": facets.unmanaged}
    everybody = facets.managed + facets.unmanaged
    owners = {name: facets.ownerships[owner] for name, owner in OWNERSHIPS.items()}
    titles = {"byod": "BYOD", "corporate": "Corporate", "unknown": "Unknown"}
    detail = (
        group(
            "device.mode",
            "Mode",
            tuple(
                leaf(f"device.mode.{mode}.{name}", f"{title} {name}", 0 if mode == "mam" else count)
                for mode, title in _MODES.items()
                for name, count in managed.items()
            ),
        ),
        group(
            "device.status",
            "Status",
            leaves("device.status", _STATUSES, {"enrollment.program.registered": facets.in_program}),
        ),
        group("device.platform", "Platform", tuple(platform(name, title) for name, title in _PLATFORMS.items())),
        group("device.ownership", "Ownership", leaves("device.ownership", titles, owners)),
        group(
            "device.shared.status",
            "Shared status",
            leaves("device.shared.status", _SHARED, {"not.shareable": everybody}),
        ),
        group("device.inactive.time", "Inactivity time", leaves("device.inactive.time", _PERIODS, facets.inactive)),
        group(
            "device.application.restrictions",
            "App restrictions",
            leaves("device.application.restrictions", _RESTRICTIONS, {}),
        ),
        group(
            "device.issuer.ca",
            "Device certificate issuer CA",
            tuple(leaf(issuer_filter(id), name, facets.groups[name]) for id, name in issuers.items()),
        ),
    )
    known = {node.name: node.display_name for node in _all(detail)}
    selected = tuple(SelectedFilter(display_name=known.get(name, name), name=name) for name in chosen)
    return CurrentFilter(detail=detail, selected_filters=selected)


def _all(nodes: tuple[FilterNode, ...]) -> list[FilterNode]:
    return [one for node in nodes for one in (node, *_all(node.nodes))]
