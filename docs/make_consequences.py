"""Generates ``docs/consequences.md`` from the table in ``store/components``: what stops when a certificate expires."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certfleet.store.components.capabilities import CAPABILITIES, Capability, Effect, Level
from certfleet.store.components.follow_ups import follow_ups
from certfleet.store.components.needs import BY_ID, DEVICE_CA, GROUPS, NEEDS, OWN, Group, Need
from certfleet.store.devices.push import TOPIC_CHANGED, push_lost, push_regained
from certfleet.store.due_notices.expiry_notices import APNS_NEEDS
from certfleet.store.due_notices.notice_times import AUTHORITY_DAYS
from certfleet.store.model.component import Component
from certfleet.store.model.device import Device, DeviceState, Platform
from certfleet.store.model.expiry import CRITICAL, EXPIRING
from certfleet.store.model.site import SiteSettings
from certfleet.store.model.task import TaskKind

FILE = Path(__file__).resolve().parent / "consequences.md"
PLATFORMS = {Platform.IOS: "iOS", Platform.MACOS: "macOS", Platform.ANDROID: "Android", Platform.WINDOWS: "Windows"}
OWN_CODES = {"device-ca": "no-group-ready", "device-certificates": "certificate-expired"}
REFUSED = (Capability.ENROLL, Capability.CHECK_IN)
TASKS = {
    TaskKind.LOAD_BALANCER: "update the load balancer's `cacert.pem`, if NetScaler Gateway uses SSL offload",
    TaskKind.SUPPORT: "send the PFX file and its password to support, on a site migrated from XenMobile",
}
PUSH_BREAKS = {
    TOPIC_CHANGED: "is replaced by one of another topic, or another one is bound",
    "certificate-revoked": "is revoked in the push certificates portal",
    "certificate-expired": "expires, and none of the same topic takes its place in the grace period",
}
AT, TOPIC = datetime(2026, 1, 1, tzinfo=UTC), "com.apple.mgmt.External.1"
HEAD = """\
# What stops when a certificate expires

`python docs/make_consequences.py` makes this page from the table in `store/components`. The console, the command line,
REST, the simulator, enrollment, check-in and notices all use these rules.

A consequence begins in the second after the expiry of a certificate; at once if the certificate is *missing*, was
*revoked* in the push certificates portal, or is *not yet valid*. It ends when the certificate is replaced, when another
one is bound, or when somebody says that the deployment doesn't have it (*not used*). Enrollments and check-ins are
refused with the code below, and each device's record says so.
"""
CHAINS = """
## The CAs above

Devices and browsers depend on every certificate of the chain they are shown. When a root or an intermediate expires,
everything below it stops as if it had expired itself, and so does trust; enrollments and check-ins are refused with
`ssl-error-61`. It ends when the leaf is replaced by one from another chain.

A single device that lacks every certificate of a chain also gets SSL Error 61: see
[the rules](rules.md#components-consequences-trust-push).
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    parts += [_group(group) for group in Group if group is not Group.NOTICES]
    parts += [CHAINS, _push_topic(), _follow_ups(), _notices()]
    return "".join(parts)


def _group(group: Group) -> str:
    needs = [need for need in BY_ID.values() if need.group is group]
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
    if need in OWN:
        return [f"`{OWN_CODES[need.id]}`"]
    if not any(effect.capability in REFUSED and effect.level is Level.STOPPED for effect in need.effects):
        return []
    reasons = ["expired", "missing", "not-yet-valid", *(["revoked"] if need.id in APNS_NEEDS else [])]
    return [f"`{need.code}-{reason}`" for reason in reasons]


def _without(need: Need) -> str:
    if need in OWN:
        return "the same" if need is DEVICE_CA else "-"
    if need.without:
        return need.without
    return "the same" if need.missing and need.listed else "nothing stops until one was bound"


def _push_topic() -> str:
    said = (
        "Push reaches a device as long as the certificate in use is valid and has the topic that the device enrolled\n"
        "under. What breaks that leaves the device `must re-enroll`: a certificate that comes afterwards serves those\n"
        "that enroll then. Devices that come back are as they were, unless somebody has re-enrolled, revoked or\n"
        "removed them meanwhile, or their own certificate has expired."
    )
    lines = []
    for reason, words in PUSH_BREAKS.items():
        lost = [one for one in map(_enrolled, Platform) if push_lost(one, reason, AT, topic=TOPIC).device != one]
        back = [push_regained(push_lost(one, reason, AT, topic=TOPIC).device, TOPIC, AT).device.state for one in lost]
        returns = all(state is DeviceState.ENROLLED for state in back)
        after = "yes, with the right topic" if returns else "no: each must re-enroll"
        lines.append((words, _platforms([one.platform for one in lost]), f"`{reason}`", after))
    header = ("the push certificate in use", "cuts off", "recorded as", "devices come back")
    return f"\n## The push topic\n\n{said}\n\n{_table(header, lines)}"


def _enrolled(platform: Platform) -> Device:
    return Device(
        id=1,
        platform=platform,
        model_name="",
        serial_number="",
        state=DeviceState.ENROLLED,
        state_since=AT,
        enrolled_at=AT,
        not_after=AT + timedelta(days=365),
    )


def _follow_ups() -> str:
    site = SiteSettings(migrated=True, ssl_offload=True)
    lines = []
    for kind, words in TASKS.items():
        needs = [need for need in NEEDS if kind in follow_ups(Component(id=0, need=need.id), site)]
        lines.append((words, ", ".join(f"`{need.id}`" for need in needs)))
    said = "Until these tasks are done, the old certificate stays in use, so its expiry still has consequences."
    table = _table(("what somebody must do elsewhere", "after replacing"), lines)
    return f"\n## Follow-ups\n\n{said}\n\n{table}"


def _notices() -> str:
    monitor = SiteSettings().gateway_notice_days
    expiry = f"{EXPIRING.default.days}, {CRITICAL.default.days}"
    lines = [
        ("push certificates, to their Apple ID", expiry),
        ("gateway certificates and the CAs above them", f"{_days(monitor)}, or as set (`gateway_notice_days`)"),
        ("other certificates, the CAs above them, provisioning profiles", expiry),
        ("device CAs", f"{AUTHORITY_DAYS}, {expiry}"),
    ]
    said = (
        "Each is given once. If several of these days have passed when a certificate is imported, only the last one\n"
        "counts. There is also a notice when something stops.\n\n"
        f"Notices come when a certificate becomes *expiring* and *critical*: {EXPIRING.default.days} and "
        f"{CRITICAL.default.days} days\nbefore the end, but at most 1/{EXPIRING.default.lifetime_divisor} and "
        f"1/{CRITICAL.default.lifetime_divisor} of the lifetime, or as the site set it (`site set --expiring`, "
        "`--critical`).\nThe days of gateway certificates and the "
        f"{AUTHORITY_DAYS} days of device CAs count at most for the share of the lifetime that *expiring* has."
    )
    return f"\n## Notices\n\n{said}\n\n{_table(('of', 'days before the end'), lines)}"


def _days(days: Iterable[int]) -> str:
    return ", ".join(str(some) for some in days)


def _table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [header, ["---"] * len(header), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
