"""The rule of a protected workspace, in the store: no face can go around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.store.effects.protection import saying_name
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.deployment import use


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A protected one, whose server's certificate is in use."""
    root = make_ca("Root")
    with Workspace.open(tmp_path / "site", start=NOW) as workspace:
        use(workspace, "mdm-ssl", issue("mdm.company.example", issuer=root))
        workspace.site.set(protected_name="Production")
        yield workspace


def test_a_use_case_is_refused_whoever_calls_it(workspace: Workspace) -> None:
    lines = workspace.audit.head()
    with pytest.raises(Refusal, match="workspace-protected"):
        workspace.components.unbind("mdm-ssl")
    assert workspace.components.list()[0].certificate_id is not None
    assert workspace.audit.head() == lines


def test_who_says_its_name_goes_ahead(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="workspace-protected"), saying_name("Rehearsal"):
        workspace.components.unbind("mdm-ssl")
    with saying_name("Production"):
        workspace.components.unbind("mdm-ssl")
    assert workspace.components.list()[0].certificate_id is None


def test_going_back_does_not_take_the_protection_away(workspace: Workspace) -> None:
    first = workspace.moments.all()[0].id  # before anything was protected
    with pytest.raises(Refusal, match="workspace-protected"):
        workspace.moments.go(str(first))
    with saying_name("Production"):
        workspace.moments.go(str(first))
    assert not workspace.site.get().protected_name


def test_a_copy_is_free(workspace: Workspace) -> None:
    with workspace.copy() as copy:
        copy.components.unbind("mdm-ssl")
    assert workspace.trials.try_out(lambda: workspace.components.unbind("mdm-ssl")).is_harmful
