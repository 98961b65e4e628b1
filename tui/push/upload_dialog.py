"""Uploading a request to the push certificates portal as an Apple ID."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from textual.widget import Widget

from ...store.model.component import Component
from ...store.model.push import PushCertificate
from ...store.printable import printable
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, needed
from .questions import upload_warning
from .renewal import PushRenewal

NEWEST, CREATE = "newest", "create"


class PushUploadDialog(FormDialog[PushCertificate | Component]):
    """Returns the certificate that the portal issued; with ``all_steps`` it runs the whole renewal, from the request to
    the import, and returns the component. Before an upload it warns of problems with this Apple ID."""

    heading = "Upload to the push certificates portal"
    confirm_label = "Upload"
    doing = "Uploading …"
    AUTO_FOCUS = "#apple-id"

    def __init__(self, renewal: PushRenewal, *, all_steps: bool = False) -> None:
        super().__init__()
        self._renewal, self._all = renewal, all_steps
        if all_steps:
            self.heading, self.confirm_label = "Renew in the simulated portal, all steps at once", "Renew"
            self.doing = "Making a key and the certificate …"

    def compose_form(self) -> Iterable[Widget]:
        renewal = self._renewal
        if self._all:
            said = "Request, vendor's signature, upload and import. Where one of them is refused, nothing is changed."
            yield Note(said, "quiet")
        yield Note("Sign in as the Apple ID that made the certificate: then its topic stays, and devices go on.")
        yield Note()
        missing = needed("apple-id-missing", "no Apple ID is named", "Type the one that signs in.")
        yield TextField(
            "apple-id", "Apple ID", renewal.owner or "", placeholder="such as it@example.com", check=missing
        )
        if renewal.is_app:
            if renewal.topic is None:
                yield TextField("bundle", "Bundle id", placeholder="such as com.example.securemail")
            return
        options = {NEWEST: "Renew the one of this Apple ID", CREATE: "Create a new one, with a new topic"}
        for line in () if self._all else renewal.portal:
            if line.record.can_be_renewed:
                options[str(line.id)] = f"Renew #{line.id} of {printable(line.record.apple_id)}"
        yield ChoiceField("how", "Upload", options)

    def command_words(self, apple_id: str, how: str = NEWEST, bundle: str = "") -> Sequence[object]:
        words: list[object] = ["apns", "renew"] if self._all else ["apns", "upload", "FILE"]  # that is signed first
        words += ["--apple-id", apple_id, "--need", self._renewal.need]
        words += ["--create"] if how == CREATE else []
        words += ["--renew", how] if how.isdecimal() else []
        return [*words, *(["--bundle", bundle] if bundle else [])]

    def submit(self, answers: dict[str, Any]) -> None:
        asked, how = dict(answers), answers.pop("how", NEWEST)
        way = {"create": how == CREATE, "renew": int(how) if how.isdecimal() else None}
        self._look_at_portal(asked, {**answers, **way})

    def _look_at_portal(self, asked: dict[str, Any], upload: dict[str, Any], agreed_to: str | None = None) -> None:
        """``agreed_to``: the warning that the person goes on in spite of. It is looked for again, since somebody may
        have thought about it for long."""
        way = {key: upload[key] for key in ("create", "renew")}
        warn = partial(self.workspace.apns.warning, upload["apple_id"], self._renewal.need, **way)
        self.perform(warn, partial(self._warned, asked, upload, agreed_to), saying="Looking at the portal …")

    def _warned(
        self, asked: dict[str, Any], upload: dict[str, Any], agreed_to: str | None, warning: str | None
    ) -> None:
        if warning is None or warning == agreed_to:
            job, is_agreed = partial(self.work, **upload), warning is not None
            self.perform(job, partial(self.did, asked), saying=self.doing, agreed=is_agreed)
        else:
            self.console.ask(upload_warning(warning), lambda _: self._look_at_portal(asked, upload, warning))

    def work(self, apple_id: str, create: bool, renew: int | None, bundle: str = "") -> PushCertificate | Component:
        renewal, apns = self._renewal, self.workspace.apns
        if self._all:
            return apns.renew(apple_id, renewal.need, create=create, bundle=bundle or None, confirmed=True)
        assert renewal.request is not None
        id = renewal.request.id
        return apns.upload(
            apple_id,
            self.workspace.requests.pem(id) if renewal.is_app else apns.sign(id),
            renewal.need,
            renew=renew,
            create=create,
            bundle=bundle or None,
            confirmed=True,
        )
