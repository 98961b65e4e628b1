"""Whether the purposes that a certificate names fit what it is used for (RFC 5280, sections 4.2.1.3 and 4.2.1.12).

The components that use it say what that is, and where none does, the use of its entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ..certificates.oid_names import oid_name
from ..components.fitting import PURPOSES, CertificatePurpose
from ..model.certificate import Certificate, UseAs
from ..model.component import Component

ANY = "anyExtendedKeyUsage"


class PurposeRule(Struct, frozen=True):
    """What a purpose asks for: an extended key usage, unless None, and one of these key usages, if any is named.

    ``of_issuers``: the extended key usage of the CAs between limits it too, as the clients of servers have it.
    """

    title: str
    extended: str | None
    usages: tuple[str, ...]
    of_issuers: bool = False


_TLS = ("digitalSignature", "keyEncipherment", "keyAgreement")
_SIGNING = ("digitalSignature", "nonRepudiation")
RULES = {
    CertificatePurpose.TLS_SERVER: PurposeRule("a TLS server", "serverAuth", _TLS, of_issuers=True),
    CertificatePurpose.TLS_CLIENT: PurposeRule("a TLS client", "clientAuth", ("digitalSignature", "keyAgreement")),
    CertificatePurpose.SIGNING: PurposeRule("signing", None, _SIGNING),
    CertificatePurpose.CODE_SIGNING: PurposeRule("signing code", "codeSigning", _SIGNING),
    CertificatePurpose.PUSH_TO_DEVICES: PurposeRule("push", "clientAuth", _TLS),
    CertificatePurpose.PUSH_TO_AN_APP: PurposeRule("push", "clientAuth", _TLS),
}
"""By purpose. The others ask for nothing."""

USES = {
    UseAs.SERVER: CertificatePurpose.TLS_SERVER,
    UseAs.SSL_LISTENER: CertificatePurpose.TLS_SERVER,
    UseAs.SAML: CertificatePurpose.SIGNING,
    UseAs.APNS: CertificatePurpose.PUSH_TO_DEVICES,
    UseAs.DEVICE: CertificatePurpose.TLS_CLIENT,
}
"""By the use of an entry that no component uses."""

_PUSH = (CertificatePurpose.PUSH_TO_DEVICES, CertificatePurpose.PUSH_TO_AN_APP)


def purposes_of(entry: Certificate, using: Iterable[Component]) -> tuple[CertificatePurpose, ...]:
    """What an entry is for: what is asked of it by the components that use it, else by its use.

    Nothing is asked of a CA certificate whose private key is elsewhere: it is there for what it issued.
    """
    if entry.is_ca and not entry.has_private_key:
        return ()
    needs = {component.need for component in using}
    if needs:
        return tuple(purpose for purpose in RULES if purpose in {PURPOSES.get(need) for need in needs})
    return () if entry.is_ca else (USES[entry.use_as],)


def misfits(purpose: CertificatePurpose, chain: Iterable[Certificate]) -> Iterator[tuple[Certificate, str]]:
    """Why a chain, leaf first, can't serve a purpose: the certificate, and a sentence that begins with its name."""
    rule = RULES[purpose]
    leaf, *issuers = chain
    for entry in (leaf, *(issuers if rule.of_issuers else ())):
        usage = entry.extended_key_usage
        is_top = entry is not leaf and entry.is_self_issued  # a root is trusted for what clients say
        if rule.extended is not None and usage and not is_top and not {rule.extended, ANY} & {*usage}:
            yield entry, f"{entry.name} is for {', '.join(map(oid_name, usage))}; {rule.title} needs {rule.extended}"
    if leaf.key_usage and not {*leaf.key_usage} & {*rule.usages}:
        used = ", ".join(leaf.key_usage)
        yield leaf, f"{leaf.name} has the key usage {used}; {rule.title} needs {' or '.join(rule.usages)}"
    if purpose in _PUSH and leaf.topic is None:
        yield leaf, f"{leaf.name} names no push topic in its subject's UID"
