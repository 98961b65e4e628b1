"""How consequences are spoken of: what is stopped or degraded, for whom, and which certificate is to blame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..store.impact.checklist import ChecklistRow, Mark
from ..store.impact.consequences import Consequence, Reason
from ..store.impact.needs import BY_ID, GROUPS, Group, Level, Need
from ..store.model.certificate import Status
from ..store.model.device import Platform
from ..store.views.platforms import PLATFORMS
from .frame.tables import Cell
from .phrases import STYLES

LEVEL_STYLES = {Level.FINE: "green", Level.DEGRADED: "yellow", Level.STOPPED: "bold red"}
MARK_STYLES = {Mark.MISSING: "red", Mark.NOT_USED: "dim", Mark.MANAGED: "green"}
ENDED = {
    Reason.EXPIRED: "has expired",
    Reason.CHAIN_EXPIRED: "has expired",
    Reason.NOT_YET_VALID: "is not valid yet",
    Reason.MISSING: "is missing",
    Reason.REVOKED: "has been revoked",
}


def standing_cell(row: ChecklistRow) -> Cell:
    """The status of a row of the checklist, coloured where colours are."""
    return Cell(row.status, MARK_STYLES[Mark(row.status)] if row.status in set(Mark) else STYLES[Status(row.status)])


def level_cell(level: Level) -> Cell:
    """How much is left of a capability, coloured where colours are."""
    return Cell(level.value, LEVEL_STYLES[level])


def platform_names(platforms: Iterable[Platform]) -> str:
    """``iOS, macOS``; ``all`` for every one."""
    concerned = set(platforms)
    return "all" if concerned == set(Platform) else ", ".join(PLATFORMS[one] for one in Platform if one in concerned)


def need_title(need: Need, name: str) -> str:
    """``Provisioning profile com.company.mail``."""
    return name if name and need.id == "other" else f"{need.title} {name}".strip()


def placed_title(need: Need, name: str) -> str:
    """The same, where the title alone doesn't say which part of the deployment it is in."""
    return f"{GROUPS[need.group]}'s {need_title(need, name)}" if need.group is Group.GATEWAY else need_title(need, name)


def cause(one: Consequence, names: Mapping[int, str]) -> str:
    """``SSL certificate for the MDM FQDN (#1 mdm.example.com) has expired``; ``names`` are those of certificates."""
    derived = one.component_id is None and one.certificate_id is not None
    what = f"CA certificate {one.name}" if derived else placed_title(BY_ID[one.need], one.name)
    if one.certificate_id is not None:
        name = names.get(one.certificate_id, "")
        what += f" (#{one.certificate_id})" if name in ("", one.name) else f" (#{one.certificate_id} {name})"
    elif one.profile_id is not None:
        what += f" (profile #{one.profile_id})"
    return f"{what} {ENDED[one.reason]}"
