"""The kinds of keystores."""

from __future__ import annotations

from enum import StrEnum


class KeystoreType(StrEnum):
    """The keystore formats that can be read."""

    PKCS12 = "pkcs12"
    JKS = "jks"
    JCEKS = "jceks"
