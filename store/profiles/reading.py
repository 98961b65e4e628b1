"""Reading a provisioning profile."""

from __future__ import annotations

from ..model.profile import ProfileFacts
from .contents import facts_of
from .plists import read_plist
from .signed_data import open_signed
from .wrapping import unwrap


def read_profile(data: bytes) -> ProfileFacts:
    """The facts of a ``.mobileprovision`` or ``.provisionprofile``, after checking its signature.

    The file is a CMS SignedData (RFC 5652) around a property list; DER as Apple makes it, and BER, PEM, base64 and
    S/MIME as OpenSSL does. The signature is checked with the signer's certificate in the file, and that certificate
    with its issuer's if included: a profile that was changed after signing is refused. It is not checked whether the
    signer is Apple or its certificate has expired; ``signer`` names it. Expired profiles are read too. Apple's second
    encoding of the same facts (``DER-Encoded-Profile``) is ignored.

    Refuses ``file-empty``, ``file-too-large``, ``file-truncated``, ``profile-unreadable``, ``profile-detached``,
    ``profile-unsigned``, ``profile-signature-invalid``, ``signature-unsupported``, ``profile-no-plist``,
    ``profile-incomplete``, ``certificate-unreadable``, ``too-many-certificates``, and ``key-unsupported`` if the
    signer's key can't be used.
    """
    signed = open_signed(unwrap(data))
    return facts_of(read_plist(signed.content), signed.signer)
