"""``certfleet plan from-audit``: what was done in a workspace, as a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from ...simulator.plans.from_audit import plan_from_audit
from ...simulator.plans.words import plan_document
from ...simulator.plans.writing import plan_text
from ...store.file_writing import check_target, write_file
from ...store.words import plural
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import MOMENT
from ..frame.session import Session


@command("from-audit", examples=["certfleet plan from-audit --output done.toml"])
@click.option(
    "--since",
    type=MOMENT,
    metavar="2026-01-05",
    help="From this time on. Default: since the fleet was drawn; without a simulated fleet, everything.",
)
@click.option("--with-keys", is_flag=True, help="Write certificates with their private keys, as PKCS #12.")
@output_options
def from_audit(session: Session, since: datetime | None, with_keys: bool, output: OutputFile) -> Answer:
    """Write what was done in the workspace as a plan. Run on the same start, it leads to the same state, key material
    aside. What no action of a plan does is counted. Imported certificates are written beside the plan, so --output is
    needed for them."""
    if with_keys and output.path is None:
        raise click.UsageError("--with-keys goes with --output.")
    output.check()
    workspace = session.open()
    name = "from-audit" if output.path is None else output.path.stem
    found = plan_from_audit(workspace, name, since=since, keys=with_keys)
    if found.files and output.path is None:
        raise click.UsageError("The plan needs certificates in files beside it: name its own with --output.")
    left_out = [f"{action} ({count})" for action, count in found.left_out.items()]
    lines = [f"left out, since no action of a plan does it: {', '.join(left_out)}"] if left_out else []
    if found.files:
        _write_beside(session, output, found.files)
        lines.append(f"{plural(len(found.files), 'file')} beside it{'' if with_keys else '; no private key'}")
    document = {"plan": plan_document(found.plan), "files": list(found.files), "left_out": found.left_out}
    text = plan_text(found.plan, comments=lines)
    said = [f"{plural(len(found.plan.actions), 'action')}", *lines]
    return output.answer(document, text.encode(), said, aside=True)


def _write_beside(session: Session, output: OutputFile, files: Mapping[str, bytes]) -> None:
    """Write the files that the plan names into its folder; refuses if one is there already."""
    folder = Path() if output.path is None else output.path.parent
    for name in files:
        check_target(folder / name, force=output.force, workspace=session.path, private=True)
    for name, data in files.items():
        write_file(folder / name, data, force=output.force, private=True)
