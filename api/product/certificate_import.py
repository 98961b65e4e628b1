"""Importing certificates and keystores, under the product's paths."""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter, Response

from ...store.workspace import Workspace
from ..server.answers import answer
from ..server.session import OpenWorkspace, SignedIn, changes, token_needed
from .certificate_fields import CertificatesImported, import_shape
from .import_sources import IMPORT_BODY, conflict_of, source_of, use_of
from .uploads import Upload, Uploaded

router = APIRouter(
    prefix="/certificates/import", tags=["certificates"], route_class=SignedIn, dependencies=[token_needed]
)
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


@router.post("/certificate/{use}", **IMPORT)
def import_certificate(workspace: OpenWorkspace, use: CertificateUse, upload: Uploaded) -> Response:
    """Import a certificate or a whole chain: PEM, DER or PKCS #7, with its private key if there is one. Every
    certificate gets an entry; one that is already in the inventory is reused."""
    return _import(workspace, upload, use, "certificate")


@router.post("/keystore/{use}", **IMPORT)
def import_keystore(workspace: OpenWorkspace, use: KeystoreUse, upload: Uploaded) -> Response:
    """Import one entry of a keystore (PKCS #12, JKS or JCEKS) with its chain. The answer lists what else was in the
    file. The password is kept, encrypted."""
    return _import(workspace, upload, use, "keystore")


def _import(workspace: Workspace, upload: Upload, use: str, upload_type: str) -> Response:
    wanted = use_of(upload, use)
    source = source_of(upload, upload_type=upload_type)
    result = workspace.inventory.import_from(
        source, use_as=wanted, description=upload.text("description") or "", on_conflict=conflict_of(upload)
    )
    return answer(CertificatesImported, **import_shape(workspace, result))
