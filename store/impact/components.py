"""Which components use which certificate, and what a replacement means for them."""

from __future__ import annotations

from ..audit import AuditTrail
from ..errors import Refusal
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.documents import from_document, to_document
from ..persistence.table import DocumentTable


def switch(components: list[Component], old: Certificate, new: Certificate) -> list[Component]:
    """The components that used ``old``, as they are once they use ``new``: at once, all of them."""
    return [
        Component(id=component.id, name=component.name, certificate_id=new.id)
        for component in components
        if component.certificate_id == old.id
    ]


class Components:
    """The components of a workspace and their certificates."""

    def __init__(self, table: DocumentTable, certificates: DocumentTable, audit: AuditTrail) -> None:
        self._table = table
        self._certificates = certificates
        self._audit = audit

    def bind(self, name: str, certificate_id: int | None) -> Component:
        """Say which certificate a component uses, inside a transaction; a name not known yet is added."""
        if certificate_id is not None and self._certificates.get(doc_id=certificate_id) is None:
            raise Refusal("not-found", f"there is no certificate {certificate_id}")
        known = self._table.find("name", name)
        document = {"name": name, "certificate_id": certificate_id}
        if known:
            self._table.update(document, doc_ids=[known[0].doc_id])
        id = known[0].doc_id if known else self._table.insert(document)
        uses = "no certificate" if certificate_id is None else f"certificate {certificate_id}"
        self._audit.record("component.bind", f"component:{id}", f"{name} uses {uses}")
        return Component(id=id, name=name, certificate_id=certificate_id)

    def users_of(self, certificate_id: int) -> tuple[str, ...]:
        """The names of the components that use a certificate."""
        return tuple(document["name"] for document in self._table.find("certificate_id", certificate_id))

    def switch(self, old: Certificate, new: Certificate) -> tuple[str, ...]:
        """Let every component that uses ``old`` use ``new``, inside a transaction; the answer names them."""
        using = [from_document(document, Component) for document in self._table.find("certificate_id", old.id)]
        switched = switch(using, old, new)
        for component in switched:
            self._table.update(to_document(component), doc_ids=[component.id])
            self._audit.record(
                "component.switch",
                f"component:{component.id}",
                f"{component.name} uses certificate {new.id} in place of {old.id}",
            )
        return tuple(component.name for component in switched)
