"""Generates ``docs/path-validation.md``: what certfleet's verdicts say of chains whose verdict others have settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from certfleet.store.certificates.path_facts import LIMITS_POLICIES
from certfleet.store.inventory.verify import Verdict
from tests.path_cases import JudgedCase, judged, limbo, pkits

FILE = Path(__file__).resolve().parent / "path-validation.md"
HEAD = """\
# How chains are judged

`python -m docs.make_path_validation` makes this page: it imports the chains of two public collections, each into an
inventory of its own, and compares the verdict of `certificate verify` with the one that they ask for.
[The rules](rules.md#a-chains-verdict) say what is judged.

- *Agreed*: `ok` of a chain that must be accepted, `bad` or a refused import of one that must not.
- *Not judged*: the verdict is `not judged`, or the case is about something beyond what a verdict says; the reasons are
  below.
- *Accepted wrongly* has to be 0.

"""


def page() -> str:
    """The whole page."""
    return HEAD + _x509_limbo(judged(list(limbo()))) + _nist(judged(list(pkits())))


def _x509_limbo(found: Sequence[JudgedCase]) -> str:
    beyond = [one for one in found if one.outcome == "not judged"]
    rows = [(f"`{one.case.name}`", _expected(one), str(one.verdict or "refused"), _why(one)) for one in beyond]
    said = (
        "The cases of [x509-limbo](https://x509-limbo.com) (C2SP) about path building, name constraints, critical\n"
        "extensions and validity, with the host that each names.\n\n"
    )
    return (
        f"## x509-limbo\n\n{said}{_summary(found)}\n### Not judged\n\n"
        f"{_table(('case', 'must be', 'verdict', 'why'), rows)}"
    )


def _nist(found: Sequence[JudgedCase]) -> str:
    said = (
        "The tests of NIST's Public Key Interoperability Test Suite, from the package `cryptography_vectors`, with\n"
        "its default settings.\n\n"
    )
    policies = ", ".join(f"`{name}`" for name in LIMITS_POLICIES.values())
    rows = sorted({(one.case.group, _pkits_why(one)) for one in found if one.outcome == "not judged"})
    counted = [
        (group, why, str(sum((one.case.group, _pkits_why(one)) == (group, why) for one in _unjudged(found))))
        for group, why in rows
    ]
    return (
        f"\n## NIST PKITS\n\n{said}{_summary(found)}\n### Not judged in PKITS\n\n"
        f"Certificate policies decide about a chain in which a certificate has {policies}:\n"
        "that is told, and not judged.\n\n"
        f"{_table(('about', 'why', 'tests'), counted)}"
    )


def _unjudged(found: Iterable[JudgedCase]) -> list[JudgedCase]:
    return [one for one in found if one.outcome == "not judged"]


def _summary(found: Sequence[JudgedCase]) -> str:
    groups = list(dict.fromkeys(one.case.group for one in found))
    rows = [_counts(group, [one for one in found if one.case.group == group]) for group in groups]
    header = ("about", "chains", "agreed", "not judged", "accepted wrongly", "refused wrongly")
    return _table(header, [*rows, _counts("**all**", found)])


def _counts(title: str, found: Sequence[JudgedCase]) -> tuple[str, ...]:
    wrong = [one for one in found if one.outcome == "wrong"]
    counts = (
        len(found),
        sum(one.outcome == "agreed" for one in found),
        len(_unjudged(found)),
        sum(one.accepted for one in wrong),
        sum(not one.accepted for one in wrong),
    )
    return (title, *map(str, counts))


def _expected(one: JudgedCase) -> str:
    return "accepted" if one.case.good else "refused"


def _why(one: JudgedCase) -> str:
    return one.reasons[0].partition(": #")[2].partition(": ")[2] if one.case.beyond is None else one.case.beyond


def _pkits_why(one: JudgedCase) -> str:
    if one.verdict is Verdict.NOT_JUDGED:
        code = one.reasons[0].removeprefix("not judged: ").partition(":")[0]
        return f"told: `{code}`"
    return one.case.beyond or ""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
