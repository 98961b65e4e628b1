"""The notices of what has stopped: one for each certificate to blame."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from ..components.capabilities import CAPABILITIES, Capability
from ..components.naming import name_in_sentence
from ..components.needs import BY_ID, DEVICE_CA
from ..consequences.consequences import REASONS, Reason
from ..consequences.landscape import Landscape
from ..model.interruption import Interruption
from ..model.notice import Urgency
from .due import Due
from .remedies import remedy_now


def stopped_notices(began: Iterable[Interruption], landscape: Landscape) -> list[Due]:
    """One notice for each certificate that has stopped something."""
    found = []

    def together(one: Interruption) -> tuple[str, int, int, int, str, datetime]:
        return (
            one.need,
            one.component_id or 0,
            one.certificate_id or 0,
            one.profile_id or 0,
            one.reason,
            one.since,
        )

    for (need_id, component_id, certificate_id, profile_id, reason, since), group in groupby(
        sorted(began, key=together), key=together
    ):
        need, some = BY_ID[need_id], list(group)
        component = next((one for one in landscape.components if one.id == component_id), None)
        what = need.title if component is None else name_in_sentence(component)
        if component is None and certificate_id in landscape.certificates:
            what = f"CA certificate {landscape.certificates[certificate_id].name}"
        stopped = ", ".join(dict.fromkeys(CAPABILITIES[Capability(one.capability)] for one in some))
        record = f"component:{component_id}"  # a missing certificate has nothing else
        if need is DEVICE_CA:
            record = f"authority-group:{landscape.groups[-1].id}"
        elif certificate_id or profile_id:
            record = f"certificate:{certificate_id}" if certificate_id else f"profile:{profile_id}"
        found.append(
            Due(
                at=since,
                key=f"stopped:{need_id}:{component_id}:{certificate_id or profile_id}:{reason}:{since:%Y%m%dT%H%M%S}",
                kind="capability-stopped",
                record=record,
                title=f"The {what} {REASONS[Reason(reason)]}",
                text=f"Stopped or degraded since: {stopped}. "
                + remedy_now(need, component, certificate_id, Reason(reason), landscape),
                urgency=Urgency.URGENT,
            )
        )
    return found
