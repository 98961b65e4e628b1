"""The demo company: a deployment after some years of administration, with its current problems.

An APNs certificate in its last days, a gateway certificate to renew within the month, a partner's certificate that
nobody removed, a replacement done here but not yet on the load balancer, and another that waits for the CA.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from ...store.authorities.validity import Validity
from ...store.errors import Refusal
from ...store.inventory.sources import CertificateSource
from ...store.model.certificate import Certificate, UseAs
from ...store.model.component import Use
from ...store.model.request import KeySpec
from ...store.workspace import Workspace
from .apps import apps, push
from .credentials import x509_name
from .issuing import self_signed
from .purposes import SIGNING, TLS_BOTH, TLS_CLIENT, TLS_SERVER
from .site import CompanySite
from .version_1_root import version_1_root

PUBLIC_DAYS = 199  # the longest validity of a public TLS certificate from March 2026 (CA/Browser Forum)
OWN_DAYS = 730
_USER_PRINCIPAL_NAME = ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")


def fill(workspace: Workspace, *, seed: int = 7) -> None:
    """Generate the company of a seed in a workspace, relative to its clock: certificates and their components.

    The same seed and time give the same certificates, except for keys and values derived from them. All or nothing.
    Refuses with ``workspace-holds-inventory`` if there are certificates.
    """
    site = CompanySite(workspace, seed)
    workspace.vault.unlock()  # may ask for the passphrase
    with workspace.moments.none_kept(), workspace.database.transaction():
        if len(workspace.database.table("certificates")):
            raise Refusal(
                "workspace-holds-inventory",
                "this workspace already holds an inventory",
                "Generate the company in a new workspace first, then its fleet.",
            )
        settle_in(site)
        replace_mdm(site)
        order_gateway(site)


def settle_in(site: CompanySite) -> None:
    """The deployment before the first replacement."""
    site.workspace.site.set(ssl_offload=True)
    for step in (_trust, _server, _gateway, push, apps, _inside):
        step(site)


def replace_mdm(site: CompanySite) -> None:
    """Replace the MDM certificate by the answer to a request; the load balancer has to follow."""
    host, public, old = site.organization.host, site.cas.public_issuing, site.workspace.components.find("mdm-ssl")
    assert old is not None and old.certificate_id is not None
    request = site.workspace.requests.create(
        subject=f"CN={host('mdm')},O={site.organization.name},C=US", sans=[host("mdm")], key=KeySpec.EC_P256
    )
    csr = x509.load_pem_x509_csr(site.workspace.requests.pem(request.id))
    answer = public.answer(csr, TLS_SERVER, site.until(192, PUBLIC_DAYS))
    source = CertificateSource(data=answer.pem(), name="mdm-renewed.pem")
    site.workspace.inventory.replace(old.certificate_id, source)


def order_gateway(site: CompanySite) -> None:
    """Request the gateway's next certificate."""
    host = site.organization.host
    site.workspace.requests.create(
        subject=f"CN={host('gateway')},O={site.organization.name},C=US",
        sans=[host("gateway")],
        key=KeySpec.EC_P256,
        description="Renewal of the gateway; order sent to Meridian Trust",
    )


def _trust(site: CompanySite) -> None:
    """The CAs that devices and servers must trust."""
    name, cas, trust = site.organization.name, site.cas, site.workspace.trust
    own = site.add(cas.own_root, "root.crt", f"Root of {name}; on every managed device")
    trust.deploy(own.id, antivirus=True)
    site.add(cas.own_issuing, "issuing1.crt", "Issues the internal server certificates", chain=True)
    microsoft = site.add(cas.microsoft, "subca01.cer", "Microsoft CA entity: signs user certificates", chain=True)
    site.use("pki-ca", microsoft, _ca_entity(site))
    public = site.add(
        cas.public_issuing, "meridian-bundle.pem", "Public CA of the gateway; clients need it", chain=True
    )
    root = site.workspace.inventory.chain(public.id)[-1]
    trust.set_preinstalled(root.id, True)
    site.add(cas.partner_root, "halvorsen-root.cer", "Payment terminals of the partner; contract to 2031")
    old_root = version_1_root(
        x509_name("Class 3 Public Primary CA", "Bramwell Commercial Trust (example)", country="US"),
        Validity(datetime(1999, 8, 1, tzinfo=site.now.tzinfo), datetime(2036, 8, 1, tzinfo=site.now.tzinfo)),
        site.draw,
    )
    site.take(CertificateSource(data=old_root, name="class3.der"), "Old handhelds in the warehouse; remove?")


def _server(site: CompanySite) -> None:
    """The management server's own certificates."""
    host, admin = site.organization.host, site.organization.administrators[0]
    mdm = site.web(site.cas.public_issuing, "mdm", site.until(12, PUBLIC_DAYS), key=KeySpec.RSA_2048)
    site.use("mdm-ssl", site.add(mdm, "mdm.pem", "MDM FQDN. Every device checks in here", chain=True, key=True))
    saml = self_signed(
        x509_name(host("saml"), site.organization.name),
        SIGNING,
        site.until(412, 3 * 365),
        site.draw,
        key=KeySpec.RSA_2048,
    )
    site.use("saml", site.store(saml, "saml", f"Single sign-on to Citrix Files; metadata sent by {admin}", UseAs.SAML))
    listener = site.web(site.cas.own_issuing, "listener", site.until(139, OWN_DAYS))
    site.store(listener, "listener", "Port 8443, self-service portal", UseAs.SSL_LISTENER)
    site.use("pki-user", _pki_user(site), _ca_entity(site))
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


def _pki_user(site: CompanySite) -> Certificate:
    principal = f"svc-mdm-pki@{site.organization.domain}"
    other_name = x509.OtherName(_USER_PRINCIPAL_NAME, b"\x0c" + bytes([len(principal)]) + principal.encode())
    client = site.cas.microsoft.issue(
        x509_name("svc-mdm-pki", site.organization.name),
        TLS_CLIENT,
        site.until(88, 365),
        sans=[other_name],
    )
    return site.store(client, "svc-mdm-pki", "Client authentication to the Microsoft CA")


def _ca_entity(site: CompanySite) -> str:
    """The name of the Microsoft CA entity, under which both of its certificates are bound."""
    name = site.cas.microsoft.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return str(name)


def _gateway(site: CompanySite) -> None:
    """The certificates of NetScaler Gateway and of the web team's load balancers in front of the MDM server."""
    public, admin = site.cas.public_issuing, site.organization.administrators[1]
    gateway = site.web(public, "gateway", site.until(27, PUBLIC_DAYS))
    said = "Gateway FQDN. SSL offload: update cacert.pem on the load balancer too"
    site.use("gateway-ssl", site.store(gateway, "gateway", said))
    szc = site.web(public, "szc", site.until(121, PUBLIC_DAYS), key=KeySpec.RSA_2048)
    site.add(szc, "szc.pem", "ShareFile zone controller, switched off; Citrix hosts the zone now", chain=True, key=True)
    site.workspace.components.set_use("gateway-szc-ssl", Use.NOT_USED)
    mail = site.web(public, "mail", site.until(61, PUBLIC_DAYS), "autodiscover")
    entry = site.add(mail, "mail.pem", "Exchange load balancing (offload)", chain=True, key=True)
    site.use("gateway-exchange-ssl", entry)
    storefront = site.web(public, "storefront", site.until(150, PUBLIC_DAYS))
    entry = site.store(storefront, "storefront", f"StoreFront load balancing; ordered by {admin}")
    site.use("gateway-storefront-ssl", entry)
    wildcard = public.issue(
        x509_name(site.organization.host("*"), site.organization.name, country="US"),
        TLS_SERVER,
        site.until(74, PUBLIC_DAYS),
        sans=[site.organization.host("*"), site.organization.domain],
    )
    entry = site.add(wildcard, "wildcard.crt", "Web team's wildcard; the key is on their load balancers", chain=True)
    site.use("gateway-mdm-ssl", entry)
    site.use("other", entry, "Intranet web servers")


def _inside(site: CompanySite) -> None:
    """Servers of the internal network, and the lab."""
    issuing, host = site.cas.own_issuing, site.organization.host
    ldaps = site.web(issuing, "ldaps", site.until(19, OWN_DAYS), "dc01", "dc02")
    site.use("other", site.add(ldaps, "ldaps.pem", "Domain controllers, LDAPS", chain=True), "LDAPS")
    radius = issuing.issue(
        x509_name(host("radius"), site.organization.name), TLS_BOTH, site.until(366, OWN_DAYS), sans=[host("radius")]
    )
    entry = site.add(radius, "radius.pem", "Wi-Fi authentication; in the Wi-Fi policy", key=True)
    site.use("other", entry, "RADIUS (Wi-Fi)")
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
