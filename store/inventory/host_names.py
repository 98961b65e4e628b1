"""Whether a certificate is for a host (RFC 9525): its subject alternative names count, and nothing else."""

from __future__ import annotations

import ipaddress

from ..certificates.dns_names import ascii_name
from ..errors import Refusal
from ..model.certificate import CertificateFacts
from .replacement import covered

_SHOWN = 3
_LONGEST = 253


def read_host(text: str) -> str:
    """A host as subject alternative names are written: ``DNS:…`` or ``IP:…``. Refuses ``host-invalid``."""
    host = text.strip()
    try:
        return f"IP:{ipaddress.ip_address(host.strip('[]'))}"
    except ValueError:
        pass
    try:
        name = ascii_name(host).removesuffix(".")
    except ValueError:
        name = ""
    labels = name.split(".")
    if len(name) > _LONGEST or not all(map(_is_label, labels)) or labels[-1].isdigit():
        raise Refusal(
            "host-invalid",
            f"{host!r} is not a host name or an IP address",
            "Name the host that clients connect to, without a scheme, a port or a wildcard: mdm.example.com.",
        )
    return f"DNS:{name.lower()}"


def host_problem(certificate: CertificateFacts, host: str) -> str | None:
    """Why a certificate is not for a host, as ``read_host`` has it; None if it is. Completes a sentence that begins
    with its name."""
    if covered(host, certificate.sans):
        return None
    wanted = host.partition(":")[2]
    names = [name for name in certificate.sans if name.startswith(("DNS:", "IP:"))]
    if not names:
        return f"is not for {wanted}: it names no host in its subject alternative names"
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"is not for {wanted}: it names {', '.join(names[:_SHOWN])}{more}"


def _is_label(label: str) -> bool:
    return 0 < len(label) <= 63 and all(letter.isalnum() or letter in "-_" for letter in label)
