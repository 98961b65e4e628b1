"""The files that a plan names."""

from __future__ import annotations

from collections.abc import Iterator

from .plan import (
    AnyAction,
    ImportCertificate,
    ImportDeviceCertificates,
    ImportProfile,
    Plan,
    ReplaceCertificate,
)


def named_files(plan: Plan) -> Iterator[tuple[AnyAction, str]]:
    """Each file, with the action that names it."""
    for action in plan.actions:
        match action:
            case ReplaceCertificate() | ImportCertificate():
                new = action.new
                yield from ((action, name) for name in (new.file, new.key, new.password_file) if name is not None)
            case ImportProfile() | ImportDeviceCertificates():
                yield action, action.file
            case _:
                pass
