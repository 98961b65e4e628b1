"""JSON pasted from the product's pages."""

from __future__ import annotations

import pytest

from certfleet.api.product.loose_json import read_object
from certfleet.store.errors import Refusal

from .conftest import SEED_JSON


def test_the_body_of_the_page_with_its_comments() -> None:
    assert read_object(SEED_JSON) == {
        "alias": "",
        "useAs": "device",
        "uploadType": "keystore",
        "keystoreType": "PKCS12",
        "identityType": "SERIAL_NUMBER",
        "credentialFileName": "credential.txt",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\ufeff{\u00a0"a":\u00a01,}', {"a": 1}),
        ('{"identityType"="x" # said "so"\n}', {"identityType": "x"}),
        ('{"a": "# = , } \\" \u00a0",}', {"a": '# = , } " \u00a0'}),
        ('{"a": [1, 2,\n # none\n ], # the end\n}', {"a": [1, 2]}),
    ],
)
def test_what_is_meant_is_understood(text: str, found: dict[str, object]) -> None:
    assert read_object(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '"a"',
        "{",
        "{'a': 1}",
        '{"a": 1} {"b": 2}',
        '{"a": 1, "a": 2}',
        '{"a": "\\ud800"}',
        '{"a":' * 9999,
        "7" * 9999,
    ],
)
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_object(text)
    assert refused.value.code == "json-invalid"
