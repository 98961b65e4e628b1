"""Adding an endpoint, or a list of them from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from textual.widget import Widget

from ...store.certificates.files import read_input
from ...store.components.needs import NEEDS, NeedKind
from ...store.confinement import refuse_confined
from ...store.endpoints.endpoints import NewEndpoint
from ...store.endpoints.host_port import usual_port
from ...store.endpoints.lines import read_lines
from ...store.errors import Refusal
from ...store.model.endpoint import Endpoint, StartTls
from ...store.words import plural
from ..dialogs.choice_fields import ChoiceField, RadioField
from ..dialogs.file_field import FileField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Answers, Note, TextField
from ..shell.keys.keys import keyed

_ONE, _LIST = "one", "list"
_NEEDS = {need.id: need.title for need in NEEDS if need.kind is not NeedKind.PROFILE}
_SEVERAL = {need.id for need in NEEDS if need.several}
_PROTOCOLS = {one: f"{name} (port {usual_port(one)})" for one, name in zip(
    StartTls, ("SMTP", "IMAP", "LDAP", "PostgreSQL"), strict=True
)}  # fmt: skip


def _is_one(answers: Answers) -> bool:
    return bool(answers["which"] == _ONE)


def _is_list(answers: Answers) -> bool:
    return not _is_one(answers)


class AddEndpointDialog(FormDialog[Sequence[Endpoint]]):
    """Returns the added endpoints. ``likely`` is the need to begin with."""

    heading = "Add an endpoint"
    confirm_label = "Add"
    AUTO_FOCUS = "#where"

    def __init__(self, likely: str | None = None) -> None:
        super().__init__()
        self._likely = likely

    def compose_form(self) -> Iterable[Widget]:
        yield Note("A server whose certificate is asked for, by a TLS handshake and nothing else.", "quiet")
        yield RadioField("which", None, {_ONE: "one", _LIST: "a list in a file"})
        yield TextField(
            "where",
            "Host",
            placeholder="gateway.example.com, or host:port",
            when=_is_one,
            to_blame=["host-invalid", "port-invalid", "endpoint-exists"],
        )
        yield FileField("file", "File", when=_is_list)
        yield Note("A line each: HOST[:PORT] [NEED].", "quiet", when=_is_list)
        yield ChoiceField("need", "For", _NEEDS, self._likely, prompt="nothing on the checklist", when=_is_one)
        yield TextField(
            "name",
            "Name",
            placeholder="which of several: the app, CA entity or resource",
            when=lambda answers: _is_one(answers) and answers["need"] in _SEVERAL,
            to_blame=["name-*"],
        )
        yield TextField("server_name", "Server name", placeholder="the host, if empty (SNI)", when=_is_one)
        yield ChoiceField("starttls", "STARTTLS", _PROTOCOLS, prompt="no, TLS at once", when=_is_one)
        yield TextField("description", "Description", placeholder="optional", longest=1000, when=_is_one)

    def command_words(
        self,
        which: str,
        where: str = "",
        file: Path | None = None,
        need: str | None = None,
        **said: Any,
    ) -> Sequence[object]:
        if which == _LIST:
            return () if file is None else ("endpoint", "add", "--file", file.absolute())
        words: list[object] = ["endpoint", "add", where, *(("--need", need) if need else ())]
        for name, value in said.items():
            words += [f"--{name.replace('_', '-')}", value] if value else []
        return words if where else ()

    def work(
        self,
        which: str,
        where: str = "",
        file: Path | None = None,
        need: str | None = None,
        name: str = "",
        server_name: str = "",
        starttls: StartTls | None = None,
        description: str = "",
    ) -> Sequence[Endpoint]:
        refuse_confined("connecting to servers")
        endpoints = self.workspace.endpoints
        if which == _ONE or file is None:
            one = NewEndpoint(
                where=where,
                need=need,
                name=name,
                server_name=server_name,
                starttls=starttls,
                description=description,
            )
            return [endpoints.add(one)]
        added: list[Endpoint] = []
        with self.workspace.database.transaction():
            for line in read_lines(read_input(file)):
                try:
                    added.append(endpoints.add(NewEndpoint(where=line.where, need=line.need)))
                except Refusal as refusal:
                    if refusal.code != "endpoint-exists":
                        raise Refusal(refusal.code, f"{line.where}: {refusal.message}", refusal.hint) from refusal
        return added

    def told(self, result: Sequence[Endpoint]) -> str:
        if len(result) == 1:
            return keyed(f"Added {result[0].title}. {{again}} checks it.")
        return keyed(f"{plural(len(result), 'endpoint')} added. {{again}} checks what is selected.")
