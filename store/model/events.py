"""Events of a transaction that others react to. The table of reactions is in ``store.reactions``.

A use case raises an event inside its transaction; the reactions run there at once and are rolled back with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from .bulk import IdentityType
from .certificate import Certificate
from .component import Component
from .endpoint import Endpoint, EndpointReading
from .notice import Channel


class CertificateImported(Struct, frozen=True):
    """An entry came into the inventory, or another certificate of the same key took its place there."""

    certificate: Certificate


class CertificateUseChanged(Struct, frozen=True):
    """The use of an entry changed."""

    certificate: Certificate


class CertificateReplaced(Struct, frozen=True):
    """An entry was replaced: ``new`` takes over from ``old``, which stays as its history."""

    old: Certificate
    new: Certificate


class CertificateDeleted(Struct, frozen=True):
    """An entry was deleted, with its key and password."""

    certificate: Certificate


class EndpointChecked(Struct, frozen=True):
    """An endpoint was asked what it serves; ``before`` is what it served at the check before, None at the first."""

    endpoint: Endpoint
    before: EndpointReading | None
    reading: EndpointReading


class Doubted(Struct, frozen=True):
    """A change may surprise: one sentence for each reason."""

    sentences: Sequence[str]


class ChangeStarted(Struct, frozen=True):
    """Somebody starts a change that takes days: ``what`` says which."""

    what: str


class RequestCancelled(Struct, frozen=True):
    """A signing request was cancelled."""

    request_id: int


class IdentityCertificatesChanged(Struct, frozen=True):
    """Bulk device certificates for these identities were imported, replaced or deleted."""

    identities: Sequence[tuple[IdentityType, str]]


class ComponentBound(Struct, frozen=True):
    """A component uses something else, or nothing. ``first``: it never used a certificate before. ``said`` describes it
    in a sentence."""

    component: Component
    said: str
    first: bool


class ComponentSwitched(Struct, frozen=True):
    """A component uses ``new`` in place of what it used; its follow-ups are still to be opened. ``shared``: other
    components do so as well."""

    component: Component
    new: Certificate
    shared: bool = False


class ComponentRemoved(Struct, frozen=True):
    """A component was removed. ``said`` describes it in a sentence."""

    component: Component
    said: str


class DevicesImported(Struct, frozen=True):
    """An export of devices was taken in, and changed something."""

    import_id: int


class ChannelConfigured(Struct, frozen=True):
    """Notices go out by a channel from now on, or to another address than before."""

    channel: Channel


class FollowUpsDone(Struct, frozen=True):
    """The last follow-up of a component was marked as done."""

    component_id: int


Event = (
    CertificateImported
    | CertificateUseChanged
    | CertificateReplaced
    | CertificateDeleted
    | Doubted
    | ChangeStarted
    | RequestCancelled
    | IdentityCertificatesChanged
    | ComponentBound
    | ComponentSwitched
    | ComponentRemoved
    | DevicesImported
    | ChannelConfigured
    | FollowUpsDone
    | EndpointChecked
)


class Reaction(Struct, frozen=True):
    """The result of reactions for the caller: the names of what ``switched``, and ``notes``, one sentence each."""

    switched: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Tell = Callable[[Event], Reaction]
"""Raises an event, inside the transaction in which it happened."""
