"""A deployment that is the same in every run: some of its needs bound, some missing, one lapsed, a follow-up open."""

from __future__ import annotations

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.component import Use
from certfleet.store.workspace import Workspace

from .device_fleet import add_fleet
from .fleet import fill, fixed

FORMER_PARTNER, GATEWAY, MAIL, STOREFRONT, MDM = 3, 5, 6, 7, 12


def deploy(workspace: Workspace) -> None:
    """Fill a workspace whose clock is at ``NOW``, and say what uses what. The MDM certificate was just replaced."""
    fill(workspace)
    add_fleet(workspace)
    bind = workspace.components.bind
    workspace.site.set(migrated=True, ssl_offload=True)
    bind("saml", FORMER_PARTNER)
    bind("gateway-ssl", GATEWAY)
    bind("gateway-exchange-ssl", MAIL)
    bind("gateway-storefront-ssl", STOREFRONT)
    bind("mdm-ssl", MDM)
    bind("pki-user", FORMER_PARTNER, name="Microsoft CA")
    workspace.components.set_use("android-keystore", Use.NOT_USED)
    workspace.components.set_use("gateway-szc-ssl", Use.NOT_USED)
    new = fixed("mdm.example.com", 700, fixed("Example Issuing CA 1", 2100, is_ca=True, life=3650), life=730)
    workspace.inventory.replace(MDM, CertificateSource(data=new.pem, name="mdm-2027.pem", key=new.key_pem))
    workspace.settle()
