"""Settings of all tests: how Hypothesis looks for examples, and cheap passwords, RSA keys and commits.

The examples are the same in every run, so that a change never fails by luck. ``--hypothesis-profile=explore`` looks for
new ones, and prints how to reproduce its findings.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, settings

from certfleet.simulator.engine.issuing import issuance
from certfleet.store.accounts import passwords
from certfleet.store.authorities import issuing
from certfleet.store.model.account import Argon2Parameters
from certfleet.store.persistence.sqlite import engine as sqlite
from certfleet.store.vault import passphrases
from tests.engines import in_postgresql, skip_what_is_about_files
from tests.examples import ALL, FEW
from tests.postgresql_server import postgresql_server as postgresql_server
from tests.postgresql_server import postgresql_workspace as postgresql_workspace
from tests.prepared import Prepared, copy_tables_into_new_stores
from tests.rsa_keys import RSA_KEYS
from tests.run_server import RunServer, address_of_the_run
from tests.schemas import Schemas
from tests.without_workspace import OPENED, Record, leave_out

# How long an example takes, or making one, says how busy the machine is.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("certfleet", UNHURRIED, derandomize=True, max_examples=ALL)
settings.register_profile("few", UNHURRIED, derandomize=True, max_examples=FEW)
settings.register_profile("explore", UNHURRIED)
settings.load_profile("certfleet")


LONGEST_ID = 200
"""Characters or bytes of a parameter that a test is called after."""


def pytest_addoption(parser: pytest.Parser) -> None:
    choices = ("sqlite", "postgresql")
    parser.addoption("--engine", choices=choices, default="sqlite", help="Where the workspaces of tests are.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--engine") == "postgresql":
        skip_what_is_about_files(items, config.rootpath)
        leave_out(config, items)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)  # a long one at the end keeps one worker busy


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    with OPENED.by_fixture(fixturedef):
        return (yield)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        is_sqlite = config.getoption("--engine") == "sqlite"
        config.pluginmanager.register(Record(config) if is_sqlite else RunServer(config))
    if config.option.markexpr == "not slow" and not config.getoption("--hypothesis-profile"):
        settings.load_profile("few")
    # Who starts the tests in the background hands on that Ctrl-C is ignored, to every program that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.set_threshold(50_000, 20, 50)


def pytest_make_parametrize_id(val: object) -> str | None:
    """A test isn't called after megabytes, which would go to and fro between the workers with each report."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_ID:
        return f"{val[:40]!a} and so on, {len(val)}"
    return None


def pytest_collection_finish() -> None:
    """Spare the garbage collector all that was imported: going through it took a sixth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> Iterator[None]:
    """Argon2id takes a tenth of a second by intention; what is about its cost asks for ``real_passwords``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PARAMETERS", Argon2Parameters(memory_kib=64, iterations=1))
        patch.setattr(passphrases, "ARGON2_MEMORY_KIB", 256)
        patch.setattr(passphrases, "ARGON2_ITERATIONS", 1)
        yield


@pytest.fixture(autouse=True, scope="session")
def more_is_read_back() -> Iterator[None]:
    """Of the certificates that come from a template, one in ten, not one in a hundred; of the requests, every one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issuing, "READ_BACK_ONE_IN", 10)
        patch.setattr(issuance, "VERIFIED_ONE_IN", 1)
        yield


@pytest.fixture(autouse=True, scope="session")
def tables_are_created_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        copy_tables_into_new_stores(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def no_waiting_for_the_disk() -> Iterator[None]:
    """A commit waits until the disk has it, because power may fail, which no test causes. What is about it asks for
    ``waiting_for_the_disk``; programs that a test starts, and kills, wait in any case."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "synchronous = OFF"))
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def nobodys_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither the settings nor the console's memory of who runs the tests, in the programs that tests start either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CERTFLEET_CONFIG", raising=False)
        for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            patch.setenv(variable, str(tmp_path_factory.mktemp(variable)))
        yield


@pytest.fixture(autouse=True)
def shared_rsa_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(rsa, "generate_private_key", RSA_KEYS.generate)
    with RSA_KEYS.shared():
        yield


@pytest.fixture(autouse=True, scope="session")
def engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """With ``--engine postgresql``, new workspaces are in PostgreSQL."""
    if request.config.getoption("--engine") == "sqlite":
        with OPENED.noted():
            yield
        return
    with in_postgresql(address_of_the_run(request.config)), OPENED.noted():
        yield


@pytest.fixture(autouse=True)
def whether_a_workspace_is_opened(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    OPENED.tell(request)


@pytest.fixture(autouse=True)
def schemas_are_given_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """With ``--engine postgresql``, those of a test's own workspaces are used again."""
    if Schemas.of_this_process is None:
        yield
        return
    with Schemas.of_this_process.of_a_test(request.getfixturevalue("tmp_path")):
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Workspaces that are made once and copied."""
    return Prepared(tmp_path_factory)


REAL_PASSWORDS = passwords.PARAMETERS


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PARAMETERS", REAL_PASSWORDS)


REAL_PRAGMAS = sqlite.PRAGMAS


@pytest.fixture
def waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "PRAGMAS", REAL_PRAGMAS)
