"""The requests of devices: signing requests, certificates, signatures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Meta

from ...store.authorities.requests import read_request
from ...store.certificates.reading import read_certificates
from ...store.devices.results import Enrollment, Visit
from ...store.errors import Refusal
from ...store.model.device import DeviceIdentity, EnrollmentKind, Platform
from ...store.views.platforms import PLATFORMS
from ...store.workspace import Workspace
from ..product.loose_json import read_object
from ..product.request_fields import Text, words_of
from ..product.uploads import upload_of
from ..server.bodies import HttpRequest, content_type, whole
from ..server.calls import Body, Brought
from ..server.reading import read_by

LONGEST_PEM = 64 * 1024  # characters; a request over an RSA key of 16384 bits takes 4 kB

Pem = Annotated[str, Meta(max_length=LONGEST_PEM)]
Base64 = Annotated[str, Meta(max_length=LONGEST_PEM, extra_json_schema={"contentEncoding": "base64"})]
AnyPlatform = Annotated[Platform, read_by(words_of(Platform, ipados="ios", osx="macos"))]
AnyEnrollmentKind = Annotated[EnrollmentKind, read_by(words_of(EnrollmentKind))]


class NewDevice(Body, kw_only=True):
    """A device that has not enrolled yet."""

    platform: AnyPlatform
    serial_number: Annotated[Text, Meta(description="Needed unless enrollment_kind is user.")] = None
    imei: Text = None
    meid: Text = None
    udid: Text = None
    android_id: Text = None
    windows_device_id: Text = None
    enrollment_id: Annotated[
        Text, Meta(description="Of a device enrolled by its user, in place of all other identities.")
    ] = None
    enrollment_kind: AnyEnrollmentKind | None = None
    model: Text = None
    os_version: Text = None
    owner: Annotated[Text, Meta(description="Its user's name.")] = None
    upn: Annotated[Text, Meta(description="Its user's principal name.")] = None

    def identity(self) -> DeviceIdentity:
        """Its identities."""
        return DeviceIdentity(
            platform=self.platform,
            serial_number=self.serial_number or "",
            maker="Apple" if self.platform in (Platform.IOS, Platform.MACOS) else "",
            model=self.model or "",
            os_name=PLATFORMS[self.platform],
            os_version=self.os_version or "",
            imei=self.imei or None,
            meid=self.meid or None,
            udid=self.udid or None,
            android_id=self.android_id or None,
            windows_device_id=self.windows_device_id or None,
            enrollment_id=self.enrollment_id or None,
        )


class RenewalReply(Body, kw_only=True):
    """A device's answer to a renewal: a request over a new key, its DER signed by the current key, or *not now*."""

    csr: Pem | None = None
    signature: Base64 | None = None
    answer: Literal["certificate", "not now", "error", "no answer"] = "certificate"
    reason: Text = None


class CheckIn(Body, kw_only=True):
    """A device's check-in: its certificate (PEM, or base64 of DER), the server's challenge, and its signature over the
    challenge (ECDSA or PKCS #1 v1.5 with SHA-256, or Ed25519). Challenge and signature are base64."""

    certificate: Pem
    challenge: Base64
    signature: Base64
    renewal: RenewalReply | None = None


CSR_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"csr": {"type": "string"}}, "required": ["csr"]},
        },
        "application/pkcs10": {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"csr": {"type": "string", "format": "binary"}},
                "required": ["csr"],
            }
        },
    },
}


@asynccontextmanager
async def _csr(request: HttpRequest) -> AsyncIterator[bytes]:
    kind = content_type(request)
    if kind == "multipart/form-data":
        async with upload_of(request) as upload:
            yield upload.data() if upload.files else (upload.text("csr") or "").encode("utf-8", "replace")
        return
    data = await whole(request)
    if len(data) > LONGEST_PEM:
        raise Refusal("file-too-large", f"a signing request has at most {LONGEST_PEM // 1024} kB")
    yield _in_json(data) if kind.endswith("json") else data


def _in_json(data: bytes) -> bytes:
    try:
        said = read_object(data.decode("utf-8-sig")).get("csr")
    except UnicodeDecodeError:
        raise Refusal("json-invalid", "the body is not text in UTF-8") from None
    if not isinstance(said, str):
        raise Refusal("request-invalid", "csr: a text is expected")
    return said.encode("utf-8", "replace")


SigningRequest = Annotated[bytes, Brought(_csr)]
"""A PKCS #10 request: as the body, as a part ``csr``, or in JSON."""


def certificate_der(text: str) -> bytes:
    """The first certificate in a text: PEM, or base64 of DER. Refuses as ``read_certificates`` does."""
    data = text.encode("utf-8", "replace")
    return read_certificates(data if b"-----" in data else decoded("certificate", text)).certificates[0].der


def decoded(name: str, text: str) -> bytes:
    """Decode base64, standard or URL-safe. Refuses with ``request-invalid``."""
    try:
        return base64.b64decode("".join(text.split()).translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("request-invalid", f"{name}: base64 is expected") from None


def answer_renewal(workspace: Workspace, visit: Visit, said: RenewalReply) -> Enrollment | None:
    """Process a device's answer; None if it gets no certificate. Refuses as ``Devices.renew_certificate`` does."""
    match said.answer:
        case "not now":
            workspace.devices.answer_not_now(visit)
        case "error":
            workspace.devices.answer_error(visit, said.reason or "")
        case "no answer":
            workspace.devices.no_answer(visit)
        case _:
            if said.csr is None or said.signature is None:
                raise Refusal("request-invalid", "renewal: csr and signature are expected")
            request = read_request(said.csr.encode("utf-8", "replace"))[0].public_bytes(Encoding.DER)
            return workspace.devices.renew_certificate(visit, request, decoded("signature", said.signature))
    return None
