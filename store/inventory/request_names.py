"""The subject alternative names of a request: reading them, taking the common name as one, and what is doubtful."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.oid import NameOID

from ..certificates.dns_names import ascii_name
from ..errors import Refusal
from ..model.certificate import UseAs
from ..notices.addresses import is_ip

San = tuple[str, x509.GeneralName]
"""A name as a record has it, and for the request."""

# RFC 1034 section 3.5, with the underscores that real names have and a wildcard in front.
_HOST = re.compile(r"(?=.{1,253}$)(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?")
_OF_SERVERS = (UseAs.SERVER, UseAs.SSL_LISTENER)


def names_asked_for(sans: Sequence[str], subject: x509.Name, use_as: UseAs) -> list[San]:
    """The names of a request. A server's without any gets its common name: no browser and no device looks at that one
    (RFC 9525). Refuses ``san-invalid``."""
    names = [_parse_san(san) for san in sans]
    common = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if names or use_as not in _OF_SERVERS or not common:
        return names
    try:
        return [_parse_san(str(common[-1].value), host=True)]
    except Refusal:  # the name of a person or a thing
        return []


def notes_on_names(sans: Sequence[str], use_as: UseAs) -> tuple[str, ...]:
    """What is doubtful about the names of a request."""
    hosts = [san.removeprefix("DNS:") for san in sans if san.startswith("DNS:")]
    notes = [
        f"{host} ends with a dot, and names in certificates don't: CAs refuse it" for host in hosts if host[-1:] == "."
    ]
    notes += [f"{host} has an underscore: public CAs refuse it" for host in hosts if "_" in host]
    if use_as in _OF_SERVERS and not sans:
        notes.append("it has no subject alternative name, and its common name is no host name: name its hosts (--san)")
    return tuple(notes)


def _parse_san(text: str, *, host: bool = False) -> San:
    kind, colon, value = text.strip().partition(":")
    if host or not colon or kind.upper() not in ("DNS", "IP", "EMAIL", "URI"):
        kind, value = ("IP" if is_ip(text.strip()) else "DNS"), text.strip()
    try:
        match kind.upper():
            case "IP":
                address = ipaddress.ip_address(value)
                if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
                    raise ValueError(value)
                return f"IP:{address}", x509.IPAddress(address)
            case "EMAIL":
                local, at, domain = value.rpartition("@")
                value = f"{local}{at}{ascii_name(domain)}"
                return f"email:{value}", x509.RFC822Name(value)
            case "URI":
                return f"URI:{value}", x509.UniformResourceIdentifier(value)
            case _:
                name = ascii_name(value)
                if not _HOST.fullmatch(name):
                    raise ValueError(value)
                return f"DNS:{name}", x509.DNSName(name)
    except ValueError as error:
        raise Refusal(
            "san-invalid",
            f"{text!r} is not a subject alternative name",
            "Write DNS:mdm.example.com, IP:192.0.2.7, email:a@example.com or URI:https://….",
        ) from error
