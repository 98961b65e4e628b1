"""Who answers for the records of a list, looked up in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...store.persistence.database import Changes
from ...store.printable import printable
from ..shell.background_search import BackgroundSearch
from ..shell.page import Page

AT_ONCE = 200  # records
_TABLES = ("ownerships", "components", "certificates", "settings", "authority_groups")


class OwnerNames:
    """The owners of a page's records (``certificate:4``). ``records`` says which there are, ``found`` is called when
    others are known."""

    def __init__(self, page: Page, records: Callable[[], Iterable[str]], found: Callable[[], object]) -> None:
        self._page, self._records, self._told = page, records, found
        self._names: dict[str, str] = {}
        self._search = BackgroundSearch(page, self._look, self._found)

    def of(self, record: str) -> str:
        """The owner of a record, safe to show; empty if nobody is known."""
        return printable(self._names.get(record, ""))

    def follow(self, changes: Changes | None) -> None:
        """Look again, if somebody else may answer for a record now."""
        if changes is None or changes.touches(*_TABLES):
            self._search()

    def _look(self) -> Callable[[], dict[str, str]]:
        owners, records = self._page.workspace.owners, list(self._records())

        def look() -> dict[str, str]:
            names: dict[str, str] = {}
            for first in range(0, len(records), AT_ONCE):  # in between, others get at the store
                names |= owners.names(records[first : first + AT_ONCE])
            return names

        return look

    def _found(self, names: dict[str, str]) -> None:
        if names != self._names:
            self._names = names
            self._told()
