"""Test data for other people's tests: certificates, fleets, keystores and archives, good ones and bad ones.

An example::

    from certfleet.testing import authority, fleet

    ca = authority(depth=1)
    ca.issue_cert("mdm.example.test").configure_cert(server_context)
    ca.configure_trust(client_context)
    fleet(devices=50, seed=3)[0].serial_number

The pytest plugin gives the same functions as fixtures. A name is imported when it is first used, so importing this
package costs nothing. Nothing made here is secret: never trust it outside of tests.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .archives import FixtureArchive as FixtureArchive
    from .archives import bulk_archive as bulk_archive
    from .authorities import FixtureAuthority as FixtureAuthority
    from .authorities import authority as authority
    from .bad_chains import BadChain as BadChain
    from .bad_chains import bad_chain as bad_chain
    from .bad_files import bad_archive as bad_archive
    from .bad_files import bad_keystore as bad_keystore
    from .bad_names import BAD_ARCHIVES as BAD_ARCHIVES
    from .bad_names import BAD_CHAINS as BAD_CHAINS
    from .bad_names import BAD_KEYSTORES as BAD_KEYSTORES
    from .clocks import STANDARD_TIME as STANDARD_TIME
    from .clocks import FixtureClock as FixtureClock
    from .clocks import clock as clock
    from .devices import FixtureDevice as FixtureDevice
    from .devices import FixtureFleet as FixtureFleet
    from .devices import fleet as fleet
    from .keystores import FixtureKeystore as FixtureKeystore
    from .keystores import keystore as keystore
    from .leaf import FixtureCertificate as FixtureCertificate
    from .leaf import Pem as Pem
    from .live.serving import LiveChain as LiveChain
    from .live.serving import ServedChains as ServedChains
    from .live.serving import serve_chains as serve_chains
    from .named_devices import DEVICES as DEVICES
    from .named_devices import device as device
    from .revocation import ocsp_answer as ocsp_answer
    from .revocation import revocation_list as revocation_list
    from .workspaces import workspace as workspace

_WHERE = {
    "BAD_ARCHIVES": "bad_names",
    "BAD_CHAINS": "bad_names",
    "BAD_KEYSTORES": "bad_names",
    "BadChain": "bad_chains",
    "DEVICES": "named_devices",
    "FixtureArchive": "archives",
    "FixtureAuthority": "authorities",
    "FixtureCertificate": "leaf",
    "FixtureClock": "clocks",
    "FixtureDevice": "devices",
    "FixtureFleet": "devices",
    "FixtureKeystore": "keystores",
    "Pem": "leaf",
    "STANDARD_TIME": "clocks",
    "LiveChain": "live.serving",
    "ServedChains": "live.serving",
    "authority": "authorities",
    "bad_archive": "bad_files",
    "bad_chain": "bad_chains",
    "bad_keystore": "bad_files",
    "bulk_archive": "archives",
    "clock": "clocks",
    "device": "named_devices",
    "fleet": "devices",
    "keystore": "keystores",
    "ocsp_answer": "revocation",
    "revocation_list": "revocation",
    "serve_chains": "live.serving",
    "workspace": "workspaces",
}
"""The module of each public name; no module has the name of something public, or it would hide that."""


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f".{_WHERE[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_WHERE)
