"""Export of the configuration profile that a device receives with a policy."""

from __future__ import annotations

import re
from pathlib import Path

from ...store.model.policy import Policy
from ...store.printable import printable
from ...store.workspace import Workspace
from ..devices.find_device import find_device
from ..dialogs.form_fields import Answers, Note, TextField, needed
from ..dialogs.save_dialog import FileFormat, SaveDialog
from .wording import name_of_policy


def export_dialog(workspace: Workspace, policy: Policy) -> SaveDialog:
    """Ask for the device, by its id or one of its identities."""
    title = ""

    def name(answers: Answers) -> str:
        words = re.findall(r"[A-Za-z0-9]+", f"{policy.name} {answers.get('device', '')}")
        return f"{'-'.join(words)[:80].lower() or 'policy'}.mobileconfig"

    def contents(device: str) -> bytes:
        nonlocal title
        found = find_device(workspace, device)
        title = f"#{found.id} {printable(found.name)}"
        return workspace.policies.profile_for(found.id, policy.id)

    def told(path: Path) -> str:
        return f"The profile of {title} is in {path}"

    no_device = needed("value-missing", "no device is named", "Type its id, or one of its identities.")
    which = "id, serial number, IMEI, MEID or UDID"
    return SaveDialog(
        f"Export the profile of {name_of_policy(policy)}",
        {None: FileFormat("", "", private=True)},
        contents,
        says=[
            Note(
                "The configuration profile (.mobileconfig) that the device receives: the VPN, and the certificate with "
                "its private key and the password to it. Only you can read the file; an audit line is left.",
                "quiet",
            ),
            Note(),
        ],
        fields=[TextField("device", "Device", placeholder=which, check=no_device, to_blame=["device-*"])],
        name=name,
        told=told,
        command=lambda device: ("device", "profile", device, "--policy", policy.id),
    )
