"""Deleting bulk certificates by a text file, line by line."""

from __future__ import annotations

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.model.bulk import IdentityType
from certfleet.store.workspace import Workspace

from .material import (
    MEID,
    SERIAL,
    fleet_archive,
    p12,
    packed,
    take_in,
)


def test_deletion_takes_a_text_file_and_judges_each_line(workspace: Workspace) -> None:
    take_in(workspace, fleet_archive("ONE", "TWO", "THREE"))
    text = f"\ufeffone.p12\r\n\r\n# comment\r\nTWO\r\nNOBODY\r\n{'x' * 65}\r\nONE\r\n".encode()
    results = workspace.bulk.delete(text, identity_type=SERIAL)
    assert [(one.line, one.identity, one.refusal and one.refusal.code) for one in results] == [
        (1, "ONE", None),
        (4, "TWO", None),
        (5, "NOBODY", "bulk-unknown"),
        (6, "X" * 65, "identity-invalid"),
    ]
    assert [record.identity for record in workspace.bulk.list()] == ["THREE"]
    assert workspace.audit.about("bulk:1")[0].summary == ("2 device certificates deleted by SERIAL_NUMBER: ONE to TWO")
    assert workspace.check().clean
    with pytest.raises(Refusal, match="bulk-unknown"):
        workspace.bulk.pkcs12(1)


def test_deletion_goes_by_the_type_of_identity(workspace: Workspace) -> None:
    take_in(workspace, packed({f"{MEID}.p12": p12("x")}), IdentityType.MEID)
    assert [one.record for one in workspace.bulk.delete([MEID], identity_type=SERIAL)] == [None]
    assert workspace.bulk.count() == 1


def test_a_deletion_file_that_is_no_text_is_refused_by_its_line(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="line 2 of the file is no text"):
        workspace.bulk.delete(b"ONE\n\xff\x81", identity_type=SERIAL)
