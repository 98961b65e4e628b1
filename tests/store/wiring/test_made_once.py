"""A workspace's use cases are imported and made when they are first used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.wiring.fleet_use_cases import FleetUseCases
from certfleet.store.wiring.made_once import made_once
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.store.deployment import bring, source

NAMES = sorted(name for kind in FleetUseCases.__mro__ for name, one in vars(kind).items() if isinstance(one, made_once))


class WithAnAnswer:
    def __init__(self) -> None:
        self.calls = 0
        self.both = Barrier(2, timeout=60)

    @made_once
    def answer(self) -> list[int]:
        """What it is."""
        self.calls += 1
        return [42]

    @made_once
    def slow(self) -> object:
        self.both.wait()
        return object()


def test_it_is_made_when_it_is_first_read_and_then_kept() -> None:
    holder = WithAnAnswer()
    assert holder.calls == 0
    assert holder.answer is holder.answer
    assert holder.calls == 1
    assert WithAnAnswer().answer is not holder.answer
    assert WithAnAnswer.answer.__doc__ == "What it is."


def test_two_threads_that_make_it_at_once_get_the_same() -> None:
    holder, got = WithAnAnswer(), []
    threads = [Thread(target=lambda: got.append(holder.slow)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got[0] is got[1] is holder.slow


@pytest.mark.parametrize("name", NAMES)
def test_making_a_use_case_changes_nothing_and_waits_for_nobody(workspace: Workspace, name: str) -> None:
    """Of two that are made at once, one is forgotten; and whoever writes may make one while others wait for him."""
    database = workspace.database
    before, making = database.engine.last_transaction(), Thread(target=getattr, args=(workspace, name), daemon=True)
    with database.lock:
        making.start()
        making.join(timeout=60)
        assert not making.is_alive()
    assert database.engine.last_transaction() == before


def test_an_open_workspace_has_imported_what_it_needs_only() -> None:
    code = "import sys; from certfleet.store.workspace import Workspace as w; w.open(None).close(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    later = {"bulk.archive", "devices_import.importing", "policies.policies", "profiles.profiles", "undoing.undoing"}
    assert not {f"certfleet.store.{name}" for name in later} & set(done.stdout.split())


def test_a_reaction_of_a_use_case_that_nobody_used_yet_is_not_lost(tmp_path: Path, clock: FixedClock) -> None:
    """Replacing a certificate: its component, its owner and its trust follow in a workspace that was just opened,
    exactly as in one where everything has been made before."""
    old, new = issue("mdm"), issue("mdm")
    said = []
    for folder, all_first in ((tmp_path / "lazy", False), (tmp_path / "eager", True)):
        with Workspace.open(folder, clock=clock) as workspace:
            entry = bring(workspace, old)
            component = workspace.components.bind("saml", entry.id)
            workspace.owners.set(f"certificate:{entry.id}", owner="sam@example.com")
        with Workspace.open(folder, clock=clock) as workspace:
            if all_first:
                for name in NAMES:
                    getattr(workspace, name)
            else:
                assert not {"components", "owners", "tasks", "policies", "trust"} & vars(workspace).keys()
            result = workspace.inventory.replace(entry.id, source(new))
            assert workspace.components.get(component.id).certificate_id == result.new.id
            assert workspace.owners.own(f"certificate:{result.new.id}").owner == "sam@example.com"
            said.append([(line.action, line.summary) for line in workspace.audit.tail(50)])
    assert said[0] == said[1]
