"""The tasks that a replacement opens: what somebody must do elsewhere."""

from __future__ import annotations

from ..model.component import Component
from ..model.site import SiteSettings
from ..model.task import TaskKind
from .needs import BY_ID, Group

SUPPORT_NEEDS = ("mdm-ssl", "gateway-mdm-ssl")


def follow_ups(component: Component, site: SiteSettings) -> tuple[TaskKind, ...]:
    """The tasks to open when a component's certificate is replaced."""
    kinds = []
    need = BY_ID.get(component.need)
    if need is None:
        return ()
    of_gateway = need.group is Group.GATEWAY and need.id != "gateway-ca"
    if site.ssl_offload and (of_gateway or need.id == "mdm-ssl"):
        kinds.append(TaskKind.LOAD_BALANCER)
    if site.migrated and need.id in SUPPORT_NEEDS:
        kinds.append(TaskKind.SUPPORT)
    return tuple(kinds)
