"""``certfleet fixture serve``: every good and bad chain on a TLS end point."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import click

from ..store.confinement import refuse_confined
from ..store.file_writing import write_file
from ..store.notices.addresses import host_name, is_loopback
from ..testing.export.manifest import Expected
from ..testing.live.serving import DOMAIN, HOST, ServedChains, serve_chains
from .frame.answer import Answer, Aside, Content, Text, print_answer
from .frame.command import command
from .frame.interruption import stop_on_signal
from .frame.output_file import OutputFile, output_options
from .frame.parameters import TEXT, seed_option
from .frame.session import Session
from .frame.tables import Listing

POLL = 0.1  # seconds
LONGEST_DOMAIN = 40  # characters: a common name has 64, and the chain's name is in it too


@command(
    examples=[
        "certfleet fixture serve --port 4433 --output root.pem",
        "certfleet fixture serve --host 0.0.0.0 --domain chains.example.test",
    ]
)
@click.option(
    "--host", type=TEXT, default=HOST, show_default=True, help="The address to listen on; others than loopback's too."
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, show_default=True, metavar="N", help="0 takes a free one."
)
@click.option(
    "--domain", type=TEXT, default=DOMAIN, show_default=True, metavar="NAME", help="The domain of the chains' hosts."
)
@seed_option
@click.option(
    "--fixed-keys", is_flag=True, help="The same keys every time, known to everybody: the root stays the same."
)
@output_options
def serve(session: Session, host: str, port: int, domain: str, seed: int, fixed_keys: bool, output: OutputFile) -> None:
    """Serve every good and bad chain over TLS on loopback, until Ctrl-C, for testing clients without a network. A
    client gets the chain whose host it asks for by SNI: expired.localhost shows one that has expired.

    It prints the hosts with what a correct client says of each, and writes the root that clients trust to FILE, or
    prints it. The certificates point to revocation lists and OCSP responders, which answer over plain HTTP on the same
    port. No workspace is needed, and nothing is kept.

    \b
    curl --cacert root.pem --connect-to ::127.0.0.1:4433 https://good.localhost/
    openssl s_client -connect 127.0.0.1:4433 -servername expired.localhost \\
      -CAfile root.pem -verify_return_error
    """
    refuse_confined("serving")
    output.check()
    named = host_name(domain)
    if named is None or len(named) > LONGEST_DOMAIN:
        raise click.UsageError(f"--domain takes the name of a domain, of at most {LONGEST_DOMAIN} characters.")
    with (
        stop_on_signal() as stop,
        serve_chains(host=host, port=port, domain=named, seed=seed, fixed_keys=fixed_keys) as served,
    ):
        root = served.root.cert_pem.bytes()
        if output.path is not None:
            write_file(output.path, root, force=output.force)
        document = {
            "host": served.host,
            "port": served.port,
            "url": served.url,
            "chains": [one._asdict() for one in served.values()],
            **output.fields(root),
        }
        print_answer(Answer(document, _told(served, root, output)), as_json=session.json)
        waiting = threading.Event()
        while not stop.is_asked():
            waiting.wait(POLL)


def _told(served: ServedChains, root: bytes, output: OutputFile) -> Iterator[Text]:
    right = {Expected.ACCEPT: "accepted", Expected.REFUSE: "refused"}
    yield Listing(
        [
            {"HOST": f"{one.host}:{served.port}", "RIGHT IS": right[one.expected], "BECAUSE": one.what}
            for one in served.values()
        ]
    )
    if output.path is None:
        yield Content(root)
    else:
        yield f"wrote the root to trust to {output.path}"
    yield f"serving {served.host}, port {served.port}; revocation at {served.url} (Ctrl-C stops)"
    if not is_loopback(served.host):
        yield Aside("whoever reaches this machine can connect; nobody should trust the root but tests")
