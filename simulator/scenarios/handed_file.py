"""The files that a scenario hands to the person: certificates, keystores and archives, as others would send them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from ...store.model.bulk import IdentityType
from ..company.faulty_archive import ArchiveFault
from ..plans.plan import Choice

PUBLIC, OWN = "public", "own"
ISSUERS = (PUBLIC, OWN)
"""Who issues a server certificate: a public CA, whose root every device has from its maker, or the company's own."""

WHOLE, LEAF, NO_INTERMEDIATE = "whole", "leaf", "no-intermediate"
CHAINS = (WHOLE, LEAF, NO_INTERMEDIATE)
"""What comes with a server certificate: its chain, nothing, or its root without the CA between them."""

KEYSTORES = (".p12", ".pfx")


class HandedFile(Struct, frozen=True, kw_only=True, tag_field="make"):
    """A file called ``name``, which is there ``after`` the start. ``password`` is a keystore's; ``password_file`` is
    another file, with the password in its only line."""

    name: str
    after: timedelta = timedelta(0)
    password: str = ""
    password_file: str = ""
    line: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """All the files that are made for it."""
        return tuple(name for name in (self.name, self.password_file) if name)

    @property
    def is_keystore(self) -> bool:
        """Whether it is a PKCS #12 file, by its name."""
        return self.name.lower().endswith(KEYSTORES)


class ServerCertificate(HandedFile, frozen=True, kw_only=True, tag="server-certificate"):
    """A TLS certificate for hosts of the company, named by their first labels, with its ``chain``, or with a part of it
    only; valid for so long from the start. Its private key is in the keystore, or in the file ``key``."""

    host: tuple[str, ...]
    valid: timedelta = timedelta(days=199)
    key: str = ""
    issuer: str = PUBLIC
    chain: str = WHOLE

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.name, self.key, self.password_file) if name)


class SamlCertificate(HandedFile, frozen=True, kw_only=True, tag="saml-certificate"):
    """A self-signed signing certificate, in a keystore."""

    valid: timedelta = timedelta(days=730)


class PushCertificateFile(HandedFile, frozen=True, kw_only=True, tag="push-certificate"):
    """An APNs certificate for device management in a keystore; ``apple_id`` got it from the simulated portal."""

    apple_id: str


class BulkArchiveFile(HandedFile, frozen=True, kw_only=True, tag="device-certificates"):
    """An archive for a bulk import, with so many ``faults``, for the chosen devices that have this kind of identity.
    ``repairs``: only for the devices whose files in that other archive were wrong, and right now."""

    identity_type: IdentityType = IdentityType.SERIAL_NUMBER
    choice: Choice = Choice()
    valid: timedelta = timedelta(days=365)
    faults: Mapping[ArchiveFault, int] = {}
    repairs: str = ""


AnyFile = ServerCertificate | SamlCertificate | PushCertificateFile | BulkArchiveFile
