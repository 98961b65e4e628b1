"""What the seals say of the audit trail, in words, and as JSON."""

from __future__ import annotations

from typing import Any

from ..seals.seal import Seal
from ..seals.seals import Finding, Judgement, SealState
from ..words import moment, plural


def seal_words(judgement: Judgement) -> str:
    """``sealed to line 21``, or what is wrong."""
    match judgement.state:
        case SealState.LOCKED:
            return "not judged: its seal needs the passphrase or the key file"
        case SealState.UNSEALED:
            return "not sealed yet: the next change seals it"
        case SealState.BROKEN:
            return "; ".join(finding.message for finding in judgement.findings)
    behind = judgement.lines - (judgement.sealed_to or 0)
    later = f"; {plural(behind, 'line')} after it not sealed yet" if behind else ""
    before = f", from line {judgement.since:,} on" if judgement.since and judgement.since > 1 else ""
    return f"sealed to line {judgement.sealed_to:,}{before}{later}"


def against_document(seal: Seal, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """The comparison with a seal that was kept elsewhere."""
    return {"line": seal.line, "hash": seal.head, "at": seal.at, "findings": findings}


def against_words(seal: Seal, findings: tuple[Finding, ...]) -> list[str]:
    """The same in words."""
    if findings:
        return [f"{finding.code}: {finding.message}" for finding in findings]
    return [f"the audit trail holds what the seal of {moment(seal.at)} says: line {seal.line:,} and all before it"]
