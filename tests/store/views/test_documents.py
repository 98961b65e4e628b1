"""Documents have the types that they are declared with: the OpenAPI pages are made of these."""

from __future__ import annotations

import msgspec

from certfleet.store.model.trust import TrustAnchor
from certfleet.store.views.trust import TrustAnchorDocument, anchor_document
from tests.material import NOW


def test_the_document_of_a_trust_anchor() -> None:
    anchor = TrustAnchor(id=3, up_to_device=12, deployed_at=NOW, deployed_by="ann")
    told = msgspec.json.encode(anchor_document(anchor))
    document = msgspec.json.decode(told, type=TrustAnchorDocument)
    assert (document.certificate_id, document.up_to_device) == (3, 12)
