"""The demo company: its contents are real, and a seed gives the same again."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certfleet.simulator.company.company import fill
from certfleet.store.clock import FixedClock
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.inventory.sources import ExportFormat
from certfleet.store.inventory.status import days_left, status
from certfleet.store.model.certificate import Certificate, Status, UseAs
from certfleet.store.workspace import Workspace
from tests.effort import calls_in
from tests.prepared import Prepared

NOW = datetime(2026, 11, 24, 9, 30, 12, 345678, tzinfo=UTC)
RULES = ExpiryRules()


@pytest.fixture(scope="module")
def company(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    def make(folder: Path) -> None:
        with Workspace.open(folder, clock=FixedClock(NOW)) as workspace:
            fill(workspace)

    with prepared.in_memory(
        f"company-{NOW.timestamp()}", make, tmp_path_factory.mktemp("company") / "vault.key", clock=FixedClock(NOW)
    ) as workspace:
        yield workspace


def described(workspace: Workspace) -> list[tuple[object, ...]]:
    """What must follow from the seed: everything that doesn't come from a key."""
    return [
        (c.id, c.subject, c.issuer, c.serial_number, c.not_before, c.not_after, c.sans, c.use_as, c.description)
        for c in workspace.inventory.list()
    ]


def test_it_has_what_a_company_has(company: Workspace) -> None:
    entries = company.inventory.list()
    assert 25 <= len(entries) <= 32
    statuses = Counter(status(entry, NOW, RULES) for entry in entries)
    assert statuses.keys() == set(Status)
    assert {entry.use_as for entry in entries} == {UseAs.SERVER, UseAs.SAML, UseAs.APNS, UseAs.SSL_LISTENER}
    assert {(entry.key_algorithm, entry.key_size) for entry in entries} >= {("RSA", 2048)}
    assert any("Ed25519" in entry.key_algorithm for entry in entries)
    assert any(entry.version == 1 and entry.is_ca for entry in entries)
    assert any(entry.sans and entry.sans[0].startswith("DNS:*.") for entry in entries)
    assert all(entry.description for entry in entries if not entry.is_ca)
    assert [request.completed_by is None for request in company.requests.list()] == [False, True]


def test_todays_worries(company: Workspace) -> None:
    def left(part: str) -> int:
        (found,) = (e for e in company.inventory.list() if part in e.subject and e.replaced_by is None)
        return days_left(found, NOW)

    assert left("com.apple.mgmt.External.") == 8
    assert left("CN=gateway.") == 27
    assert left("CN=sso.sharebox") < 0
    assert left("CN=mdm.") > 100


def test_the_inventory_finds_nothing_wrong(company: Workspace) -> None:
    assert company.check().problems == ()
    codes = {problem.code for found in company.inventory.verify() for problem in found.problems}
    assert codes == {"expired", "not-yet-valid"}


def test_the_names_are_nobodys(company: Workspace) -> None:
    for entry in company.inventory.list():
        for san in entry.sans:
            assert san.removeprefix("DNS:").endswith(".example") or "@" in san or not san.startswith("DNS:")


def test_openssl_verifies_every_chain(company: Workspace, tmp_path: Path) -> None:
    at = str(int(NOW.timestamp()))
    for entry in company.inventory.list():
        if status(entry, NOW, RULES) in (Status.EXPIRED, Status.NOT_YET_VALID) or entry.version == 1:
            continue
        chain = company.inventory.chain(entry.id)
        for name, part in (("leaf", chain[:1]), ("untrusted", chain[1:-1]), ("root", chain[-1:])):
            (tmp_path / name).write_bytes(b"".join(pem(company, link) for link in part) or b"\n")
        line: list[str | Path] = ["openssl", "verify", "-attime", at, "-CAfile", tmp_path / "root"]
        if len(chain) > 2:
            line += ["-untrusted", tmp_path / "untrusted"]
        if entry.is_ca or len(chain) > 1:
            line.append("-x509_strict")
        done = subprocess.run([*line, tmp_path / "leaf"], capture_output=True, text=True)
        assert done.returncode == 0, (entry.subject, done.stderr)


def pem(workspace: Workspace, entry: Certificate) -> bytes:
    return workspace.inventory.export(entry.id, ExportFormat.PEM)


def test_a_seed_gives_the_same_again(company: Workspace) -> None:
    with Workspace.open(None, clock=FixedClock(NOW)) as again, Workspace.open(None, clock=FixedClock(NOW)) as other:
        fill(again)
        fill(other, seed=8)
        assert described(again) == described(company)
        assert described(other) != described(company)


def test_it_is_quick() -> None:
    with Workspace.open(None) as workspace:
        assert calls_in(lambda: fill(workspace)) < 400_000
