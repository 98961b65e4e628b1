"""What is asked before a push certificate is uploaded, used or revoked, when that may cost devices."""

from __future__ import annotations

from ...store.model.push import PushCertificate
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ...store.words import plural
from ...store.workspace import Workspace
from ..components.form_fields import Note
from ..components.question import Question
from .renewal import PortalLine, PushRenewal


def topic_question(renewal: PushRenewal, issued: PushCertificate, devices: int) -> Question[bool]:
    """Whether a push certificate of another topic is to be used; ``devices`` Apple devices are enrolled."""
    current = renewal.current
    used = "" if current is None else f", and {certificate_title(current)} is of {printable(renewal.topic or 'none')}"
    said = [Note(f"What the portal issued is of topic {printable(issued.topic)}{used}.")]
    if not renewal.is_app:
        said.append(Note(f"With it {plural(devices, 'Apple device')} must re-enroll.", "strong"))
    return Question("Use a push certificate of another topic?", "Use it", *said)


def upload_warning(warning: str) -> Question[bool]:
    """What should be known before an upload to the portal, and whether it is to be uploaded all the same."""
    warning = printable(warning)
    return Question(
        "Upload all the same?",
        "Upload all the same",
        Note(f"{warning[:1].upper()}{warning[1:]}.", "strong"),
        Note("Nothing has been uploaded yet.", "quiet"),
    )


def revoke_question(workspace: Workspace, line: PortalLine) -> Question[PushCertificate]:
    """Gives the certificate as the portal lists it then."""
    record = line.record
    consequence = "It is in use." if line.in_use else "It is not the one in use: nothing stops here."
    return Question(
        f"Revoke push certificate #{line.id}",
        "Revoke",
        Note(f"{printable(record.name)}, of {printable(record.apple_id)}. It can't be taken back."),
        Note(consequence, "strong"),
        job=lambda: workspace.apns.revoke(record.apple_id, record.id),
        doing="Revoking …",
    )
