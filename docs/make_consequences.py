"""Makes ``docs/consequences.md`` from the rules in ``store/impact``: what stops when a certificate ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from certfleet.store.impact.due_notices import APNS_DAYS, APNS_NEEDS, AUTHORITY_DAYS, OTHER_DAYS
from certfleet.store.impact.follow_ups import follow_ups
from certfleet.store.impact.needs import CAPABILITIES, GROUPS, NEEDS, Capability, Effect, Group, Level, Need
from certfleet.store.model.component import Component
from certfleet.store.model.device import Platform
from certfleet.store.model.site import SiteSettings
from certfleet.store.model.task import TaskKind

FILE = Path(__file__).resolve().parent / "consequences.md"
PLATFORMS = {Platform.IOS: "iOS", Platform.MACOS: "macOS", Platform.ANDROID: "Android", Platform.WINDOWS: "Windows"}
REFUSED = (Capability.ENROLL, Capability.CHECK_IN)
TASKS = {
    TaskKind.LOAD_BALANCER: "the load balancer's `cacert.pem`, where NetScaler Gateway is set up for SSL offload",
    TaskKind.SUPPORT: "PFX and password to support, on a site migrated from XenMobile",
}
HEAD = """\
# What stops when a certificate ends

`python docs/make_consequences.py` makes this page from the rules (`store/impact`), which console, command line,
simulator, enrollment, check-in and notices go by alone.

A consequence begins in the second after the end of the validity, for a certificate that has *expired*; at once for one
that is *missing*, has been *revoked* in the push certificates portal, or is *not yet valid*. It ends with the
replacement, with another binding, or when somebody says that the deployment doesn't have it (*not used*). Enrolling and
checking in are refused with the code below, and each device keeps a record of that, once.
"""
CHAINS = """
## The CAs above

What devices and browsers are shown hangs on every certificate of its chain. When a root or an intermediate expires, all
that is below it is stopped as if it had expired itself, with trust besides; enrolling and check-in are refused with
`ssl-error-61`. It ends when the leaf is replaced by one of another chain.

A device that doesn't have the root, or any other certificate of a chain, gets SSL Error 61 as well, alone: see
[the rules](rules.md#components-consequences-trust-push).
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    parts += [_group(group) for group in Group]
    parts += [CHAINS, _follow_ups(), _notices()]
    return "".join(parts)


def _group(group: Group) -> str:
    needs = [need for need in NEEDS if need.group is group]
    header = ("need", "what stops", "for", "refused with", "without any", "what is done")
    return f"\n## {GROUPS[group]}\n\n{_table(header, [_row(need) for need in needs])}"


def _row(need: Need) -> tuple[str, ...]:
    several = f", one for each of several ({need.named})" if need.several else ""
    return (
        f"**{need.title}**<br>`{need.id}`, a {need.kind}{several}",
        "<br>".join(_effect(effect) for effect in need.effects),
        "<br>".join(_platforms(effect.platforms) for effect in need.effects),
        "<br>".join(_codes(need)) or "-",
        _without(need),
        need.renewal,
    )


def _effect(effect: Effect) -> str:
    level = " is degraded" if effect.level is Level.DEGRADED else ""
    return f"{CAPABILITIES[effect.capability]}{level}: {effect.seen}"


def _platforms(platforms: Sequence[Platform]) -> str:
    return "all" if set(platforms) == set(Platform) else ", ".join(PLATFORMS[platform] for platform in platforms)


def _codes(need: Need) -> list[str]:
    if not any(effect.capability in REFUSED and effect.level is Level.STOPPED for effect in need.effects):
        return []
    reasons = ["expired", "missing", "not-yet-valid", *(["revoked"] if need.id in APNS_NEEDS else [])]
    return [f"`{need.code}-{reason}`" for reason in reasons]


def _without(need: Need) -> str:
    if need.without:
        return need.without
    return "the same" if need.missing and need.listed else "nothing stops, until one has been bound"


def _follow_ups() -> str:
    site = SiteSettings(migrated=True, ssl_offload=True)
    lines = []
    for kind, words in TASKS.items():
        needs = [need for need in NEEDS if kind in follow_ups(Component(id=0, need=need.id), site)]
        lines.append((words, ", ".join(f"`{need.id}`" for need in needs)))
    said = "Until these are marked done the old certificate goes on being served, so its end still stops things."
    table = _table(("what a person has to do elsewhere", "after a replacement of"), lines)
    return f"\n## Follow-ups\n\n{said}\n\n{table}"


def _notices() -> str:
    monitor = SiteSettings().gateway_notice_days
    lines = [
        ("push certificates, to their Apple ID", _days(APNS_DAYS)),
        ("gateway certificates and the CAs above them", f"{_days(monitor)}, or as set (`gateway_notice_days`)"),
        ("other certificates, the CAs above them, provisioning profiles", _days(OTHER_DAYS)),
        ("device CAs", _days(AUTHORITY_DAYS)),
    ]
    said = (
        "Each is given once. Of those that had passed when a certificate came in, the last is given then.\n"
        "What stops is told of when it does."
    )
    return f"\n## Notices\n\n{said}\n\n{_table(('of', 'days before the end'), lines)}"


def _days(days: Iterable[int]) -> str:
    return ", ".join(str(some) for some in days)


def _table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [header, ["---"] * len(header), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
