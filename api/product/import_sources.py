"""The certificate or keystore of an import, from a multipart request."""

from __future__ import annotations

from typing import Any

from ...store.errors import Refusal
from ...store.inventory.sources import CertificateSource, KeystoreSource, OnConflict
from ...store.keystores.keystore_type import KeystoreType
from ...store.keystores.reading import keystore_kind
from ...store.model.certificate import UseAs
from ..server.answers import snake_name
from .uploads import Upload, body

USES = {"server": UseAs.SERVER, "saml": UseAs.SAML, "apns": UseAs.APNS, "listener": UseAs.SSL_LISTENER}
_ALSO = {"ssllistener": "listener", "apn": "apns", "device": "device", "none": "server"}

PROPERTIES: dict[str, Any] = {
    "alias": {"type": "string", "description": "The entry of a keystore; empty takes the first."},
    "useAs": {"type": "string", "description": "As the path says it; may be left out."},
    "uploadType": {"type": "string", "description": "certificate or keystore, as the path says it."},
    "keystoreType": {"type": "string", "description": "PKCS12, JKS or JCEKS; the file itself decides."},
    "password": {"type": "string", "description": "The keystore's, or that of the private key file."},
    "keyPassword": {"type": "string", "description": "That of the entry's key, where it has its own."},
    "description": {"type": "string", "maxLength": 1000},
    "checkTopicName": {"type": "boolean", "description": "APNs: check only, import nothing."},
    "onConflict": {"type": "string", "enum": [choice.value for choice in OnConflict]},
}
IMPORT_BODY_OF_OURS = body(
    {snake_name(name): said for name, said in PROPERTIES.items() if name != "uploadType"},
    file="The certificate or the keystore; a part `private_key` may come along.",
)
IMPORT_BODY = body(PROPERTIES, file="The certificate or the keystore; a part `privateKeyFile` may come along.")


def source_of(upload: Upload, *, upload_type: str | None = None) -> CertificateSource | KeystoreSource:
    """The certificate or the keystore in a request. ``upload_type`` None lets the file decide.

    Refuses with ``file-missing``, ``upload-type-differs``, ``keystore-unsupported``, and as the file can't be read.
    """
    said = (upload.word("uploadType") or "").lower()
    if upload_type is not None and said not in ("", upload_type):
        raise Refusal("upload-type-differs", f"the path is for a {upload_type}, and uploadType says {said[:40]!r}")
    data = upload.data(most=2)
    kind = keystore_type(upload)
    if (upload_type or said or ("keystore" if kind or keystore_kind(data) else "certificate")) == "keystore":
        upload.refuse_more_than(1)
        return KeystoreSource(
            data=data,
            name=upload.name,
            type=kind,
            password=upload.text("password"),
            key_password=upload.text("keyPassword"),
            alias=upload.word("alias"),
        )
    key_password = upload.text("keyPassword", "password")
    key = upload.key()
    return CertificateSource(
        data=data, name=upload.name, key=key, key_password=None if key is None else key_password or None
    )


def use_of(upload: Upload, path: str) -> UseAs:
    """The use, which the path determines. Refuses with ``use-as-differs`` if the JSON says otherwise."""
    said = "".join(filter(str.isalnum, (upload.word("useAs") or "").lower()))
    said = _ALSO.get(said, said)
    if said not in ("", path):
        raise Refusal("use-as-differs", f"the path says {path}, and useAs says {said[:40]!r}")
    return USES[path]


def use_said(upload: Upload) -> UseAs:
    """The use that a request names, by default ``server``. Refuses with ``request-invalid``."""
    said = (upload.word("useAs") or UseAs.SERVER.value).lower()
    if said not in USES.values():
        raise Refusal("request-invalid", f"use_as: {said[:40]!r} is none of {', '.join(USES.values())}")
    return UseAs(said)


def conflict_of(upload: Upload) -> OnConflict:
    """The choice for an existing entry of the same key pair. Refuses with ``request-invalid``."""
    said = (upload.word("onConflict") or OnConflict.FAIL.value).lower()
    if said not in list(OnConflict):
        raise Refusal("request-invalid", f"onConflict: {said[:40]!r} is none of {', '.join(OnConflict)}")
    return OnConflict(said)


def keystore_type(upload: Upload) -> KeystoreType | None:
    """The keystore type that the request names. Refuses with ``keystore-unsupported``."""
    said = (upload.word("keystoreType") or "").lower().replace("#", "").replace(" ", "")
    if said in ("", "auto"):
        return None
    if said not in list(KeystoreType):
        raise Refusal(
            "keystore-unsupported", f"there is no keystore type {said[:40]!r} here", "It is PKCS12, JKS or JCEKS."
        )
    return KeystoreType(said)
