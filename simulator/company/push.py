"""Push certificates of an invented company, issued by its own push service."""

from __future__ import annotations

from datetime import datetime
from random import Random
from uuid import UUID

from cryptography import x509

from ...store.authorities.validity import Validity
from ...store.model.request import KeySpec
from ...store.push.apple_extensions import push_extensions
from ...store.push.issuing import LIFETIME
from ...store.push.topics import app_subject, management_subject
from .credentials import Credential
from .issuing import IssuingAuthority
from .purposes import TLS_CLIENT

__all__ = ["app_subject", "draw_topic", "management_subject", "push_certificate"]


def push_certificate(authority: IssuingAuthority, subject: x509.Name, not_after: datetime) -> Credential:
    """A push certificate, valid for the year that ends at ``not_after``."""
    return authority.issue(
        subject,
        TLS_CLIENT,
        Validity(not_after - LIFETIME, not_after),
        key=KeySpec.RSA_2048,
        extensions=push_extensions(subject),
    )


def draw_topic(draw: Random) -> UUID:
    """A random (version 4) UUID from ``draw``."""
    return UUID(int=draw.getrandbits(128), version=4)
