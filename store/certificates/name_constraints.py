"""Name constraints (RFC 5280 sections 4.2.1.10 and 6.1): which names the certificates below a CA may have."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from .der import SEQUENCE, DerError, children, expect
from .names import normal_rdns
from .path_facts import PathFacts

EMAIL, DNS, DIRECTORY, URI, IP = 0x81, 0x82, 0xA4, 0x86, 0x87
FORMS = {EMAIL: "e-mail address", DNS: "DNS name", DIRECTORY: "directory name", URI: "URI", IP: "IP address"}
_OTHER_FORMS = {
    0xA0: "other name",
    0xA3: "X.400 address",
    0xA5: "EDI party name",
    0x88: "registered id",
}
_MAX_COMPARISONS = 100_000


class ViolationKind(Enum):
    """What is found: a name outside what is permitted or in what is excluded, or that it can't be judged."""

    VIOLATED = auto()
    NOT_JUDGED = auto()


class Violation(NamedTuple):
    """What is wrong with a name, or with the constraints; ``message`` completes a sentence about the certificate."""

    kind: ViolationKind
    message: str


class NameConstraints:
    """The constraints of one CA. Raises ``DerError`` for what RFC 5280 doesn't allow."""

    def __init__(self, value: bytes) -> None:
        self.permitted: dict[int, list[bytes]] = {}
        self.excluded: dict[int, list[bytes]] = {}
        parts = children(value, *expect(value, 0, len(value), SEQUENCE))
        for tag, start, stop in parts:
            if tag not in (0xA0, 0xA1):
                raise DerError("they hold something else than names")
            subtrees = children(value, start, stop)
            if not subtrees:
                raise DerError("a list of names is empty")
            for subtree in subtrees:
                self._add(self.permitted if tag == 0xA0 else self.excluded, value, subtree)
        if not parts:
            raise DerError("they are empty")

    def _add(self, names: dict[int, list[bytes]], value: bytes, subtree: tuple[int, int, int]) -> None:
        parts = children(value, subtree[1], subtree[2]) if subtree[0] == SEQUENCE else []
        if len(parts) != 1:
            raise DerError("a name has a minimum or maximum")  # RFC 5280 has neither
        tag, start, stop = parts[0]
        base = value[start:stop]
        if tag == IP and (len(base) not in (8, 32) or not _is_mask(base[len(base) // 2 :])):
            raise DerError("an IP address has no network mask")
        if tag in (DNS, EMAIL, URI) and not base.isascii():
            raise DerError(f"{_a(FORMS[tag])} is not ASCII")
        if tag == DIRECTORY:
            normal_rdns(base)
        names.setdefault(tag, []).append(base)

    @property
    def size(self) -> int:
        """The number of its names."""
        return sum(map(len, (*self.permitted.values(), *self.excluded.values())))

    def violations(self, certificate: PathFacts) -> Iterator[Violation]:
        """What is wrong with the names of a certificate below."""
        names = list(_names(certificate))
        if len(names) * self.size > _MAX_COMPARISONS:
            yield Violation(
                ViolationKind.NOT_JUDGED, f"has {len(names):,} names, too many for {self.size:,} constraints"
            )
            return
        for tag, name in names:
            yield from self._violations(tag, name)

    def _violations(self, tag: int, name: bytes | tuple[bytes, ...]) -> Iterator[Violation]:
        permitted, excluded = self.permitted.get(tag, []), self.excluded.get(tag, [])
        if not permitted and not excluded:
            return
        if tag not in FORMS or isinstance(name, tuple) is not (tag == DIRECTORY):
            form = _OTHER_FORMS.get(tag, "name of an unknown form")
            yield Violation(ViolationKind.NOT_JUDGED, f"has {_a(form)}, and constraints for such names are not judged")
            return
        shown = f"the {FORMS[tag]} {shown_name(tag, name)}"
        if not _can_be_compared(tag, name):
            yield Violation(ViolationKind.VIOLATED, f"has {shown}, which can't be compared with what is permitted")
            return
        odd = [one for one in (*permitted, *excluded) if tag == DNS and one.startswith(b".")]
        if any(_is_in(tag, name, one, excluded=True) for one in excluded):
            yield Violation(ViolationKind.VIOLATED, f"has {shown}, which is excluded")
        elif permitted and not any(_is_in(tag, name, one) for one in permitted):
            yield Violation(ViolationKind.VIOLATED, f"has {shown}, which is not permitted")
        elif odd:
            said = f"the constraint {odd[0].decode('ascii')} begins with a dot, which RFC 5280 doesn't explain"
            yield Violation(ViolationKind.NOT_JUDGED, f"has {shown}, and {said}")


def shown_name(tag: int, name: bytes | tuple[bytes, ...]) -> str:
    """A name for a message; directory names are the subject's or not worth the room."""
    if isinstance(name, tuple):
        return "in its subject"
    if tag == IP:
        return str(ipaddress.ip_address(name)) if len(name) in (4, 16) else name.hex()
    return name.decode("utf-8", "replace")


def _names(certificate: PathFacts) -> Iterator[tuple[int, bytes | tuple[bytes, ...]]]:
    """The names of a certificate to which constraints apply."""
    if certificate.rdns:
        yield DIRECTORY, certificate.rdns
    for tag, value in certificate.general_names:
        yield (tag, normal_rdns(value)) if tag == DIRECTORY else (tag, value)
    if not certificate.has_alternative_names:
        for address in certificate.emails:
            yield EMAIL, address


def _is_mask(mask: bytes) -> bool:
    """Whether the ones of a mask come first."""
    bits = int.from_bytes(mask, "big") ^ (1 << len(mask) * 8) - 1
    return bits & bits + 1 == 0


def _can_be_compared(tag: int, name: bytes | tuple[bytes, ...]) -> bool:
    if isinstance(name, tuple):
        return True
    if tag == IP:
        return len(name) in (4, 16)
    if not name.isascii():
        return False
    if tag == DNS:
        return _is_host(name.removeprefix(b"*."))
    if tag == EMAIL:
        local, at, host = name.rpartition(b"@")
        return bool(local and at) and b"@" not in local.replace(b'"@"', b"") and _is_host(host)
    host = host_of(name) or b""
    # RFC 5280, 4.2.1.10: a URI without a fully qualified name is refused where there are constraints on URIs.
    return _is_host(host) and not host.replace(b".", b"").isdigit()


def _is_host(name: bytes) -> bool:
    labels = name.removesuffix(b".").split(b".")
    return all(0 < len(label) <= 63 and not set(label) & set(b" @/:*") for label in labels)


def host_of(uri: bytes) -> bytes | None:
    """The host of a URI (RFC 3986); None if it has none."""
    _, colon, rest = uri.partition(b":")
    if not colon or not rest.startswith(b"//"):
        return None
    authority = rest[2:]
    for end in b"/?#":
        authority = authority.partition(bytes([end]))[0]
    host = authority.rpartition(b"@")[2]
    if host.startswith(b"["):
        return None
    return host.partition(b":")[0] or None


def _is_in(tag: int, name: bytes | tuple[bytes, ...], base: bytes, *, excluded: bool = False) -> bool:
    """Whether a name is in the subtree of ``base``. ``excluded``: whether some name that it stands for is."""
    if isinstance(name, tuple):
        wanted = normal_rdns(base)
        return name[: len(wanted)] == wanted
    if tag == IP:
        return _in_network(name, base)
    if tag == DNS:
        return _in_domain(name.lower(), base.lower(), excluded=excluded)
    if tag == URI:
        return _of_host(host_of(name) or b"", base)
    local, _, host = name.rpartition(b"@")
    wanted_local, at, wanted_host = base.rpartition(b"@")
    if at:
        return local == wanted_local and _same_host(host, wanted_host)
    return _of_host(host, base)


def _in_network(address: bytes, base: bytes) -> bool:
    size = len(base) // 2
    if len(address) != size:
        return False
    network, mask = base[:size], base[size:]
    return all(a & m == n & m for a, n, m in zip(address, network, mask, strict=True))


def _in_domain(name: bytes, base: bytes, *, excluded: bool) -> bool:
    """A domain, and what is below it; a leading dot, as many write it, stands for what is below."""
    name, base = name.removesuffix(b"."), base.removesuffix(b".")
    if base.startswith(b"."):
        return name.endswith(base)
    if not base or name == base or name.endswith(b"." + base):
        return True
    # A wildcard stands for every label: one of those names may be excluded.
    return excluded and name.startswith(b"*.") and base.partition(b".")[2] == name[2:]


def _of_host(host: bytes, base: bytes) -> bool:
    """A host, or with a leading dot every host below a domain (RFC 5280: URIs and e-mail addresses)."""
    if base.startswith(b"."):
        return host.lower().removesuffix(b".").endswith(base.lower())
    return not base or _same_host(host, base)


def _same_host(one: bytes, other: bytes) -> bool:
    return one.lower().removesuffix(b".") == other.lower().removesuffix(b".")


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeioEX' and noun != 'URI' else 'a'} {noun}"
