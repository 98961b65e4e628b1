"""The chains of an export in x509-limbo's schema (version 1), so that harnesses for that collection run them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ..bad_chains import BadChain
from ..leaf import pem_of

# What a chain's own files can't tell a harness that is only given certificates.
_NOT_IN_LIMBO = ("key-mismatch", "wrong-order", "same-key-twice", "revoked")


def limbo(chains: Iterable[tuple[str, BadChain]]) -> bytes:
    """The document of these chains by their ids. Those whose fault isn't in the certificates are left out."""
    cases = [_case(id, chain) for id, chain in chains if chain.name not in _NOT_IN_LIMBO]
    return msgspec.json.format(msgspec.json.encode({"version": 1, "testcases": cases}), indent=2) + b"\n"


def _case(id: str, chain: BadChain) -> dict[str, object]:
    leaf, *others = chain.presented
    return {
        "id": id,
        "conflicts_with": [],
        "features": [],
        "description": chain.fault.wrong,
        "validation_kind": "SERVER",
        "trusted_certs": [chain.trusted.cert_pem.bytes().decode()],
        "untrusted_intermediates": [pem_of(one).decode() for one in others],
        "peer_certificate": pem_of(leaf).decode(),
        "peer_certificate_key": chain.private_key_pem.bytes().decode(),
        "validation_time": None,
        "signature_algorithms": [],
        "key_usage": [],
        "extended_key_usage": ["serverAuth"],
        "expected_result": "SUCCESS" if chain.is_good else "FAILURE",
        "expected_peer_name": {"kind": "DNS", "value": chain.host},
        "expected_peer_names": [],
        "max_chain_depth": None,
    }
