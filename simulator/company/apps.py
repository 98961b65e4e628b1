"""The demo company's push certificates, and the certificates that sign its apps."""

from __future__ import annotations

import string
from datetime import timedelta

from cryptography import x509

from ...store.model.certificate import UseAs
from ...store.model.request import KeySpec
from ...store.push.apple_extensions import DISTRIBUTION
from .credentials import Credential, x509_name
from .issuing import self_signed
from .provisioning import provisioning_profile
from .purposes import CODE_SIGNING, SIGNING
from .push import app_subject, draw_topic, management_subject, push_certificate
from .site import CompanySite

DISTRIBUTION_DAYS = 3 * 365  # of an in-house distribution certificate; its profiles last a year
PROFILES = (("Secure Mail", "securemail", 164), ("Secure Web", "secureweb", 164), ("Timesheet", "timesheet", 22))
"""App name, last part of the bundle id, and days until the profile expires."""


def push(site: CompanySite) -> None:
    """Push certificates for devices and for Secure Mail, registered in the push portal under their Apple ID."""
    issuing, admin = site.cas.push_issuing, site.organization.administrators[2]
    apple_id = f"mobile@{site.organization.domain}"
    topic = draw_topic(site.draw)
    management = push_certificate(issuing, management_subject(topic), site.until(8, 365).not_after)
    said = f"Device management push. Apple ID {apple_id}, phone with {admin}"
    _keep_push(site, management, "mdm-push", said, "apns", apple_id)
    mail = push_certificate(issuing, app_subject(_bundle(site, "securemail")), site.until(190, 365).not_after)
    _keep_push(site, mail, "securemail-push", "Secure Mail push", "securemail-apns", apple_id)


def apps(site: CompanySite) -> None:
    """The signing certificate and the provisioning profiles of the company's own apps."""
    issuing, name = site.cas.push_issuing, site.organization.name
    distribution = issuing.issue(
        x509_name(f"iPhone Distribution: {name}", name, country="US"),
        CODE_SIGNING,
        site.until(301, DISTRIBUTION_DAYS),
        extensions=[DISTRIBUTION],
    )
    site.use("apple-developer", site.store(distribution, "distribution", "Signs the wrapped iOS apps"))
    signer = issuing.issue(
        x509_name("Orchard iOS Provisioning Profile Signing", "Orchard Inc. (example)", country="US"),
        SIGNING,
        site.until(700, 5 * 365),
    )
    _profiles(site, distribution.certificate, signer)
    android = self_signed(
        x509_name("Android apps", name, "Mobility"),
        SIGNING,
        site.until(19 * 365, 25 * 365),
        site.draw,
        key=KeySpec.RSA_2048,
    )
    said = "Android keystore. Never lose it: no upgrades of our apps without"
    site.use("android-keystore", site.store(android, "androidapps", said))


def _profiles(site: CompanySite, developer: x509.Certificate, signer: Credential) -> None:
    team = "".join(site.draw.choices(string.ascii_uppercase + string.digits, k=10))
    for name, label, days in PROFILES:
        not_after = site.until(days, 365).not_after
        data = provisioning_profile(
            _bundle(site, label),
            name=f"{name} in-house",
            team_id=team,
            team_name=site.organization.name,
            developers=[developer],
            signer=signer,
            created_at=not_after - timedelta(days=365),
            not_after=not_after,
            uuid=draw_topic(site.draw),
        )
        imported = site.workspace.profiles.import_file(data, source=f"{label}.mobileprovision")
        site.workspace.components.bind_profile(imported.profile.id)


def _keep_push(
    site: CompanySite, credential: Credential, alias: str, description: str, need: str, apple_id: str
) -> None:
    """Register in the portal first, so that the expiry notice goes to the Apple ID that can renew it."""
    site.workspace.portal.adopt(apple_id, credential.pem(chain=False))
    site.use(need, site.store(credential, alias, description, UseAs.APNS))


def _bundle(site: CompanySite, label: str) -> str:
    return f"com.{site.organization.domain.removesuffix('.example').replace('-', '')}.{label}"
