"""The topic in the subject of a push certificate."""

from __future__ import annotations

import re

from .distinguished_name import split_rfc4514

_UID = ("UID", "0.9.2342.19200300.100.1.1")
MANAGEMENT = "com.apple.mgmt."
# Letters, digits and hyphens in two parts or more. The UID of a developer certificate is a team id, a single part.
BUNDLE = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_management_topic(topic: str) -> bool:
    """Whether a topic is for device management, not for an app."""
    return topic.startswith(MANAGEMENT)


def topic_of_subject(subject: str) -> str | None:
    """The topic in a subject (RFC 4514), or None.

    A UID that is neither a management topic nor formed like a bundle id identifies a person or a developer team.
    """
    written = subject.upper()
    if not any(attribute in written for attribute in _UID):  # hardly any certificate has one
        return None
    for part in split_rfc4514(subject):
        attribute, _, value = part.partition("=")
        if attribute.upper() in _UID and BUNDLE.fullmatch(value):
            return value
    return None
