"""The commands of the palette: screens, the keys of the current screen, certificates and devices by any word."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from ....store.printable import printable
from ....store.views.certificate import status_text
from ....store.views.device import state_text
from ....store.words import days_text
from ..console_app import ConsoleApp, console_of
from ..pages import PAGES

SHOWN = 25
_EVERYWHERE = ("undo", "changes", "copy-command", "visited-before", "visited-after")


class _Commands(Provider):
    """Titles with a help text, matched fuzzily."""

    @property
    def console(self) -> ConsoleApp:
        return console_of(self.screen)

    @abstractmethod
    def entries(self) -> list[tuple[str, str, Callable[[], object]]]:
        """The entries: title, help, and the function to call."""

    async def discover(self) -> Hits:
        for title, help_text, run in self.entries():
            yield DiscoveryHit(title, run, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, help_text, run in self.entries():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), run, help=help_text)


class PageCommands(_Commands):
    """The screens, and the looks."""

    def entries(self) -> list[tuple[str, str, Callable[[], object]]]:
        pages: list[tuple[str, str, Callable[[], object]]] = [
            (f"{number} {page.title}", page.purpose, partial(self.console.action_page, page.name))
            for number, page in enumerate(PAGES, 1)
        ]
        go = partial(self.console.action_page, "device-certificates")
        served = partial(self.console.action_page, "endpoints")
        ahead = partial(self.console.action_page, "forecast")
        return [
            *pages,
            ("5 0 Device certificates", "Imported in bulk, delivered by policies", go),
            ("6 0 Endpoints", "What servers really serve: add, check now, import", served),
            ("z Scenario", "Objectives, hints and debrief, or start one", self.console.action_scenario),
            ("7 0 Forecast", "What stops if time goes on, by plans side by side", ahead),
            *(
                (command.title, command.help, command.callback)
                for command in self.console.get_system_commands(self.screen)
            ),
        ]


class ActionCommands(_Commands):
    """The keys of the current screen, and those that do the same on every one."""

    def entries(self) -> list[tuple[str, str, Callable[[], object]]]:
        return [
            (
                active.binding.tooltip or active.binding.description,
                f"key {self.app.get_key_display(active.binding)}",
                partial(self.app.run_action, active.binding.action, active.node),
            )
            for active in self.screen.active_bindings.values()
            if active.enabled
            and (active.node is self.screen or (active.node is self.app and active.binding.id in _EVERYWHERE))
            and active.binding.description
            and not active.binding.action.startswith(("app.", "screen."))
        ]


class DeviceCommands(Provider):
    """Devices by model, owner or any identity."""

    async def search(self, query: str) -> Hits:
        console = console_of(self.screen)
        words = query.lower().split()
        for row in await console.fleet.find(words, SHOWN) if len(query) > 2 else ():
            score = 0.8 if all(word in row.name.lower() for word in words) else 0.3
            told = f"{state_text(row.device.state)}, {printable(row.whole.owner)}"
            yield Hit(score, Content(row.name), partial(console.open_device, row.id), help=told)


class CertificateCommands(Provider):
    """Certificates by name, number, serial number, fingerprint or description."""

    async def search(self, query: str) -> Hits:
        console = console_of(self.screen)
        words = query.lower().split()
        found = 0
        for row in console.certificates.rows.values():
            if all(word in row.haystack for word in words):
                found += 1
                if found > SHOWN:
                    return
                status = f"{status_text(row.status)}, {days_text(row.days)}"
                go = partial(console.open_certificate, row.id)
                score = 0.9 if all(word in row.name.lower() for word in words) else 0.4
                yield Hit(score, Content(f"#{row.id} {row.name}"), go, help=status)
