"""Whether a certificate fits a need: what can't work there is refused, and doubts are reported.

It checks for a private key, a CA certificate, the purpose (extended key usage, RFC 5280 section 4.2.1.12), the host
name (RFC 9525), and the topic of a push certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from ..certificates.oid_names import oid_name
from ..errors import Refusal
from ..inventory.replacement import covered, names_of
from ..model.certificate import Certificate
from ..model.push_topic import is_management_topic
from ..model.site import SiteSettings
from .needs import Need, NeedKind


class CertificatePurpose(Enum):
    """The purpose for which a need uses a certificate."""

    TLS_SERVER = auto()
    SIGNING = auto()
    PUSH_TO_DEVICES = auto()
    PUSH_TO_AN_APP = auto()
    TLS_CLIENT = auto()
    CODE_SIGNING = auto()
    APP_KEY = auto()
    ANYTHING = auto()


PURPOSES = {
    "mdm-ssl": CertificatePurpose.TLS_SERVER,
    "saml": CertificatePurpose.SIGNING,
    "apns": CertificatePurpose.PUSH_TO_DEVICES,
    "securemail-apns": CertificatePurpose.PUSH_TO_AN_APP,
    "pki-user": CertificatePurpose.TLS_CLIENT,
    "client-authentication": CertificatePurpose.TLS_CLIENT,
    "apple-developer": CertificatePurpose.CODE_SIGNING,
    "android-keystore": CertificatePurpose.APP_KEY,
    "gateway-mdm-ssl": CertificatePurpose.TLS_SERVER,
    "gateway-ssl": CertificatePurpose.TLS_SERVER,
    "gateway-szc-ssl": CertificatePurpose.TLS_SERVER,
    "gateway-exchange-ssl": CertificatePurpose.TLS_SERVER,
    "gateway-storefront-ssl": CertificatePurpose.TLS_SERVER,
}
"""By need; other needs accept any certificate of their kind."""

FQDNS = {"mdm-ssl": "mdm_fqdn", "gateway-mdm-ssl": "mdm_fqdn", "gateway-ssl": "gateway_fqdn"}
"""The site's setting that has the name which clients connect to, by need."""

_HOSTS = (CertificatePurpose.TLS_SERVER, CertificatePurpose.ANYTHING)
_NAMES = 3
_EXTENDED_KEY_USAGE = {
    CertificatePurpose.TLS_SERVER: ("serverAuth", "a TLS server"),
    CertificatePurpose.TLS_CLIENT: ("clientAuth", "a TLS client"),
    CertificatePurpose.CODE_SIGNING: ("codeSigning", "signing code"),
}
_ANY = "anyExtendedKeyUsage"
_TLS = ("serverAuth", "clientAuth")
_OTHER = "Pick another one; `certfleet component candidates` lists what fits."
_PUSH = (CertificatePurpose.PUSH_TO_DEVICES, CertificatePurpose.PUSH_TO_AN_APP)


class Fit(NamedTuple):
    """How a certificate fits a need: the refusal if it can't work, and the doubts as sentences. ``is_named``: it covers
    the host name that clients connect to, as far as the site's settings give it. ``is_complete``: the chain that
    clients are shown leads to a root."""

    refusal: Refusal | None = None
    doubts: tuple[str, ...] = ()
    is_named: bool = True
    is_complete: bool = True

    @property
    def rank(self) -> int:
        """The best fit comes first: 0 without doubts, 1 with doubts, 2 for another name, 3 if it can't work."""
        if self.refusal is not None:
            return 3
        return 2 if not self.is_named else 1 if self.doubts else 0


def fit(
    need: Need,
    certificate: Certificate,
    site: SiteSettings,
    present: Certificate | None = None,
    *,
    chain: str | None = None,
) -> Fit:
    """How a certificate fits a need at a site. ``present`` is the one in use there: where the settings don't say which
    name clients connect to, they connect to one of its names. ``chain`` is the doubt about the chain that it is shown
    with."""
    refusal = fits(need, certificate)
    if refusal is not None:
        return Fit(refusal)
    other, is_named = name_doubt(need, certificate, site), True
    if other is not None:
        is_named = False
    elif (names := names_in_use(need, site, present)) and (lost := not_covered(names, certificate)):
        other = f"it is not for {_told(lost)}, as the one in use is: {_own(certificate)}"
        is_named = lost != names or any(covered(name, names) for name in names_of(certificate))
    doubts = (doubt for doubt in (other, chain) if doubt is not None)
    return Fit(None, (*doubts, *_doubts(need, certificate)), is_named, chain is None)


def names_in_use(need: Need, site: SiteSettings, present: Certificate | None) -> tuple[str, ...]:
    """The names of the certificate that clients are served now, of a need that is about a host whose name no setting
    gives. They look like ``DNS:mdm.example.com``."""
    is_host = PURPOSES.get(need.id, CertificatePurpose.ANYTHING) in _HOSTS and need.kind is not NeedKind.CA
    is_given = bool(getattr(site, FQDNS.get(need.id, ""), ""))
    return () if present is None or not is_host or is_given else names_of(present)


def not_covered(names: Iterable[str], certificate: Certificate) -> tuple[str, ...]:
    """Those of ``names`` that a certificate doesn't cover."""
    return tuple(name for name in names if not covered(name, names_of(certificate)))


def name_doubt(need: Need, certificate: Certificate, site: SiteSettings) -> str | None:
    """The doubt about a certificate that is not for the name that clients connect to. None without a setting for the
    name.

    Subject alternative names count; the common name only if there are none, as older clients did.
    """
    fqdn = getattr(site, FQDNS.get(need.id, ""), "")
    if not fqdn or covered(f"DNS:{fqdn}", names_of(certificate)):
        return None
    return f"it is not for {fqdn}: {_own(certificate)}"


def _own(certificate: Certificate) -> str:
    told = _told(names_of(certificate))
    return f"it names {told}" if told else "it names no host"


def _told(names: Sequence[str]) -> str:
    own = [name.removeprefix("DNS:") for name in names]
    return ", ".join(own[:_NAMES]) + (f" and {len(own) - _NAMES:,} more" if len(own) > _NAMES else "")


def fits(need: Need, certificate: Certificate) -> Refusal | None:
    """The refusal of a certificate that can't be bound to a need; None if it can.

    ``certificate-replaced``, ``profile-needed``, ``not-a-ca``, ``no-private-key``, ``push-topic-missing``,
    ``push-topic-of-an-app``, ``push-topic-of-devices``, ``push-certificate``, ``is-a-ca`` or ``wrong-purpose``.
    """
    title = f"certificate {certificate.id} ({certificate.name})"
    if certificate.replaced_by is not None:
        successor = certificate.replaced_by
        return Refusal("certificate-replaced", f"{title} has been replaced by {successor}", f"Bind {successor}.")
    match need.kind:
        case NeedKind.PROFILE:
            said = f"{need.title} takes a provisioning profile"
            return Refusal("profile-needed", said, "Import the .mobileprovision file.")
        case NeedKind.CA:
            return None if certificate.is_ca else Refusal("not-a-ca", f"{title} is not a CA certificate", _OTHER)
        case NeedKind.WITH_KEY if not certificate.has_private_key:
            said = f"{title} has no private key here, and {need.title} needs it"
            return Refusal("no-private-key", said, "Import its keystore, or the key beside the certificate.")
    return _of_purpose(PURPOSES.get(need.id, CertificatePurpose.ANYTHING), certificate, title)


def _of_purpose(purpose: CertificatePurpose, certificate: Certificate, title: str) -> Refusal | None:
    if purpose is CertificatePurpose.ANYTHING:
        return None
    topic = certificate.topic
    if purpose in _PUSH:
        return no_topic(title) if topic is None else _of_topic(purpose, topic, title)
    if topic is not None:
        return Refusal("push-certificate", f"{title} is a push certificate, of the topic {topic}", _OTHER)
    if certificate.is_ca and not certificate.has_private_key:
        return Refusal(
            "is-a-ca", f"{title} is a CA certificate without its key: nothing can prove itself by it", _OTHER
        )
    usage = certificate.extended_key_usage
    if not usage or _ANY in usage:
        return None
    if purpose is CertificatePurpose.APP_KEY:
        wrong = any(one in usage for one in _TLS)
        return Refusal("wrong-purpose", f"{title} is for TLS, not for signing apps", _OTHER) if wrong else None
    needed, words = _EXTENDED_KEY_USAGE.get(purpose, ("", ""))
    if needed and needed not in usage:
        return Refusal(
            "wrong-purpose", f"{title} is not for {words}: its purpose is {', '.join(map(oid_name, usage))}", _OTHER
        )
    return None


def no_topic(title: str) -> Refusal:
    """The refusal of a push certificate without a topic; ``title`` begins the sentence."""
    said = f"{title} names no topic in its subject's UID"
    hint = "A push certificate does: take the one that Apple's portal issued, not the vendor's."
    return Refusal("push-topic-missing", said, hint)


def _of_topic(purpose: CertificatePurpose, topic: str, title: str) -> Refusal | None:
    if purpose is CertificatePurpose.PUSH_TO_DEVICES and not is_management_topic(topic):
        said = f"{title} pushes to the app {topic}, not to devices"
        return Refusal("push-topic-of-an-app", said, _OTHER)
    if purpose is CertificatePurpose.PUSH_TO_AN_APP and is_management_topic(topic):
        said = f"{title} pushes to devices ({topic}), not to an app"
        return Refusal("push-topic-of-devices", said, _OTHER)
    return None


def _doubts(need: Need, certificate: Certificate) -> Iterator[str]:
    purpose = PURPOSES.get(need.id, CertificatePurpose.ANYTHING)
    if purpose is CertificatePurpose.ANYTHING:
        return
    if not certificate.has_private_key and need.kind is NeedKind.CERTIFICATE:
        yield "its private key is not here"
    if certificate.is_ca:
        yield "it is a CA certificate"
    needed, _ = _EXTENDED_KEY_USAGE.get(purpose, ("", ""))
    if needed and not certificate.extended_key_usage:
        yield "it names no purpose"
    if purpose is CertificatePurpose.TLS_SERVER and not certificate.sans:
        yield "it has no subject alternative name, which current clients demand"
