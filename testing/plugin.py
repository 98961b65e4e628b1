"""The pytest plugin: what ``certfleet.testing`` makes, as fixtures. pytest loads it where certfleet is installed.

Each fixture is a function that lives as long as the session and keeps nothing, or an object that nothing can change; so
tests may run in any order and in any number of processes. A project's own fixture of the same name takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from .bad_names import BAD_ARCHIVES, BAD_CHAINS, BAD_KEYSTORES

if TYPE_CHECKING:
    from ..store.workspace import Workspace
    from .archives import FixtureArchive
    from .authorities import FixtureAuthority
    from .bad_chains import BadChain
    from .clocks import FixtureClock
    from .devices import FixtureDevice, FixtureFleet
    from .keystores import FixtureKeystore
    from .live.serving import ServedChains

_SEED = "certfleet_seed"
_FIXED = "certfleet_fixed_keys"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings of a project, in its pytest section."""
    parser.addini(_SEED, "The seed of certfleet's fixtures.", default="7")
    parser.addini(_FIXED, "Whether the keys of certfleet's fixtures are fixed by the seed.", type="bool", default=False)


@pytest.fixture(scope="session")
def certfleet_seed(pytestconfig: pytest.Config) -> int:
    """The seed of the other fixtures: the setting ``certfleet_seed``, or 7."""
    said = str(pytestconfig.getini(_SEED))
    if not said.lstrip("-").isdecimal():
        raise pytest.UsageError(f"the setting {_SEED} is {said!r}: write a whole number")
    return int(said)


@pytest.fixture(scope="session")
def certfleet_fixed_keys(pytestconfig: pytest.Config) -> bool:
    """Whether keys are fixed by the seed: the setting ``certfleet_fixed_keys``."""
    return bool(pytestconfig.getini(_FIXED))


@pytest.fixture(scope="session")
def authority(certfleet_seed: int, certfleet_fixed_keys: bool) -> FixtureAuthority:
    """A root CA that issues: ``authority.issue_cert("mdm.example.test")``. Called, as ``authority(depth=2)``, it makes
    another PKI."""
    from .authorities import authority as make

    return make(seed=certfleet_seed, fixed_keys=certfleet_fixed_keys)


@pytest.fixture(scope="session")
def fleet(certfleet_seed: int) -> Callable[..., FixtureFleet]:
    """``fleet(devices=50, seed=3)``: a sequence of devices."""
    from .devices import fleet as make

    return partial(make, seed=certfleet_seed)


@pytest.fixture(scope="session")
def device(certfleet_seed: int) -> Callable[..., FixtureDevice]:
    """``device("must-re-enroll")``: a device by the name of its state, or of what it lacks."""
    from .named_devices import device as make

    return partial(make, seed=certfleet_seed)


@pytest.fixture(scope="session")
def keystore(certfleet_seed: int, certfleet_fixed_keys: bool) -> Callable[..., FixtureKeystore]:
    """``keystore("jks")``: a keystore with a certificate, its chain and its key."""
    from .keystores import keystore as make

    return partial(make, seed=certfleet_seed, fixed_keys=certfleet_fixed_keys)


@pytest.fixture(scope="session")
def bulk_archive(certfleet_seed: int, certfleet_fixed_keys: bool) -> Callable[..., FixtureArchive]:
    """``bulk_archive(20, faults={"expired": 2})``: an archive of device certificates."""
    from .archives import bulk_archive as make

    return partial(make, seed=certfleet_seed, fixed_keys=certfleet_fixed_keys)


@pytest.fixture(scope="session")
def workspace(certfleet_seed: int) -> Iterator[Callable[..., Workspace]]:
    """``workspace(devices=20)``: a whole workspace of certfleet. It is closed at the end of the session, or earlier."""
    from .workspaces import workspace as make

    with ExitStack() as opened:

        def made(*args: Any, **options: Any) -> Workspace:
            return opened.enter_context(make(*args, **{"seed": certfleet_seed, **options}))

        yield made


@pytest.fixture(params=BAD_CHAINS)
def bad_chain(request: pytest.FixtureRequest, certfleet_seed: int, certfleet_fixed_keys: bool) -> BadChain:
    """Every chain that is wrong in one respect, one after the other; some of them by
    ``@pytest.mark.parametrize("bad_chain", ["expired", "revoked"], indirect=True)``."""
    from .bad_chains import bad_chain as make

    return make(request.param, seed=certfleet_seed, fixed_keys=certfleet_fixed_keys)


@pytest.fixture(params=BAD_KEYSTORES)
def bad_keystore(request: pytest.FixtureRequest, certfleet_seed: int, certfleet_fixed_keys: bool) -> FixtureKeystore:
    """Every PKCS #12 file with a fault."""
    from .bad_files import bad_keystore as make

    return make(request.param, seed=certfleet_seed, fixed_keys=certfleet_fixed_keys)


@pytest.fixture(params=BAD_ARCHIVES)
def bad_archive(request: pytest.FixtureRequest, certfleet_seed: int, certfleet_fixed_keys: bool) -> FixtureArchive:
    """Every archive with a fault."""
    from .bad_files import bad_archive as make

    return make(request.param, seed=certfleet_seed, fixed_keys=certfleet_fixed_keys)


@pytest.fixture(scope="session")
def served_chains(certfleet_seed: int, certfleet_fixed_keys: bool) -> Iterator[ServedChains]:
    """Every good and bad chain on a TLS end point of this process, by SNI: ``served_chains["expired"].host``. Its port
    is a free one, so each process of a run has its own."""
    from .live.serving import serve_chains

    with serve_chains(seed=certfleet_seed, fixed_keys=certfleet_fixed_keys) as served:
        yield served


@pytest.fixture
def clock() -> FixtureClock:
    """A clock of this test's own: ``clock.move(days=30)``."""
    from .clocks import clock as make

    return make()
