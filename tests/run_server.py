"""The PostgreSQL server of a run with ``--engine postgresql``: one for all its processes, so that they can copy each
other's schemas, as they copy each other's folders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.postgresql_server import PostgresqlServer, begun

_ADDRESS = "postgresql_of_the_run"


class RunServer:
    """A plugin of the process that hands out the tests, or runs them all: it starts the server when it is needed."""

    def __init__(self, config: pytest.Config) -> None:
        self._server: PostgresqlServer | None = None
        config.stash[_RUN_SERVER] = self

    @property
    def address(self) -> str:
        """The address of its database, to which the schema is to be added."""
        if self._server is None:
            self._server = begun()
        return self._server.address("").removesuffix("&schema=")

    @pytest.hookimpl(optionalhook=True)  # of xdist
    def pytest_configure_node(self, node: Any) -> None:
        try:
            node.workerinput[_ADDRESS] = self.address
        except pytest.skip.Exception as skipped:
            node.workerinput[_ADDRESS] = f"skip {skipped.msg}"

    def pytest_unconfigure(self) -> None:
        if self._server is not None:
            self._server.end()
            self._server = None


_RUN_SERVER = pytest.StashKey[RunServer]()


def address_of_the_run(config: pytest.Config) -> str:
    """The address of the database of this run; a test that asks is skipped where PostgreSQL isn't installed."""
    if hasattr(config, "workerinput"):
        address = str(config.workerinput[_ADDRESS])
        if address.startswith("skip "):
            pytest.skip(address.removeprefix("skip "))
        return address
    return config.stash[_RUN_SERVER].address
