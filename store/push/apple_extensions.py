"""The extensions by which public tools tell Apple's certificates: what they may push to, and to which topics.

Push libraries read the topics, and build tools look for the marker of distribution. None of them is critical here, so
that verifiers that don't know them pass the chains.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID

from ..certificates.on_paper import tagged
from ..model.push_topic import is_management_topic

_NULL = b"\x05\x00"
_SEQUENCE, _UTF8_STRING = 0x30, 0x0C
_KINDS = (("", "app"), (".voip", "voip"), (".complication", "complication"))
"""What an app's certificate may push beside: the ending of the topic, and the kind."""


def _apple(number: str, value: bytes = _NULL) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.840.113635.100.6.{number}"), value)


DISTRIBUTION = _apple("1.4")
"""The marker of a certificate that signs apps for distribution."""


def push_extensions(subject: x509.Name) -> tuple[x509.UnrecognizedExtension, ...]:
    """Of a push certificate: development, production, and the topics, of which the subject's is the first."""
    topic = str(subject.get_attributes_for_oid(NameOID.USER_ID)[0].value)
    kinds = _KINDS[:1] if is_management_topic(topic) else _KINDS
    topics = b"".join(_text(topic + ending) + tagged(_SEQUENCE, _text(kind)) for ending, kind in kinds)
    return _apple("3.1"), _apple("3.2"), _apple("3.6", tagged(_SEQUENCE, topics))


def _text(text: str) -> bytes:
    return tagged(_UTF8_STRING, text.encode())
