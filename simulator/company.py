"""The demo company: an inventory as an administrator of some years would have it, with today's worries in it.

An APNs certificate in its last days, a gateway certificate to renew within the month, a partner's certificate
that nobody removed, a replacement that was done and one that waits for the CA.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from ..store.inventory.requests import KeySpec
from ..store.inventory.sources import CertificateSource
from ..store.model.certificate import UseAs
from ..store.workspace import Workspace
from .credentials import Validity, x509_name
from .issuing import self_signed
from .legacy import version_1_root
from .purposes import CODE_SIGNING, SIGNING, TLS_BOTH, TLS_CLIENT, TLS_SERVER
from .push import app_subject, draw_topic, management_subject, push_certificate
from .site import Site

PUBLIC_DAYS = 199  # how long a public CA may issue for, the CA/Browser Forum says, from March 2026 on
OWN_DAYS = 730
_USER_PRINCIPAL_NAME = ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")


def fill(workspace: Workspace, *, seed: int = 7) -> None:
    """Import the company of a seed into a workspace, relative to its clock.

    The same seed and the same time give the same certificates, keys and what follows from them aside.
    """
    site = Site(workspace, seed)
    for step in (_trust, _server, _gateway, _apple_and_apps, _inside, _replacements):
        step(site)


def _trust(site: Site) -> None:
    """The CAs that devices and servers are told to trust."""
    name, cas = site.organization.name, site.cas
    site.add(cas.own_root, "root.crt", f"Root of {name}; on every managed device")
    site.add(cas.own_issuing, "issuing1.crt", "Issues the internal server certificates", chain=True)
    site.add(cas.microsoft, "subca01.cer", "Microsoft CA entity: signs user certificates", chain=True)
    site.add(cas.public_issuing, "meridian-bundle.pem", "Public CA of the gateway; clients need it", chain=True)
    site.add(cas.partner_root, "halvorsen-root.cer", "Payment terminals of the partner; contract to 2031")
    old_root = version_1_root(
        x509_name("Class 3 Public Primary CA", "Bramwell Commercial Trust (example)", country="US"),
        Validity(datetime(1999, 8, 1, tzinfo=site.now.tzinfo), datetime(2036, 8, 1, tzinfo=site.now.tzinfo)),
        site.draw,
    )
    site.take(CertificateSource(data=old_root, name="class3.der"), "Old handhelds in the warehouse; remove?")


def _server(site: Site) -> None:
    """The management server's own certificates."""
    host, admin = site.organization.host, site.organization.administrators[0]
    site.store(
        self_signed(
            x509_name(host("saml"), site.organization.name),
            SIGNING,
            site.until(412, 3 * 365),
            site.draw,
            key=KeySpec.RSA_2048,
        ),
        "saml",
        f"Single sign-on to the file share; metadata sent by {admin}",
        UseAs.SAML,
    )
    listener = site.web(site.cas.own_issuing, "listener", site.until(139, OWN_DAYS))
    site.store(listener, "listener", "Port 8443, self-service portal", UseAs.SSL_LISTENER)
    principal = f"svc-mdm-pki@{site.organization.domain}"
    other_name = x509.OtherName(_USER_PRINCIPAL_NAME, b"\x0c" + bytes([len(principal)]) + principal.encode())
    client = site.cas.microsoft.issue(
        x509_name("svc-mdm-pki", site.organization.name),
        TLS_CLIENT,
        site.until(88, 365),
        sans=[other_name],
    )
    site.store(client, "svc-mdm-pki", "Client authentication to the Microsoft CA")
    rollover = self_signed(
        x509_name(host("saml-next"), site.organization.name),
        SIGNING,
        Validity(site.now + timedelta(days=20), site.now + timedelta(days=20 + 3 * 365)),
        site.draw,
        key=KeySpec.EC_P256,
    )
    site.store(rollover, "saml-next", "SAML rollover, from next month; not in use yet", UseAs.SAML)
    site.add(
        self_signed(
            x509_name("sso.sharebox.example", "Sharebox (example)"),
            SIGNING,
            Validity(site.now - timedelta(days=1107), site.now - timedelta(days=12)),
            site.draw,
            key=KeySpec.EC_P256,
        ),
        "sharebox-idp.cer",
        "Former file share provider",
        use_as=UseAs.SAML,
    )


def _gateway(site: Site) -> None:
    """What the NetScaler Gateway presents."""
    public, admin = site.cas.public_issuing, site.organization.administrators[1]
    gateway = site.web(public, "gateway", site.until(27, PUBLIC_DAYS))
    site.store(gateway, "gateway", "Gateway FQDN. SSL offload: update cacert.pem on the load balancer too")
    szc = site.web(public, "szc", site.until(121, PUBLIC_DAYS), key=KeySpec.RSA_2048)
    site.add(szc, "szc.pem", "ShareFile storage zone controller", chain=True, key=True)
    mail = site.web(public, "mail", site.until(61, PUBLIC_DAYS), "autodiscover")
    site.add(mail, "mail.pem", "Exchange load balancing (offload)", chain=True, key=True)
    storefront = site.web(public, "storefront", site.until(183, PUBLIC_DAYS))
    site.store(storefront, "storefront", f"StoreFront load balancing; ordered by {admin}")
    wildcard = public.issue(
        x509_name(site.organization.host("*"), site.organization.name, country="US"),
        TLS_SERVER,
        site.until(74, PUBLIC_DAYS),
        sans=[site.organization.host("*"), site.organization.domain],
    )
    site.add(wildcard, "wildcard.crt", "Web team's wildcard; the key is on their load balancers", chain=True)


def _apple_and_apps(site: Site) -> None:
    """Push, and what signs apps."""
    issuing, name, admin = site.cas.push_issuing, site.organization.name, site.organization.administrators[2]
    topic = draw_topic(site.draw)
    site.store(
        push_certificate(issuing, management_subject(topic), site.until(8, 365).not_after),
        "mdm-push",
        f"Device management push. Apple ID mobile@{site.organization.domain}, phone with {admin}",
        UseAs.APNS,
    )
    bundle = f"com.{site.organization.domain.removesuffix('.example').replace('-', '')}.securemail"
    site.store(
        push_certificate(issuing, app_subject(bundle), site.until(190, 365).not_after),
        "securemail-push",
        "Secure Mail push",
        UseAs.APNS,
    )
    distribution = issuing.issue(
        x509_name(f"iPhone Distribution: {name}", name, country="US"), CODE_SIGNING, site.until(301, 365)
    )
    site.store(distribution, "distribution", "Signs the wrapped iOS apps")
    android = self_signed(
        x509_name("Android apps", name, "Mobility"),
        SIGNING,
        site.until(19 * 365, 25 * 365),
        site.draw,
        key=KeySpec.RSA_2048,
    )
    site.store(android, "androidapps", "Android keystore. Never lose it: no upgrades of our apps without")


def _inside(site: Site) -> None:
    """Servers of the internal network, and the lab."""
    issuing, host = site.cas.own_issuing, site.organization.host
    ldaps = site.web(issuing, "ldaps", site.until(19, OWN_DAYS), "dc01", "dc02")
    site.add(ldaps, "ldaps.pem", "Domain controllers, LDAPS", chain=True)
    radius = issuing.issue(
        x509_name(host("radius"), site.organization.name), TLS_BOTH, site.until(366, OWN_DAYS), sans=[host("radius")]
    )
    site.add(radius, "radius.pem", "Wi-Fi authentication; in the Wi-Fi policy", key=True)
    syslog = issuing.issue(
        x509_name(host("syslog"), site.organization.name),
        TLS_BOTH,
        site.until(512, OWN_DAYS),
        key=KeySpec.ED25519,
        sans=[host("syslog")],
    )
    site.add(syslog, "syslog.pem", "Log collector", key=True)
    lab = site.cas.lab_root.issue(
        x509_name(host("mdm-lab"), site.organization.name, "Mobility Lab"),
        TLS_SERVER,
        site.until(45, 90),
        key=KeySpec.ED25519,
        sans=[host("mdm-lab")],
    )
    site.add(lab, "mdm-lab.pem", f"Test server in {site.organization.city}", chain=True, key=True)


def _replacements(site: Site) -> None:
    """The MDM certificate, which was renewed by a request made here, and the gateway's, which is under way."""
    host, public = site.organization.host, site.cas.public_issuing
    old = site.web(public, "mdm", site.until(3, PUBLIC_DAYS), key=KeySpec.RSA_2048)
    entry = site.add(old, "mdm.pem", "MDM FQDN. Every device checks in here", chain=True, key=True)
    request = site.workspace.requests.create(
        subject=f"CN={host('mdm')},O={site.organization.name},C=US", sans=[host("mdm")], key=KeySpec.EC_P256
    )
    csr = x509.load_pem_x509_csr(site.workspace.requests.pem(request.id))
    answer = public.answer(csr, TLS_SERVER, site.until(192, PUBLIC_DAYS))
    site.workspace.inventory.replace(entry.id, CertificateSource(data=answer.pem(), name="mdm-renewed.pem"))
    site.workspace.requests.create(
        subject=f"CN={host('gateway')},O={site.organization.name},C=US",
        sans=[host("gateway")],
        key=KeySpec.EC_P256,
        description="Renewal of the gateway; order sent to Meridian Trust",
    )
