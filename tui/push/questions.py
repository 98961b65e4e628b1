"""The questions before a push certificate is uploaded, used or revoked, if devices may be lost."""

from __future__ import annotations

from collections.abc import Callable

from ...store.model.component import Component
from ...store.model.push import PushCertificate
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ...store.words import plural
from ...store.workspace import Workspace
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from .renewal import PortalLine, PushRenewal


def topic_question(
    renewal: PushRenewal, issued: PushCertificate, devices: int, job: Callable[[], PushCertificate | Component]
) -> Question[PushCertificate | Component]:
    """Ask whether to use a push certificate with another topic, which ``job`` does; ``devices`` Apple devices are
    enrolled."""
    current = renewal.current
    used = "" if current is None else f", and {certificate_title(current)} is of {printable(renewal.topic or 'none')}"
    said = [Note(f"What the portal issued is of topic {printable(issued.topic)}{used}.")]
    if not renewal.is_app:
        said.append(Note(f"With it {plural(devices, 'Apple device')} must re-enroll.", "strong"))
    command = ("apns", "import", issued.id, "--need", renewal.need)
    return Question(
        "Use a push certificate of another topic?", "Use it", *said, job=job, doing="Importing …", command=command
    )


def upload_warning(warning: str) -> Question[bool]:
    """Warn before an upload to the portal, and ask whether to continue."""
    warning = printable(warning)
    return Question(
        "Upload all the same?",
        "Upload all the same",
        Note(f"{warning}.", "strong"),
        Note("Nothing has been uploaded yet.", "quiet"),
    )


def revoke_question(workspace: Workspace, line: PortalLine) -> Question[PushCertificate]:
    """Returns the portal's record of the revoked certificate."""
    record = line.record
    consequence = "It is in use." if line.in_use else "It is not the one in use: nothing stops here."
    return Question(
        f"Revoke push certificate #{line.id}",
        "Revoke",
        Note(f"{printable(record.name)}, of {printable(record.apple_id)}. It can't be taken back."),
        Note(consequence, "strong"),
        job=lambda: workspace.apns.revoke(record.apple_id, record.id),
        doing="Revoking …",
        command=("apns", "revoke", record.id, "--apple-id", record.apple_id),
    )
