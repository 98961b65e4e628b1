"""``certfleet endpoint add``: one, or a list of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from ...store.confinement import refuse_confined
from ...store.endpoints.endpoints import NewEndpoint
from ...store.endpoints.lines import read_lines
from ...store.errors import Refusal
from ...store.model.endpoint import StartTls
from ...store.views.endpoint import endpoint_document, endpoint_title
from ...store.workspace import Workspace
from ..frame.answer import Answer, Aside, Text
from ..frame.command import command
from ..frame.input_file import read_file
from ..frame.parameters import FILE, TEXT, EnumChoice
from ..frame.session import Session


@command(
    examples=[
        "certfleet endpoint add gateway.example.com --need gateway-ssl",
        "certfleet endpoint add mail.example.com:25 --starttls smtp",
        "certfleet endpoint add --file hosts.txt",
    ],
    changes=True,
)
@click.argument("where", type=TEXT, metavar="[HOST[:PORT]]", required=False)
@click.option("--file", type=FILE, metavar="FILE", help="A list of endpoints: HOST[:PORT] [NEED] on each line.")
@click.option("--need", type=TEXT, metavar="NEED", help="The need whose certificate it is to serve.")
@click.option("--name", type=TEXT, default="", help="Which of several: the app, CA entity or resource.")
@click.option("--server-name", type=TEXT, default="", metavar="NAME", help="The name to ask for (SNI). Default: HOST.")
@click.option("--starttls", type=EnumChoice(list(StartTls)), help="Begin in the clear, and ask for TLS.")
@click.option("--description", type=TEXT, default="", help="A description of the endpoint.")
def add(
    session: Session,
    where: str | None,
    file: Path | None,
    need: str | None,
    name: str,
    server_name: str,
    starttls: StartTls | None,
    description: str,
) -> Answer:
    """Add an endpoint: a server whose certificate `certfleet endpoint check` asks for. An IPv6 address with a port is
    in brackets. The default port is 443, or that of the protocol that --starttls names. Nothing is connected to yet."""
    refuse_confined("connecting to servers")
    if (where is None) == (file is None):
        raise click.UsageError("Name the endpoint as HOST or HOST:PORT, or a list of them with --file.")
    new = NewEndpoint(
        where=where or "", server_name=server_name, starttls=starttls, need=need, name=name, description=description
    )
    if file is None:
        return _added(session.open(create=True), [new], first=1, strict=True)
    if server_name:
        raise click.UsageError("--server-name goes with a single endpoint.")
    lines = read_lines(read_file(file))
    workspace = session.open(create=True)
    return _added(workspace, [replace(new, where=one.where, need=one.need or need) for one in lines], first=1)


def _added(workspace: Workspace, wanted: list[NewEndpoint], *, first: int, strict: bool = False) -> Answer:
    """Add each of them; the others are reported with the reason, and the exit status is 1."""
    added, refused, told = [], [], list[Text]()
    with workspace.database.transaction():
        for one in wanted:
            try:
                endpoint = workspace.endpoints.add(one)
            except Refusal as refusal:
                if strict or refusal.code == "not-permitted":
                    raise
                refused.append(_refused(one.where, refusal))
                told.append(Aside(f"error: {refusal.code}: {one.where}: {refusal.message}"))
            else:
                added.append(endpoint.id)
                told.append(f"added {endpoint_title(endpoint)}")
    return Answer(
        lambda: {
            "endpoints": [endpoint_document(one) for one in workspace.endpoints.verdicts(added, count=False)],
            "refused": refused,
        },
        [*told, "`certfleet endpoint check` asks what they serve"] if added else told,
        status=int(bool(refused)),
    )


def _refused(where: str, refusal: Refusal) -> dict[str, Any]:
    return {"endpoint": where, "code": refusal.code, "message": refusal.message, "hint": refusal.hint}
