"""From the bytes of a provisioning profile to what it says."""

from __future__ import annotations

from ..model.profile import ProfileFacts
from .contents import facts_of
from .plists import read_plist
from .signed_data import open_signed
from .wrapping import unwrap


def read_profile(data: bytes) -> ProfileFacts:
    """What a ``.mobileprovision`` or ``.provisionprofile`` says, once its signature has been checked.

    The file is a CMS SignedData (RFC 5652) around a property list; DER as Apple makes it, and BER, PEM, base64 and
    S/MIME as OpenSSL does. The signature is checked with the signer's certificate in the file, and that one with its
    issuer's where it came along: a profile that was changed after signing is refused. Whether the signer is Apple is
    not checked, nor whether the signer's certificate has expired: ``signer`` says who it is. An expired profile is
    read like any other. Apple's second encoding of the same facts (``DER-Encoded-Profile``) is left aside.

    Refuses ``file-empty``, ``file-too-large``, ``file-truncated``, ``profile-unreadable``, ``profile-detached``,
    ``profile-unsigned``, ``profile-signature-invalid``, ``signature-unsupported``, ``profile-no-plist``,
    ``profile-incomplete``, ``certificate-unreadable``, ``too-many-certificates``, and ``key-unsupported`` where
    the signer's key can't be used.
    """
    signed = open_signed(unwrap(data))
    return facts_of(read_plist(signed.content), signed.signer)
