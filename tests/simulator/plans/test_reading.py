"""Plan files: what they say, and every mistake in them with its line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from certfleet.simulator.plans.action_words import action_text
from certfleet.simulator.plans.plan import (
    AddFreeze,
    Choice,
    NewCertificate,
    Plan,
    Renew,
    RenewInRings,
    ReplaceCertificate,
    SetSite,
)
from certfleet.simulator.plans.reading import PlanInvalid, read_plan
from certfleet.simulator.plans.words import plan_lines
from certfleet.simulator.plans.writing import plan_text
from certfleet.store.model.device import Platform
from certfleet.store.toml_lines import lines_of

EVERYTHING = """\
title = "Everything at once"

[[action]]
do = "renew"
at = 2026-12-01            # a day: at 08:00
issuer = "default"
platform = ["ios", "macOS"]
search = "seen:<7d -model:'iPhone 12'"
per_day = 200
working_days = true

[[action]]
do = "renew-in-rings"
after = "2d"
within = "3d"
most_misses = "5%"

[[action.ring]]
name = "pilot"
devices = ["F2LX0001", 12]
most_misses = "2.5%"

[[action.ring]]
share = "10%"

[[action.ring]]
name = "rest"

[[action]]
do = "refresh-authority"
at = 2026-12-01T09:30:00+01:00
name = "group-9"
ready_after = "0h"

[[action]]
do = "replace-certificate"
after = "1d"
certificate = 14
file = "new.p12"
password_file = "pw"

[[action]]
do = "replace-certificate"
after = "1d"
certificate = "gateway-ssl"
valid = "365d"

[[action]]
do = "import-certificate"
after = "1d"
like = "saml"
valid = "52w"
use_as = "saml"

[[action]]
do = "renew-apns"
after = "1d"
apple_id = "mobile@example.com"

[[action]]
do = "bind"
after = "1d"
need = "other"
name = "LDAPS"
certificate = "ldaps.example.com"

[[action]]
do = "use-component"
after = "1d"
need = "pki-user"
use = "not-used"

[[action]]
do = "import-profile"
after = "1d"
file = "mail.mobileprovision"

[[action]]
do = "import-device-certificates"
after = "1d"
file = "vpn.zip"
identity_type = "serial-number"
credentials = "credential.txt"

[[action]]
do = "create-policy"
after = "1d"
name = "Field VPN"
server = "vpn.example.com"
connection_type = "ikev2"
device_authentication = "certificate"
certificate = 14
platform = ["ios", "macos"]
search = "model:iphone"
group = "Field"
perfect_forward_secrecy = false
dead_peer_detection = "low"

[[action]]
do = "deploy-policy"
after = "1d"
policy = "Field VPN"

[[action]]
do = "deploy-root"
after = "1d"
certificate = 2
platform = "ios"
antivirus = true

[[action]]
do = "start-campaign"
after = "1d"
second_mail = "never"
help_desk = 5

[[action]]
do = "set-site"
after = "1d"
expiring = ["45d", "apns=60d,1/2"]
gateway_notice_days = [30, 7]
ssl_offload = true

[[action]]
do = "add-freeze"
after = "1d"
first = 2026-12-20
last = 2027-01-06
why = "end of the year"

[[action]]
do = "complete-task"
after = "1d"
task = "load-balancer"
"""


def mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(PlanInvalid) as refused:
        read_plan(text, "plan")
    return [(mistake.line, mistake.message) for mistake in refused.value.mistakes]


def test_a_plan_says_what_to_do_and_when() -> None:
    plan = read_plan(EVERYTHING, "everything")
    first, rings, refresh, replaced, like, *_ = plan.actions
    assert isinstance(first, Renew)
    assert first.at == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert first.choice.platform == (Platform.IOS, Platform.MACOS)
    assert isinstance(rings, RenewInRings)
    assert [(ring.name, ring.share, ring.most_misses, ring.within) for ring in rings.rings] == [
        ("pilot", None, 0.025, timedelta(days=3)),
        ("ring 2", 0.1, 0.05, timedelta(days=3)),
        ("rest", None, 0.05, timedelta(days=3)),
    ]
    assert rings.rings[0].choice == Choice(devices=("F2LX0001", "12"))
    assert refresh.at == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    assert isinstance(replaced, ReplaceCertificate)
    assert replaced.new == NewCertificate(file="new.p12", password_file="pw")
    assert isinstance(like, ReplaceCertificate)
    assert like.new == NewCertificate(valid=timedelta(days=365))
    assert isinstance(plan.actions[-3], SetSite)
    assert isinstance(plan.actions[-2], AddFreeze)
    assert (plan.actions[-2].first, plan.actions[-2].last) == (date(2026, 12, 20), date(2027, 1, 6))
    assert action_text(plan.actions[-2]) == "add change freeze 2026-12-20..2027-01-06 (end of the year)"
    assert [action.line for action in plan.actions[:3]] == [3, 12, 29]


def test_a_plan_is_written_as_it_is_read() -> None:
    plan = read_plan(EVERYTHING, "everything")
    again = read_plan(plan_text(plan, comments=["by hand"]), "everything")
    assert again.digest == plan.digest
    assert again.title == plan.title
    assert list(plan_lines(again)) == list(plan_lines(plan))


def test_layout_and_comments_don_t_make_another_plan() -> None:
    plan = read_plan(EVERYTHING, "everything")
    assert read_plan(f"# above\n\n\n{EVERYTHING}", "everything").digest == plan.digest
    assert read_plan(EVERYTHING.replace("per_day = 200", "per_day = 201"), "everything").digest != plan.digest


def test_all_mistakes_are_told_with_their_lines() -> None:
    assert mistakes(
        """\
titel = "x"

[[action]]
do = "renwe"

[[action]]
do = "renew"
at = "2026-12-01"
isuer = [
    "default",
]
platform = "ois"
per_day = 0

[[action]]
do = "replace-certificate"
after = "1y"
at = 2026-12-01
"""
    ) == [
        (1, "'titel' is not a field of a plan"),
        (4, "'renwe' is no action"),
        (8, "at: write a date without quotes: 2026-12-01, or 2026-12-01T08:00:00Z"),
        (9, "'isuer' is not a field of the action renew"),
        (12, "platform: 'ois' is no platform"),
        (13, "per_day: write a whole number from 1 to 10,000,000"),
        (15, "the action replace-certificate needs certificate"),
        (15, "an action needs either at or after"),
        (15, "it needs either file or valid"),
        (17, "after: '1y' is not a duration; write 90d, 12h, 2w or 30min"),
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[[action]]\ndo = "renwe"\n', "Did you mean renew?"),
        ('[[action]]\ndo = "renew"\nafter = "1d"\nisuer = "x"\n', "Did you mean issuer?"),
        ('[[action]]\ndo = "bind"\nafter = "1d"\ncertificate = 1\nneed = "gatway-ssl"\n', "Did you mean gateway-ssl?"),
    ],
)
def test_a_mistake_has_a_hint(text: str, hint: str) -> None:
    with pytest.raises(PlanInvalid) as refused:
        read_plan(text, "plan")
    assert refused.value.hint == hint
    assert refused.value.code == "plan-invalid"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = = 1", 1),
        ("title = 'x'\n[[action]\n", 2),
        ("", 0),
        ("action = 3", 1),
        ('[[action]]\ndo = "renew"\nafter = "1d"\nsearch = "days:many"\n', 4),
        ('[[action]]\ndo = "renew"\nafter = "99999999d"\n', 3),
        ('[[action]]\ndo = "renew-in-rings"\nafter = "1d"\n', 1),
        ('[[action]]\ndo = "renew-in-rings"\nafter = "1d"\n[[action.ring]]\nshare = "10%"\n', 4),
        ('[[action]]\ndo = "set-site"\nafter = "1d"\n', 1),
        ('[[action]]\ndo = "add-freeze"\nafter = "1d"\nfirst = 2026-12-20\nlast = "2027-01-06"\n', 5),
        ('[[action]]\ndo = "add-freeze"\nafter = "1d"\nfirst = 2026-12-20T08:00:00Z\nlast = 2027-01-06\n', 4),
        ('[[action]]\ndo = "create-policy"\nafter = "1d"\nname = "V"\nserver = "vpn.example.com"\n', 1),
        ('[[action]]\ndo = "create-policy"\nafter = "1d"\nname = "V"\nserver = "a b"\nidentity_type = "imei"', 1),
        ('[[action]]\ndo = "import-device-certificates"\nafter = "1d"\nfile = "a.zip"\nidentity_type = "mac"\n', 5),
        ('[[action]]\ndo = "use-component"\nafter = "1d"\nneed = "saml"\nuse = "sometimes"\n', 5),
        ('[[action]]\ndo = "set-site"\nafter = "1d"\nexpiring = "soon"\n', 4),
        ('[[action]]\ndo = "renew"\nat = 0001-01-01T00:00:00+05:00\n', 3),
        ('[[action]]\ndo = "renew"\nat = 9999-12-31T23:59:59-05:00\n', 3),
        ('[[action]]\ndo = "import-certificate"\nafter = "1d"\nvalid = "1d"\nkey = "x"\nlike = 2\n', 5),
        ('[[action]]\ndo = "replace-certificate"\nafter = "1d"\ncertificate = 2\nvalid = "1d"\nlike = 2\n', 6),
    ],
)
def test_what_is_wrong_is_refused_in_its_line(text: str, line: int) -> None:
    assert mistakes(text)[0][0] == line


def test_lines_are_told_for_every_layout_of_a_file() -> None:
    text = '# c\na = """x\ny"""\n\n  [[b]]  # c\nc = [1,\n 2]\nd.e = 1\n[[b.f]]\ng = {h = 1}\n[i.j]\nk = 1\n[i]\nl = 1'
    lines = lines_of(text)
    told = {".".join(map(str, path)): line for path, line in lines.items()}
    assert told["a"] == 2
    assert told["b.0"] == 5
    assert told["b.0.c"] == 6
    assert told["b.0.d.e"] == 8
    assert told["b.0.f.0.g"] == 10
    assert told["i.j.k"] == 12
    assert told["i.l"] == 14


def test_an_empty_plan_has_a_digest_of_its_own() -> None:
    assert Plan(name="x").digest == Plan(name="y").digest
