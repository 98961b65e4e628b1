"""The timeline's marks and labels."""

from __future__ import annotations

from datetime import timedelta

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from certfleet.tui.certificates.certificate_rows import CertificateRow, CertificateRows
from certfleet.tui.overview.timeline import gather, place
from tests.material import NOW, issue


def rows(workspace: Workspace, *days: int) -> list[CertificateRow]:
    for number, left in enumerate(days):
        leaf = issue(f"host{number}", not_before=NOW - timedelta(days=1), days=left + 1)
        workspace.inventory.import_from(CertificateSource(data=leaf.pem))
    return list(CertificateRows(workspace).rows.values())


def test_what_expires_on_the_same_days_shares_a_mark(workspace: Workspace) -> None:
    marks = gather(rows(workspace, 8, 8, 30, 89), 60)

    assert [(mark.column, len(mark.rows)) for mark in marks] == [(5, 2), (19, 1), (58, 1)]
    assert marks[0].label == "8 d  host0 +1"


def test_no_label_covers_another_or_a_connector(workspace: Workspace) -> None:
    marks = gather(rows(workspace, 3, 8, 9, 14, 20, 33, 60, 61, 88), 60)
    labels = place(marks, 80, 20)

    assert len(labels) == len(marks)
    taken: set[tuple[int, int]] = set()
    for label in labels:
        cells = {(line, label.mark.column) for line in range(label.line)}
        cells |= {(label.line, label.mark.column + at) for at in range(len(label.text) + 2)}
        assert not cells & taken
        taken |= cells


def test_with_little_room_the_nearest_ends_keep_their_labels(workspace: Workspace) -> None:
    marks = gather(rows(workspace, 3, 20, 40, 60, 80), 60)
    labels = place(marks, 80, 2)

    assert max(label.line for label in labels) < 2
    assert marks[0] in [label.mark for label in labels]
