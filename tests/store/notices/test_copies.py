"""A copy of a workspace sends nothing to anybody."""

from __future__ import annotations

from pathlib import Path

from certfleet.store.workspace import Workspace

from .conftest import Tell, send_mail_to


def test_an_imported_copy_has_the_notices_and_sends_none(workspace: Workspace, tell: Tell, tmp_path: Path) -> None:
    send_mail_to(workspace, 2525, "ops@company.example", user="mailer", password="secret")
    workspace.deliveries.set_webhook(url="https://hooks.company.example/certfleet", secret="signing")
    tell("The gateway certificate ends")
    workspace.export_json(tmp_path / "export.json")
    assert workspace.path is not None

    Workspace.import_json(
        (tmp_path / "export.json").read_bytes(), tmp_path / "copy", key_file=workspace.path / "vault.key"
    )

    with Workspace.open(tmp_path / "copy") as copy:
        assert [notice.title for notice in copy.notices.list()] == ["The gateway certificate ends"]
        assert (copy.deliveries.get().smtp, copy.deliveries.get().webhook) == (None, None)
        assert copy.outbox.pending() == []
        assert copy.check().clean
