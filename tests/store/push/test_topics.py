"""Topics in certificate subjects."""

from __future__ import annotations

from uuid import UUID

import pytest

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.errors import Refusal
from certfleet.store.model.push_topic import is_management_topic, topic_of_subject
from certfleet.store.push.topics import app_subject, check_bundle, management_subject, push_subject
from tests.material import issue

TOPIC = "com.apple.mgmt.External.0f3a9c52-6b1d-4f6e-9d55-1f0a8f0f2c11"


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        (f"C=US,CN=APSP:0f3a9c52,UID={TOPIC}", TOPIC),
        (f"UID={TOPIC},CN=APSP:0f3a9c52,C=US", TOPIC),
        (f"C=US,0.9.2342.19200300.100.1.1={TOPIC}", TOPIC),
        ("C=US,CN=Apple Push Services: com.example.mail,UID=com.example.mail", "com.example.mail"),
        ("CN=mdm.example.com,O=Example", None),
        ("UID=AB12CD34EF,CN=Apple Distribution: Example,OU=AB12CD34EF,O=Example,C=US", None),
        ("UID=jdoe,CN=Jane Doe", None),
        ("UID=jane@example.com,CN=Jane Doe", None),
        ("", None),
        # A common name that wants to be taken for a topic.
        (f"CN=x\\,UID={TOPIC}", None),
        (f"CN=UID={TOPIC}", None),
    ],
)
def test_the_topic_in_a_subject(subject: str, topic: str | None) -> None:
    assert topic_of_subject(subject) == topic


def test_the_topic_of_a_certificate_and_whose_it_is() -> None:
    uuid = UUID("0f3a9c52-6b1d-4f6e-9d55-1f0a8f0f2c11")
    management = parse_certificate(issue(subject=management_subject(uuid)).der).facts.topic
    app = parse_certificate(issue(subject=app_subject("com.example.mail")).der).facts.topic
    assert (management, app) == (TOPIC, "com.example.mail")
    assert is_management_topic(TOPIC)
    assert not is_management_topic("com.example.mail")


def test_a_long_name_is_cut_and_an_empty_one_is_the_topic() -> None:
    long = app_subject("com.example." + "a" * 100)
    assert parse_certificate(issue(subject=long).der).facts.topic == "com.example." + "a" * 100
    assert "CN=com.example.mail" in push_subject("com.example.mail", "").rfc4514_string()


@pytest.mark.parametrize(
    "text", ["", "mail", "com..mail", ".com.mail", "com.example.*", "com.apple.mgmt.External.1", "ä.b"]
)
def test_what_is_no_bundle_id(text: str) -> None:
    with pytest.raises(Refusal, match="bundle-invalid"):
        check_bundle(text)


def test_blanks_around_a_bundle_id_are_none_of_it() -> None:
    assert check_bundle(" com.Example.secure-mail\n") == "com.Example.secure-mail"
