"""Tests that open no workspace: with ``--engine postgresql`` they would do the same again, so they are left out there.

Which these are is found out by the run on SQLite, and kept in pytest's cache as long as no source file changes. What
has not run on SQLite is not left out. Programs that tests start don't count: a new workspace of theirs is in SQLite
always.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from certfleet.store import copying, workspace

_PROPERTY = "opens a workspace"
_KEPT = "certfleet/without-workspace"
_SOURCES = ("api", "benchmarks", "certfleet", "cli", "docs", "simulator", "store", "testing", "tests", "tui")


class Opened:
    """Workspaces that are opened or copied in this process, in one of the ways that ``in_postgresql`` changes."""

    def __init__(self) -> None:
        self._is_new = False
        self._fixtures = set[Any]()

    def note(self) -> None:
        """One is."""
        self._is_new = True

    @contextmanager
    def by_fixture(self, fixture: Any) -> Iterator[None]:
        """Inside, a fixture is set up. If it opens one, and is there for several tests, all of them use it."""
        was, self._is_new = self._is_new, False
        try:
            yield
        finally:
            if self._is_new and fixture.scope != "function":
                self._fixtures.add(fixture)
            self._is_new |= was

    def tell(self, request: pytest.FixtureRequest) -> None:
        """Leave with a test, which ends, whether it or a fixture of its has opened one."""
        opened, self._is_new = self._is_new, False
        opened |= not self._fixtures.isdisjoint(request._fixture_defs.values())
        request.node.user_properties.append((_PROPERTY, opened))

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Inside, all are noted."""
        with pytest.MonkeyPatch.context() as patch:
            for owner, name in (workspace, "prepare_folder"), (workspace, "open_engine"), (copying, "prepare_folder"):
                patch.setattr(owner, name, self._noting(getattr(owner, name)))
            yield

    def _noting(self, opens: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(opens)
        def noting(*what: Any, **options: Any) -> Any:
            self.note()
            return opens(*what, **options)

        return noting


OPENED = Opened()
"""Those of this process."""


class Record:
    """A plugin of the process that hands out the tests, or runs them all: it keeps which of them opened none."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._sources = _sources(config.rootpath)
        self._opened: dict[str, bool] = {}
        self._failed = set[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)
        if report.when == "teardown":
            self._opened.update(
                (report.nodeid, bool(opened)) for name, opened in report.user_properties if name == _PROPERTY
            )

    def pytest_sessionfinish(self) -> None:
        none = {test for test, opened in self._opened.items() if not opened} - self._failed
        kept = _kept(self._config, self._sources) - self._opened.keys() - self._failed
        if (cache := getattr(self._config, "cache", None)) is not None:  # -p no:cacheprovider
            cache.set(_KEPT, {"sources": self._sources, "tests": sorted(none | kept)})


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of these tests, those that are known to open no workspace."""
    known = _kept(config, _sources(config.rootpath))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in known])
    items[:] = [item for item in items if item.nodeid not in known]


def _kept(config: pytest.Config, sources: str) -> set[str]:
    """Those of a run on the same sources."""
    cache = getattr(config, "cache", None)
    kept = {} if cache is None else cache.get(_KEPT, {})
    return set(kept["tests"]) if kept.get("sources") == sources else set()


def _sources(root: Path) -> str:
    """A digest of all modules."""
    digest = hashlib.sha256()
    for folder in _SOURCES:
        for file in sorted((root / folder).rglob("*.py")):
            digest.update(b"%s\0%s\0" % (str(file.relative_to(root)).encode(), file.read_bytes()))
    return digest.hexdigest()
