"""What can be done on other screens, for the palette: each entry leads there, and says the key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from textual.binding import Binding
from textual.command import Hit, Hits, Provider

from ...screens import SCREENS
from ..console_app import console_of
from ..keys.keys import keyed
from ..pages import PAGES

TITLES = {
    **{page.name: page.title for page in PAGES},
    "device-certificates": "Device certificates",
    "endpoints": "Endpoints",
    "forecast": "Forecast",
}
_LOOKING = """
back columns copy details-down details-up filter left narrower next-record next-tab other-tab previous-record
previous-tab right save-filter save-list select-all wider zoom
"""
SAME_EVERYWHERE = frozenset(_LOOKING.split())
"""The keys that are about looking, which every list has."""

_BELOW = 0.5  # of the scores: what can be done here comes first
_SHORTEST = 3  # letters


class _Deed(NamedTuple):
    """What a key does on a screen."""

    screen: str
    key: str
    says: str


def deeds_of(screen: str) -> Iterator[_Deed]:
    """What can be done on a screen, by its own keys."""
    for kind in SCREENS[screen]().__mro__:
        for binding in vars(kind).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id and binding.id not in SAME_EVERYWHERE:
                yield _Deed(screen, binding.id, binding.tooltip or binding.description)


class ElsewhereCommands(Provider):
    """Found by all the words that are typed, in the screen's title or in what the key does."""

    async def search(self, query: str) -> Hits:
        console, words = console_of(self.screen), query.lower().split()
        for screen, title in TITLES.items() if len(query) >= _SHORTEST else ():
            for deed in deeds_of(screen) if screen != console.current_mode else ():
                said = f"{title}: {deed.says}"
                if all(word in said.lower() for word in words):
                    yield Hit(_BELOW, said, partial(self._lead, deed), help=f"key {keyed('{' + deed.key + '}')} there")

    def _lead(self, deed: _Deed) -> None:
        console = console_of(self.screen)
        console.action_page(deed.screen)
        console.note(f"Here, {keyed('{' + deed.key + '}')}: {deed.says}.")
