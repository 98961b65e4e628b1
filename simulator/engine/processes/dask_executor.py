"""Another machine's processes: the executor of a Dask cluster (``dask.distributed``), extra ``dask``.

What is sent there are the jobs of an executor: for issuing, the fleet's secret and the keys of its CAs; for a bulk
import, archived keystores with their passwords; for a forecast, a copy of the workspace without its vault. So a cluster
must be as trustworthy as the workspace, and whoever uses one says so (``--send-secrets``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from .... import __version__
from ....store.errors import Refusal
from ....store.extras import extra

SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
"""The scheme of an executor's address, and of Dask's own. TLS takes its certificates from Dask's configuration."""

PATIENCE = 10.0
"""Seconds until a scheduler must have answered."""

_Result = TypeVar("_Result")


class DaskExecutor(Executor):
    """Hands jobs to a cluster. A job whose workers have died three times fails with ``BrokenExecutor``."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._inner: Executor = client.get_executor(pure=False)

    @property
    def workers(self) -> int:
        """How many jobs the cluster does at once."""
        return max(1, sum(int(threads) for threads in self._client.nthreads().values()))

    def submit(self, fn: Callable[..., _Result], /, *args: Any, **kwargs: Any) -> Future[_Result]:
        """As ``Executor.submit``."""
        # As one object: Dask looks into arguments, and takes some of the keywords for its own.
        inner, future = self._inner.submit(partial(fn, *args, **kwargs)), Future[_Result]()

        def ended(done: Future[_Result]) -> None:
            if done.cancelled():
                future.cancel()
            elif future.set_running_or_notify_cancel():
                error = done.exception()
                if error is None:
                    future.set_result(done.result())
                else:
                    future.set_exception(_translated(error))

        inner.add_done_callback(ended)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give jobs back that nobody waits for."""
        self._inner.shutdown(wait=wait and not cancel_futures)


@contextmanager
def dask_executor(address: str) -> Iterator[DaskExecutor]:
    """The executor of the scheduler at ``dask://HOST:PORT`` or ``dask+tls://HOST:PORT``.

    Refuses with ``extra-missing``, ``executor-address-invalid``, ``executor-unreachable``, ``executor-without-workers``
    or, if a worker has no certfleet or another release, ``executor-release``.
    """
    scheme, found, place = address.partition("://")
    if not found or scheme not in SCHEMES or not place.rpartition(":")[2].isdigit():
        raise Refusal(
            "executor-address-invalid",
            f"{address!r} names no cluster",
            "Name its scheduler: dask://HOST:8786, or dask+tls://HOST:8786.",
        )
    with extra("dask", "A Dask cluster"):
        from distributed import Client
        from distributed.comm.core import CommClosedError
    try:
        connect: Any = Client  # it has no types
        client = connect(f"{SCHEMES[scheme]}://{place}", timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, CommClosedError, ValueError, TypeError) as error:
        raise Refusal(
            "executor-unreachable",
            f"no scheduler answers at {address}",
            "Start one with `dask scheduler`, and workers with `dask worker`; the address is in their log.",
        ) from error
    try:
        _refuse_others(client, address)
        with DaskExecutor(client) as executor:
            yield executor
    finally:
        with suppress(Exception):
            client.close(timeout=PATIENCE)


def release() -> str:
    """The release of certfleet where this is called."""
    return __version__


def _refuse_others(client: Any, address: str) -> None:
    try:
        releases = client.run(release)
    except Exception as error:  # whatever the workers couldn't import
        raise _other_release("without certfleet, or with a very different release of it") from error
    if not releases:
        raise Refusal(
            "executor-without-workers",
            f"the cluster at {address} has no workers",
            "Start some: `dask worker HOST:8786`, with certfleet installed there.",
        )
    if others := sorted(set(releases.values()) - {__version__}):
        raise _other_release(f"with certfleet {', '.join(others)}")


def _other_release(what: str) -> Refusal:
    return Refusal(
        "executor-release",
        f"the cluster has workers {what}; here it is {__version__}",
        f"Install it there: pip install 'certfleet[dask]=={__version__}'.",
    )


def _translated(error: BaseException) -> BaseException:
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker | CommClosedError | FutureCancelledError):
        return BrokenExecutor(str(error))
    return error
