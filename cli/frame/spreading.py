"""Options for work with many keys, signatures or devices: by how many processes it is done, and on which machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import NamedTuple

import click

from ...store.errors import Refusal
from .parameters import Decorated

_CLUSTER, _SEND = "certfleet.executor", "certfleet.send_secrets"


class Hands(NamedTuple):
    """Who does the work: so many processes of this machine, or an executor that does so many jobs at once."""

    workers: int
    executor: Executor | None


def spreading_options(
    name: str = "--workers", help: str = "Use N processes for the cryptography."
) -> Callable[[Decorated], Decorated]:
    """The number of processes, as an argument of the option's name; ``--executor`` and ``--send-secrets``, for
    ``hands``."""
    from ...simulator.engine.processes.workers import MOST_WORKERS

    processes = click.option(
        name, type=click.IntRange(1, MOST_WORKERS), default=1, show_default=True, metavar="N", help=help
    )
    cluster = click.option(
        "--executor",
        metavar="dask://HOST:PORT",
        expose_value=False,
        callback=_keep(_CLUSTER),
        help="Do it on a Dask cluster instead; needs --send-secrets. dask+tls:// encrypts what is sent.",
    )
    consent = click.option(
        "--send-secrets",
        is_flag=True,
        expose_value=False,
        callback=_keep(_SEND),
        help="Send the cluster what the work needs: keys of devices and CAs, keystores and their passwords, records.",
    )
    return lambda command: processes(cluster(consent(command)))


@contextmanager
def hands(workers: int) -> Iterator[Hands]:
    """Who does the work of this command. Refuses as ``dask_executor`` does, or with ``secrets-would-leave``."""
    meta = click.get_current_context().meta
    address: str | None = meta.get(_CLUSTER)
    if address is None:
        if meta.get(_SEND):
            raise click.UsageError("--send-secrets goes with --executor.")
        yield Hands(workers, None)
        return
    if not meta.get(_SEND):
        raise Refusal(
            "secrets-would-leave",
            f"the work would send keys or records of this workspace to {address}",
            "Add --send-secrets if that cluster is as trustworthy as the workspace.",
        )
    from ...simulator.engine.processes.dask_executor import dask_executor

    with dask_executor(address) as executor:
        yield Hands(executor.workers, executor)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
    def keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
        context.meta[name] = value

    return keep
