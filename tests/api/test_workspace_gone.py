"""A server whose workspace is moved away while it serves."""

from __future__ import annotations

from pathlib import Path

from .conftest import Rest


def test_it_says_so_and_goes_on_when_it_is_back(rest: Rest, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    folder.rename(elsewhere)
    assert rest.own.refused("PUT", "site", {"mdm_fqdn": "first.example.com"}) == (503, "workspace-gone")
    assert rest.own.refused("GET", "site") == (503, "workspace-gone")
    elsewhere.rename(folder)
    rest.own.done("PUT", "site", {"mdm_fqdn": "second.example.com"})
    assert rest.own.done("GET", "site")["site"]["mdm_fqdn"] == "second.example.com"
