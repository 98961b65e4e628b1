"""The verdict on a chain: its document, its words and styles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ..inventory.verify import ChainProblem, Verdict, VerdictPart
from ..printable import printable
from ..trust.purposes import RULES
from ..trust.verdicts import ChainTrust, ChainVerdict
from ..words import plural
from .documents import document
from .styles import Style

VERDICT_STYLES = {Verdict.OK: Style.OK, Verdict.BAD: Style.BAD, Verdict.NOT_JUDGED: Style.WARNING}
VERDICT_SYMBOLS = {Verdict.OK: "●", Verdict.BAD: "×", Verdict.NOT_JUDGED: "?"}
TRUST = {
    ChainTrust.PUBLIC: "public root",
    ChainTrust.DEPLOYED: "deployed to devices",
    ChainTrust.PRIVATE: "private root",
    ChainTrust.UNKNOWN: "unknown, without a root",
}


class VerdictDocument(Struct, frozen=True, kw_only=True):
    """The verdict on the chain of an entry. ``chain`` has ids, leaf first. ``parts`` has what was judged, each with its
    own verdict; revocation is not among them. ``not_judged`` says what of it couldn't be judged. ``ok`` is true where
    ``verdict`` is ``ok``."""

    id: int
    subject: str
    ok: bool
    verdict: Verdict
    chain: tuple[int, ...]
    problems: tuple[ChainProblem, ...]
    not_judged: tuple[ChainProblem, ...]
    parts: dict[VerdictPart, Verdict]
    purposes: tuple[str, ...]
    host: str | None
    trust: ChainTrust


def verdict_document(found: ChainVerdict) -> Struct:
    """The document of a verdict."""
    return document(
        VerdictDocument,
        found,
        id=found.certificate.id,
        subject=found.certificate.subject,
        ok=found.ok,
        verdict=found.verdict,
        parts={part: found.verdict_of(part) for part in VerdictPart if part in found.judged},
        purposes=tuple(RULES[purpose].title for purpose in found.purposes),
    )


def verdict_text(verdict: Verdict) -> str:
    """``● ok``."""
    return f"{VERDICT_SYMBOLS[verdict]} {verdict}"


def judged_text(found: ChainVerdict) -> str:
    """``path ok, time bad, constraints ok, purpose (a TLS server) ok; trust: private root``."""
    parts = ", ".join(
        f"{part}{_asked(found, part)} {found.verdict_of(part)}" for part in VerdictPart if part in found.judged
    )
    return f"{parts}; trust: {TRUST[found.trust]}"


def reasons(found: ChainVerdict) -> Iterator[str]:
    """What is wrong with a chain and what can't be judged, one line each: ``expired: #3: Root expired on …``."""
    for problem in found.problems:
        yield _reason(problem)
    for problem in found.not_judged:
        yield f"not judged: {_reason(problem)}"


def summary_text(found: Iterable[ChainVerdict]) -> str:
    """``30 chains verified, 2 with problems, 1 not judged``."""
    counts = Counter(one.verdict for one in found)
    unjudged = f", {counts[Verdict.NOT_JUDGED]:,} not judged" if counts[Verdict.NOT_JUDGED] else ""
    return f"{plural(counts.total(), 'chain')} verified, {counts[Verdict.BAD]:,} with problems{unjudged}"


def trust_text(found: Iterable[ChainVerdict]) -> str:
    """``trust: 12 public root, 3 private root``."""
    counts = Counter(one.trust for one in found)
    return "trust: " + ", ".join(f"{counts[trust]:,} {TRUST[trust]}" for trust in ChainTrust if counts[trust])


def _asked(found: ChainVerdict, part: VerdictPart) -> str:
    if part is VerdictPart.NAME and found.host is not None:
        return f" ({printable(found.host)})"
    if part is VerdictPart.PURPOSE:
        return f" ({', '.join(dict.fromkeys(RULES[purpose].title for purpose in found.purposes))})"
    return ""


def _reason(problem: ChainProblem) -> str:
    return f"{problem.code}: #{problem.certificate_id}: {printable(problem.message)}"
