"""Importing certificates and keystores, under the product's paths."""

from __future__ import annotations

from enum import StrEnum

from ...store.apns.apns_check import ApnsCheck
from ...store.inventory.sources import KeystoreSource
from ...store.model.certificate import UseAs
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, answer
from ..server.calls import Calls
from ..server.session import changes
from ..server.surfaces import PRODUCT
from .certificate_fields import CertificateAnswer, CertificatesImported, import_shape
from .import_sources import IMPORT_BODY, conflict_of, source_of, use_of
from .uploads import Upload, Uploaded

calls = Calls(PRODUCT, "/certificates/import", tag="certificates")
IMPORT = changes(CertificatesImported, "certificate.import", 404, 409, requestBody=IMPORT_BODY)


class CertificateUse(StrEnum):
    """The uses of a bare certificate."""

    SERVER = "server"
    SAML = "saml"
    LISTENER = "listener"


class KeystoreUse(StrEnum):
    """The uses of a keystore. ``device`` is the bulk upload, which has its own path."""

    SERVER = "server"
    SAML = "saml"
    APNS = "apns"
    LISTENER = "listener"


@calls.post("/certificate/{use}", IMPORT)
def import_certificate(workspace: Workspace, use: CertificateUse, upload: Uploaded) -> HttpAnswer:
    """Import a certificate or a whole chain: PEM, DER or PKCS #7, with its private key if there is one. Every
    certificate gets an entry; one that is already in the inventory is reused."""
    return _import(workspace, upload, use, "certificate")


@calls.post("/keystore/{use}", IMPORT)
def import_keystore(workspace: Workspace, use: KeystoreUse, upload: Uploaded) -> HttpAnswer:
    """Import one entry of a keystore (PKCS #12, JKS or JCEKS) with its chain. The answer lists what else was in the
    file. The password is kept, encrypted. For APNs, `apnsCheckObj` says what is wrong in place of the certificate in
    use, and with `"checkTopicName": true` nothing is imported."""
    return _import(workspace, upload, use, "keystore")


def _import(workspace: Workspace, upload: Upload, use: str, upload_type: str) -> HttpAnswer:
    wanted = use_of(upload, use)
    source = source_of(upload, upload_type=upload_type)
    checked = None
    if wanted is UseAs.APNS and isinstance(source, KeystoreSource):
        checked = workspace.apns.check(source)
        if upload.said.get("checkTopicName") in (True, "true"):
            return answer(CertificateAnswer, apnsCheck=checked, apnsCheckObj=checked)
    result = workspace.inventory.import_from(
        source, use_as=wanted, description=upload.text("description") or "", on_conflict=conflict_of(upload)
    )
    checked = checked or ApnsCheck()
    return answer(CertificatesImported, apnsCheck=checked, apnsCheckObj=checked, **import_shape(workspace, result))
