"""What a notice tells to do about a certificate that ends, has ended, or is not valid yet."""

from __future__ import annotations

from ..components.needs import Need, not_there
from ..consequences.consequences import Reason
from ..consequences.landscape import Landscape
from ..model.component import Component
from ..words import minute


def remedy(need: Need, component: Component | None, certificate_id: int | None) -> str:
    """What to do about an end: put the successor in place if there is one, otherwise renew it."""
    if component is not None and certificate_id and component.certificate_id not in (None, certificate_id):
        return f"Certificate {component.certificate_id} has taken its place here: put it in place there too."
    return need.renewal


def remedy_now(
    need: Need, component: Component | None, certificate_id: int | None, reason: Reason, landscape: Landscape
) -> str:
    """The same where something has stopped for a reason."""
    certificate = landscape.certificates.get(certificate_id or 0)
    if reason is Reason.NOT_YET_VALID and certificate is not None:
        return f"Wait until it is valid, from {minute(certificate.not_before)} UTC on, or bind another."
    if reason is Reason.MISSING and component is not None:
        return not_there(need)
    return remedy(need, component, certificate_id)
