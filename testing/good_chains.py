"""The good chains by name: what a correct client accepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..store.certificates.dns_names import ascii_name
from .authorities import FixtureAuthority
from .key_making import KeyType
from .leaf import FixtureCertificate


class GoodChain(NamedTuple):
    """Whom the certificate is for, how many intermediates there are, and the kind of its key."""

    names: tuple[str, ...] = ("mdm.example.test",)
    depth: int = 1
    key_type: KeyType = "ec-p256"

    @property
    def host(self) -> str:
        """The host that clients ask for."""
        return host_of(self.names)

    def what(self, names: Sequence[str] = ()) -> str:
        """What it is, in a sentence; with other names if there are any."""
        return f"A good chain: {', '.join(names or self.names)}, {self.key_type}, intermediates: {self.depth}."

    def issue(self, authority: FixtureAuthority, names: Sequence[str]) -> FixtureCertificate:
        """Its certificate for these names."""
        return authority.issue_cert(*names, key_type=self.key_type, purpose="server")


def host_of(names: Sequence[str]) -> str:
    """The host that a client asks for to whom a certificate for these names is shown."""
    return "www." + names[0].removeprefix("*.") if names[0].startswith("*.") else ascii_name(names[0])


GOOD_CHAINS: dict[str, GoodChain] = {
    "ec-p256": GoodChain(),
    "ec-p384": GoodChain(key_type="ec-p384"),
    "ec-p521": GoodChain(key_type="ec-p521"),
    "rsa-2048": GoodChain(key_type="rsa-2048"),
    "rsa-4096": GoodChain(key_type="rsa-4096"),
    "ed25519": GoodChain(key_type="ed25519"),
    "below-the-root": GoodChain(depth=0),
    "deep": GoodChain(depth=4),
    "several-names": GoodChain(("mdm.example.test", "www.example.test", "192.0.2.7", "2001:db8::7")),
    "wildcard": GoodChain(("*.example.test",)),
    "international": GoodChain(("bücher.example",)),
}
