"""Lines of the audit trail as a table."""

from __future__ import annotations

from collections.abc import Iterable

from ..store.model.audit import AuditLine
from ..store.views.audit_line import who
from ..store.words import second
from .frame.tables import Cell, Listing


def listed_lines(lines: Iterable[AuditLine], none: str) -> Listing:
    """These lines; ``none`` is said without any."""
    return Listing((_row(line) for line in lines), right=("ID",), least={"WHAT": 20}, wraps=("WHAT",), none=none)


def _row(line: AuditLine) -> dict[str, str | Cell]:
    return {
        "ID": str(line.id),
        "AT (UTC)": second(line.at),
        "USER": who(line),
        "RECORD": line.record,
        "WHAT": f"{line.action}: {line.summary}",
    }
