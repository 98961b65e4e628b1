"""A form over what a record has: what the person didn't touch stays as others have it by then."""

from __future__ import annotations

from typing import Any

from ...store.errors import Refusal
from .background_work import Result
from .form_dialog import FormDialog


class RecordForm(FormDialog[Result]):
    """``touched`` are the answers to be sent: somebody else may change the record while the form is open."""

    changes = True

    def on_mount(self) -> None:
        """Keep the answers that it begins with."""
        self._first = dict[str, Any]()
        for field in self.fields:
            try:
                self._first[field.key] = field.answer
            except Refusal:  # it has to be answered anyhow
                continue

    def touched(self, answers: dict[str, Any]) -> dict[str, Any]:
        """Those of the ``answers`` that differ from the first ones."""
        return {key: answer for key, answer in answers.items() if key not in self._first or answer != self._first[key]}
