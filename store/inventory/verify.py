"""Verifying a chain at a time: path validation by RFC 5280 section 6, as far as it is judged here.

The signatures of the chain were checked when its entries were linked. Revocation is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ..certificates.facts import ParsedCertificate
from ..certificates.path import PathFinding, judge, opinion
from ..certificates.signatures import is_signed_by
from ..errors import Refusal
from ..model.certificate import Certificate, is_root
from ..words import day

_SHOWN = 3


class VerdictPart(StrEnum):
    """What is judged of a chain.

    ``PATH``: complete up to a root, by CAs that may sign. ``TIME``: valid now. ``CONSTRAINTS``: critical extensions and
    name constraints. ``PURPOSE``: what the certificate is used for. ``NAME``: the host, if one was named.
    """

    PATH = "path"
    TIME = "time"
    CONSTRAINTS = "constraints"
    PURPOSE = "purpose"
    NAME = "name"


class Verdict(StrEnum):
    """The result, of a part or as a whole. What is wrong comes before what can't be judged."""

    OK = "ok"
    BAD = "bad"
    NOT_JUDGED = "not judged"


class ChainProblem(Struct, frozen=True):
    """A problem, or a reason why something can't be judged, and the entry of the chain that has it."""

    code: str
    certificate_id: int
    message: str
    part: VerdictPart = VerdictPart.PATH


class Verification(Struct, frozen=True, kw_only=True):
    """The result of verifying an entry. ``chain`` has ids, leaf first; ``judged`` the parts that were looked at, and
    ``not_judged`` what of them couldn't be judged."""

    certificate: Certificate
    chain: tuple[int, ...]
    problems: tuple[ChainProblem, ...]
    not_judged: tuple[ChainProblem, ...] = ()
    judged: tuple[VerdictPart, ...] = (VerdictPart.PATH, VerdictPart.TIME, VerdictPart.CONSTRAINTS)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong, and nothing of it couldn't be judged."""
        return self.verdict is Verdict.OK

    @property
    def verdict(self) -> Verdict:
        """The verdict as a whole."""
        return _verdict(self.problems, self.not_judged)

    def verdict_of(self, part: VerdictPart) -> Verdict:
        """The verdict of a part that was judged."""
        return _verdict(
            [problem for problem in self.problems if problem.part is part],
            [problem for problem in self.not_judged if problem.part is part],
        )


def _verdict(problems: Sequence[ChainProblem], not_judged: Sequence[ChainProblem]) -> Verdict:
    return Verdict.BAD if problems else Verdict.NOT_JUDGED if not_judged else Verdict.OK


class ChainFiles(Struct, frozen=True):
    """The certificates of a chain, leaf first, and those entries that have the name of the last one's issuer without
    being known as its issuer."""

    chain: Sequence[ParsedCertificate]
    namesakes: Sequence[tuple[Certificate, ParsedCertificate]] = ()


def verify_chain(chain: Sequence[Certificate], files: ChainFiles, now: datetime) -> Verification:
    """Verify a chain, leaf first, as far as the inventory has it."""
    problems, rooted = list(_problems(chain, now)), is_root(chain[-1])
    not_judged: list[ChainProblem] = []
    if chain[-1].issuer_id is None and not rooted:
        missing, judged = _missing_issuer(chain, files)
        (problems if judged else not_judged).append(missing)
    found = judge(files.chain, rooted=rooted)
    if rooted and not problems and not found:
        found = opinion(files.chain, now)
    problems += [_told(chain, finding) for finding in found if finding.judged]
    not_judged += [_told(chain, finding) for finding in found if not finding.judged]
    return Verification(
        certificate=chain[0],
        chain=tuple(entry.id for entry in chain),
        problems=tuple(problems),
        not_judged=tuple(not_judged),
    )


def _missing_issuer(chain: Sequence[Certificate], files: ChainFiles) -> tuple[ChainProblem, bool]:
    """Why a chain ends before a root, and whether that can be judged."""
    last, ids = chain[-1], {entry.id for entry in chain}
    for issuer, file in files.namesakes:
        try:
            if is_signed_by(files.chain[-1], file):
                if issuer.id in ids:
                    return _circle(last), True
                said = f"its issuer is #{issuer.id}, and not linked to it: import {last.name} again"
                return ChainProblem("issuer-missing", last.id, said), True
        except Refusal as refusal:
            return ChainProblem("signature-not-judged", last.id, refusal.message), False
    said = f"its issuer {last.issuer} is not in the inventory"
    if files.namesakes:
        named = ", ".join(f"#{entry.id}" for entry, _ in files.namesakes[:_SHOWN])
        verb = "has" if len(files.namesakes) == 1 else "have"
        said += f": another key signed it than that of {named}, which {verb} the name"
    return ChainProblem("issuer-missing", last.id, said), True


def _circle(last: Certificate) -> ChainProblem:
    return ChainProblem("issuers-in-a-circle", last.id, f"{last.name} and its issuers issued each other; no root")


def _told(chain: Sequence[Certificate], finding: PathFinding) -> ChainProblem:
    entry = chain[finding.position]
    part = VerdictPart.PATH if finding.code == "issuer-may-not-sign" else VerdictPart.CONSTRAINTS
    return ChainProblem(finding.code, entry.id, f"{entry.name} {finding.message}", part)


def _problems(chain: Sequence[Certificate], now: datetime) -> Iterator[ChainProblem]:
    below = 0  # intermediates under the certificate at hand, the self-issued not counted (RFC 5280, 4.2.1.9)
    for position, entry in enumerate(chain):
        if now > entry.not_after:
            said = f"{entry.name} expired on {day(entry.not_after)}"
            yield ChainProblem("expired", entry.id, said, VerdictPart.TIME)
        elif now < entry.not_before:
            said = f"{entry.name} is valid from {day(entry.not_before)} on"
            yield ChainProblem("not-yet-valid", entry.id, said, VerdictPart.TIME)
        if position:
            yield from _issuer_problems(entry, below)
            below += not entry.is_self_issued
    last = chain[-1]
    if last.issuer_id is not None:
        yield _circle(last)


def _issuer_problems(issuer: Certificate, below: int) -> Iterator[ChainProblem]:
    if not issuer.is_ca:
        yield ChainProblem("issuer-not-ca", issuer.id, f"{issuer.name} issued one, and is no CA certificate")
    elif issuer.key_usage and "keyCertSign" not in issuer.key_usage:
        yield ChainProblem("issuer-may-not-sign", issuer.id, f"{issuer.name} may not sign certificates")
    if issuer.path_length is not None and below > issuer.path_length:
        yield ChainProblem(
            "path-too-long",
            issuer.id,
            f"{issuer.name} allows {issuer.path_length} intermediates below it, there are {below}",
        )
