"""What a certificate is called: by its description or topic where its common name says nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from certfleet.store.views.certificate import certificate_title, listed_name, san_text
from tests.material import issue, push_subject
from tests.store.deployment import entry_of

UUID = "12bd4ace-7f1e-4c2d-9d1b-0a8c5e6f7a90"
TOPIC = f"com.apple.mgmt.External.{UUID}"


@pytest.mark.parametrize(
    ("common_name", "topic", "description", "title", "listed"),
    [
        (f"APSP:{UUID}", TOPIC, "", f"#1 {TOPIC}", TOPIC),
        (
            f"APSP:{UUID}",
            TOPIC,
            "Push, of the mobile team",
            "#1 Push, of the mobile team",
            f"Push, of the mobile team · {TOPIC}",
        ),
        (
            "Apple Push Services: com.company.mail",
            "com.company.mail",
            "Mail",
            "#1 Apple Push Services: com.company.mail",
            "Apple Push Services: com.company.mail",
        ),
        (UUID.upper(), None, "VPN of the warehouse", "#1 VPN of the warehouse", "VPN of the warehouse"),
        (UUID, None, "", f"#1 {UUID}", UUID),
        ("mdm.example.com", None, "MDM FQDN", "#1 mdm.example.com", "mdm.example.com"),
    ],
)
def test_what_it_is_called(common_name: str, topic: str | None, description: str, title: str, listed: str) -> None:
    issued = issue(common_name) if topic is None else issue(subject=push_subject(common_name, topic))
    entry = replace(entry_of(issued), description=description)
    assert (certificate_title(entry), listed_name(entry)) == (title, listed)
    assert entry.topic == topic and entry.common_name == common_name


@pytest.mark.parametrize(
    ("common_name", "shown"),
    [
        ("evil\x1b]0;owned\x07\nnew line", r"evil\x1b]0;owned\x07\x0anew line"),
        ("turned\u202e", r"turned\u202e"),
        ("a, b + c\\x0a", "a, b + c\\x0a"),
        ("pay\xadpal", r"pay\xadpal"),
    ],
)
def test_what_cannot_be_seen_is_written_out_with_its_backslash(common_name: str, shown: str) -> None:
    assert certificate_title(entry_of(issue(common_name))) == f"#1 {shown}"


@pytest.mark.parametrize(
    ("san", "shown"),
    [
        ("DNS:xn--mnchen-3ya.example", "DNS:xn--mnchen-3ya.example (münchen.example)"),
        ("DNS:*.XN--MNCHEN-3YA.example", "DNS:*.XN--MNCHEN-3YA.example (*.münchen.example)"),
        ("DNS:xn--strae-oqa.example", "DNS:xn--strae-oqa.example (straße.example)"),
        ("DNS:www.example.com", "DNS:www.example.com"),
        ("DNS:xn--.example", "DNS:xn--.example"),
        ("DNS:xn--a-\x1b.example", "DNS:xn--a-\\x1b.example"),
        ("DNS:xn--99999999999.example", "DNS:xn--99999999999.example"),
        ("DNS:xn--www-.example", "DNS:xn--www-.example"),
        ("email:a@xn--mnchen-3ya.example", "email:a@xn--mnchen-3ya.example"),
    ],
)
def test_an_international_name_is_shown_as_people_write_it(san: str, shown: str) -> None:
    assert san_text(san) == shown
