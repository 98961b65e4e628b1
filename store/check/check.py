"""Checking a whole workspace as of one moment, without blocking writers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from ..audit import AuditTrail
from ..persistence.database import Database
from ..persistence.schema import INDEXES
from ..vault.vault import Vault
from .accounts import check_accounts
from .authorities import AuthorityChecks
from .bulk import check_bulk
from .device_events import check_events, check_revocations
from .devices import DeviceChecks
from .endpoints import check_endpoints
from .impact import check_impact
from .inventory import Step, check_certificates, check_references, entries_of
from .kept_changes import check_kept_changes
from .moments import check_moments
from .owners import check_owners
from .permissions import check_permissions
from .policies import check_policies
from .push import check_push
from .report import CheckReport, Problem, Progress
from .secrets import check_secrets
from .structure import check_structure

_UNREADABLE = ("storage-damaged", "document-invalid")  # then nothing else is judged
_EVERY = 100  # certificates between two progress reports


def check_workspace(
    database: Database, vault: Vault, audit: AuditTrail, path: Path | None, progress: Progress | None = None
) -> CheckReport:
    """Check a whole workspace: its database, as ``check`` does, and who may read its folder ``path``."""
    report = check(database, vault, audit, progress)
    key_file = vault.key_file if vault.protection == "key file" else None
    return replace(report, problems=(*report.problems, *check_permissions(path, key_file)))


def check(database: Database, vault: Vault | None, audit: AuditTrail, progress: Progress | None = None) -> CheckReport:
    """Check a whole database. With ``vault`` None, secrets are not decrypted.

    ``progress`` gets the number of certificates checked, including device certificates, and the total.
    """
    beside = None if audit.seals is None else audit.seals.beside()  # before the state that it has to fit
    with database.moment():
        counts = {table: database.engine.count(table) for table in INDEXES}
        total = counts["certificates"] + counts["device_certificates"]
        problems = list(_problems(database, vault, audit, _steps(total, progress)))
        seal = None
        if audit.seals is not None and not any(problem.code in _UNREADABLE for problem in problems):
            seal = audit.seals.judge(beside)
            problems += (Problem(finding.code, "workspace:1", finding.message) for finding in seal.findings)
        if progress is not None:
            progress(total, total)
    return CheckReport(problems=tuple(problems), counts=counts, seal=seal)


def _problems(database: Database, vault: Vault | None, audit: AuditTrail, step: Step) -> Iterator[Problem]:
    for finding in database.engine.check():
        yield Problem("storage-damaged", "workspace:1", finding)
    broken = list(check_structure(database))
    yield from broken
    if broken:
        return
    entries, groups = entries_of(database), AuthorityChecks(database)
    fleet = DeviceChecks(database, groups)
    yield from check_certificates(database, entries, step)
    yield from check_references(database, entries)
    yield from check_impact(database, entries)
    yield from check_owners(database)
    yield from check_endpoints(database)
    yield from groups.check()
    yield from fleet.check(step)
    yield from check_revocations(database, fleet)
    yield from check_events(database, fleet)
    yield from check_push(database)
    yield from check_policies(database, entries, fleet)
    yield from check_accounts(database)
    yield from check_bulk(database)
    yield from check_secrets(database, entries, groups, fleet.simulated, vault)
    yield from check_moments(database)
    yield from check_kept_changes(database)
    if audit.copies is not None and (failure := audit.copies.failure()) is not None:
        code = "audit-copy-differs" if failure.is_contradicted else "audit-copy-failed"
        yield Problem(code, "settings:1", failure.said)
    for id, reason in audit.broken(() if audit.seals is None else audit.seals.accepted):
        yield Problem("audit-broken", f"audit:{id}", f"audit line {id}: {reason}")


def _steps(total: int, progress: Progress | None) -> Step:
    """Counts checked certificates and reports progress from time to time."""
    done = 0

    def step() -> None:
        nonlocal done
        if progress is not None and done % _EVERY == 0:
            progress(done, total)
        done += 1

    return step
