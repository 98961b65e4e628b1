"""What a certificate is good for: the places of the checklist that it fits and that need one, most urgent first."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..components.fitting import FQDNS, PURPOSES, CertificatePurpose, fit, names_in_use
from ..components.needs import Need, NeedKind
from ..consequences.consequences import Consequence
from ..inventory.replacement import names_of
from ..model.certificate import Certificate, Status, UseAs
from ..model.site import SiteSettings
from .checklist_row import ChecklistRow, Mark

_OPEN = (Mark.MISSING, Status.EXPIRED, Status.CRITICAL, Status.EXPIRING, Status.NOT_YET_VALID)
_FOR = {"saml": UseAs.SAML, "apns": UseAs.APNS, "securemail-apns": UseAs.APNS}


class BindingPlace(Struct, frozen=True, kw_only=True):
    """A component that could use a certificate. ``status`` is that of what it has, or ``missing``; ``mended`` is what
    is stopped or degraded there now and would come back."""

    need: Need
    name: str
    status: str
    mended: tuple[Consequence, ...]
    is_named: bool

    @property
    def takes_a_name(self) -> bool:
        """Whether binding has to ask for a name first."""
        return self.need.several and not self.name


def places_for(entry: Certificate, rows: Iterable[ChecklistRow], site: SiteSettings) -> tuple[BindingPlace, ...]:
    """The places for a certificate: those that have none, or one that has expired or soon will. What the site's host
    names, or those of the certificate in use, say it is for comes first, then what is stopped now."""
    if entry.replaced_by is not None:
        return ()
    found: list[tuple[int, BindingPlace]] = []
    for row in rows:
        if not _is_open(row, entry):
            continue
        rank = fit(row.need, entry, site, row.certificate).rank
        is_named = bool(getattr(site, FQDNS.get(row.need.id, ""), "") or names_in_use(row.need, site, row.certificate))
        if rank == 0 or (rank == 1 and is_named):  # what is doubtful is offered only where the host's name fits
            name = row.component.name if row.component is not None else ""
            found.append(
                (rank, BindingPlace(need=row.need, name=name, status=row.status, mended=row.stopped, is_named=is_named))
            )
    found.sort(key=lambda one: (not one[1].is_named, not one[1].mended, one[1].takes_a_name, one[0]))
    return tuple(place for _, place in found)


def _is_open(row: ChecklistRow, entry: Certificate) -> bool:
    if row.derived or row.worry or row.authority_group or row.need.kind in (NeedKind.PROFILE, NeedKind.CA):
        return False
    wanted = _FOR.get(row.need.id)
    if (wanted is None) is not (entry.use_as not in _FOR.values()) or (wanted is not None and wanted != entry.use_as):
        return False
    if names_of(entry) and PURPOSES.get(row.need.id) in (CertificatePurpose.CODE_SIGNING, CertificatePurpose.APP_KEY):
        return False  # it names a host
    if row.certificate is not None and row.certificate.id == entry.id:
        return False
    return row.status in _OPEN or bool(row.stopped)
