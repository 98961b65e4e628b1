"""The workspace's portal, and an administrator's work with push certificates."""

from __future__ import annotations

import pytest

from certfleet.store.push.portal import PushPortal
from certfleet.store.push.renewal import PushCertificates
from certfleet.store.workspace import Workspace
from tests.store.push.desk import portal_of, push_of


@pytest.fixture
def portal(workspace: Workspace) -> PushPortal:
    return portal_of(workspace)


@pytest.fixture
def push(workspace: Workspace, portal: PushPortal) -> PushCertificates:
    return push_of(workspace, portal)
