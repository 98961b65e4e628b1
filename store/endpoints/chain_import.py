"""Importing the chain that an endpoint serves, and binding it to the endpoint's need."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from ..errors import Refusal
from ..inventory.exporting import to_pem
from ..inventory.inventory import Inventory
from ..inventory.sources import CertificateSource, ImportResult, OnConflict
from ..model.component import Component
from ..model.endpoint import AddressReading
from ..use_cases import Context, UseCases
from ..words import plural
from .endpoints import Endpoints


class EndpointImport(Struct, frozen=True, kw_only=True):
    """The result: the import's own, and the component that the leaf is bound to now, None without a need."""

    result: ImportResult
    certificate_id: int
    component: Component | None = None


class EndpointImports(UseCases):
    """Takes what an endpoint serves into the inventory. ``bind`` is that of the components."""

    def __init__(
        self,
        context: Context,
        *,
        endpoints: Endpoints,
        inventory: Inventory,
        bind: Callable[[str, int, str], Component],
    ) -> None:
        super().__init__(context)
        self._endpoints, self._inventory, self._bind = endpoints, inventory, bind

    def import_chain(
        self, id: int, *, address: str | None = None, on_conflict: OnConflict = OnConflict.FAIL
    ) -> EndpointImport:
        """Import the chain that an endpoint served at its last check, and bind its leaf to the endpoint's need, all or
        nothing. ``address`` chooses between addresses that serve different certificates.

        Certificates that are sent beside the chain are left out, and the result says so. Refuses with
        ``endpoint-unknown``, ``endpoint-serves-nothing``, ``endpoint-differs``, ``address-unknown``, and as the import
        and the binding do.
        """
        with self._database.transaction():
            endpoint = self._endpoints.get(id)
            reading = self._endpoints.reading(id)
            chosen = _chosen(endpoint.title, () if reading is None else reading.addresses, address)
            source = CertificateSource(data=self._pem(chosen.path), name=endpoint.title)
            result = self._inventory.import_from(source, on_conflict=on_conflict)
            if others := len(set(chosen.chain) - set(chosen.path)):
                said = f"{plural(others, 'certificate')} that the endpoint sends beside the chain was left out"
                result = replace(result, notes=(*result.notes, said))
            leaf = next(one for one in (*result.imported, *result.linked) if one.fingerprint_sha256 == chosen.chain[0])
            component = None if endpoint.need is None else self._bind(endpoint.need, leaf.id, endpoint.name)
            self._audit.record(
                "endpoint.import", f"endpoint:{id}", f"the chain that {endpoint.title} serves was imported: {leaf.name}"
            )
        return EndpointImport(result=result, certificate_id=leaf.id, component=component)

    def _pem(self, fingerprints: Iterable[str]) -> bytes:
        found = (self._endpoints.tables.der(one) for one in fingerprints)
        return b"".join(to_pem(der) for der in found if der is not None)


def _chosen(title: str, addresses: Iterable[AddressReading], wanted: str | None) -> AddressReading:
    serving = [one for one in addresses if one.chain]
    if not serving:
        raise Refusal(
            "endpoint-serves-nothing",
            f"{title} served no certificate at its last check, or was never checked",
            "`certfleet endpoint check` asks it.",
        )
    if wanted is not None:
        found = next((one for one in serving if one.address == wanted), None)
        if found is None:
            known = ", ".join(one.address for one in serving)
            raise Refusal("address-unknown", f"{title} served no certificate at {wanted}", f"It did at {known}.")
        return found
    if len({one.chain[0] for one in serving}) > 1:
        raise Refusal(
            "endpoint-differs",
            f"the addresses of {title} serve different certificates",
            "Choose one with --address; `certfleet endpoint show` lists them.",
        )
    return serving[0]
