"""Signing requests and self-signed certificates, as the product makes them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ...store.errors import Refusal
from ...store.inventory.self_signed import self_signed
from ...store.model.certificate import UseAs
from ...store.model.request import KeySpec
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, answer
from ..server.bodies import HttpRequest
from ..server.calls import Body, Calls
from ..server.session import changes
from ..server.surfaces import PRODUCT
from .certificate_fields import CertificateAnswer, CertificatesImported, import_shape
from .import_sources import USES
from .request_fields import Words, YesNo

calls = Calls(PRODUCT, "/certificates", tag="certificates")

_KEYS = {"2048": KeySpec.RSA_2048, "3072": KeySpec.RSA_3072, "4096": KeySpec.RSA_4096}
_USES = {"none": UseAs.SERVER, "": UseAs.SERVER, **USES}
_ATTRIBUTES = (
    ("CN", "commonName"),
    ("OU", "orgUnit"),
    ("O", "org"),
    ("L", "locality"),
    ("ST", "state"),
    ("C", "country"),
)
Number = Annotated[int | str, Meta(description="A number, which may be a text.")]


class RequestedName(Body, kw_only=True):
    """The subject. ``description`` is that of the entry."""

    commonName: Words
    description: Words = ""
    orgUnit: Words = ""
    org: Words = ""
    locality: Words = ""
    state: Words = ""
    country: Words = ""
    isSelfSign: YesNo = False

    def subject(self) -> str:
        """As RFC 4514 writes it."""
        said = ((kind, getattr(self, name).strip()) for kind, name in _ATTRIBUTES)
        return ",".join(f"{kind}={_escaped(value)}" for kind, value in said if value)


class CertificateRequest(Body, kw_only=True):
    """What is asked for: a signing request, or a certificate that signs itself."""

    csrRequest: RequestedName
    isSelfSign: YesNo = False
    validDays: Number = "365"
    keyLength: Number = "2048"
    useAs: Literal["none", "", "server", "saml", "apns", "listener"] = "none"


@calls.post("/csr", changes(CertificateAnswer, "request.create"))
def make_request(workspace: Workspace, wanted: CertificateRequest) -> HttpAnswer:
    """Make a signing request over a new key, which stays in the vault: `csrRequest` has it, as PEM. With `isSelfSign`
    a certificate that signs itself is made and imported."""
    return _made(workspace, wanted)


@calls.get("/csr", changes(CertificateAnswer, "request.create"))
def make_request_by_get(request: HttpRequest, workspace: Workspace, wanted: CertificateRequest) -> HttpAnswer:
    """The same, as the product documents it: a GET with a body."""
    return answer(CertificateAnswer) if request.method == "HEAD" else _made(workspace, wanted)


def _made(workspace: Workspace, wanted: CertificateRequest) -> HttpAnswer:
    name, use_as = wanted.csrRequest, _USES[wanted.useAs]
    key = _KEYS.get(str(wanted.keyLength).strip())
    if key is None:
        raise Refusal("request-invalid", f"keyLength: a key has {', '.join(_KEYS)} bits here")
    if not (wanted.isSelfSign or name.isSelfSign):
        made = workspace.requests.create(subject=name.subject(), key=key, use_as=use_as, description=name.description)
        return answer(CertificateAnswer, csrId=made.id, csrRequest=workspace.requests.pem(made.id).decode("ascii"))
    days = str(wanted.validDays).strip()
    if not (days.isascii() and days.isdigit() and len(days) < 6):
        raise Refusal("request-invalid", "validDays: a number is expected")
    source = self_signed(name.subject(), days=int(days), key=key, use_as=use_as, now=workspace.now())
    result = workspace.inventory.import_from(source, use_as=use_as, description=name.description)
    return answer(CertificatesImported, **import_shape(workspace, result))


def _escaped(value: str) -> str:
    """RFC 4514, 2.4."""
    text = "".join(f"\\{letter}" if letter in ',+"\\<>;=' else letter for letter in value)
    return f"\\{text}" if text.startswith("#") else text
