"""An installation without the extras: a command that needs a missing library names it, and how to install it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from certfleet.store.certificates.private_keys import load_private_key
from certfleet.store.errors import Refusal
from certfleet.store.keystores.reading import read_keystore
from tests.cli.conftest import Command, Material
from tests.material import keytool, needs_keytool, needs_openssl, openssl

pytestmark = pytest.mark.slow

OPTIONAL = (
    "Cryptodome",
    "javaobj",
    "httptools",
    "litestar",
    "multipart",
    "prometheus_client",
    "psycopg",
    "uvicorn",
)
BARE = f"""
import sys
sys.modules.update(dict.fromkeys({OPTIONAL}))
from certfleet.cli.main import main
main(prog_name="certfleet")
"""


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an installation by ``pip install certfleet``, whose imports of other libraries fail."""
    for name in [*OPTIONAL, *sys.modules]:
        if name.partition(".")[0] in OPTIONAL:
            monkeypatch.setitem(sys.modules, name, None)


def run_bare(command: Command, *arguments: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", BARE, "--workspace", str(command.workspace), *map(str, arguments)]
    return subprocess.run(line, env=command.env(), capture_output=True, text=True, timeout=120)


@needs_openssl
def test_rc2_names_its_library(bare: None, material: Material) -> None:
    line = ["pkcs8", "-topk8", "-v1", "PBE-SHA1-RC2-40", "-provider", "legacy", "-provider", "default"]
    encrypted = openssl(*line, "-passout", "pass:secret", stdin=(material / "leaf.key").read_bytes())
    with pytest.raises(Refusal, match="the cipher RC2 needs the library pycryptodomex") as refused:
        load_private_key(encrypted, "secret")
    assert refused.value.code == "extra-missing"
    assert refused.value.hint == "Install it: pip install 'certfleet[legacy]'"


@needs_keytool
def test_a_secret_key_in_a_jceks_keystore_names_its_library(bare: None, tmp_path: Path) -> None:
    path = tmp_path / "store.jceks"
    keytool(
        "-genseckey", "-alias", "aes", "-keyalg", "AES", "-keysize", "128", "-keypass", "x23456",
        "-storetype", "JCEKS", "-keystore", path, "-storepass", "changeit",
    )  # fmt: skip
    with pytest.raises(Refusal, match="needs the library javaobj-py3") as refused:
        read_keystore(path.read_bytes(), password="changeit")
    assert (refused.value.code, refused.value.hint) == ("extra-missing", "Install it: pip install 'certfleet[legacy]'")


@pytest.mark.parametrize("missing", ["httptools", "litestar", "multipart", "uvicorn"])
def test_each_library_of_the_server_is_named(missing: str, certfleet: Command) -> None:
    script = f"import sys; sys.modules[{missing!r}] = None; from certfleet.cli.main import main; main()"
    line = [sys.executable, "-c", script, "--workspace", str(certfleet.workspace), "serve", "--port", "0"]
    run = subprocess.run(line, env=certfleet.env(), capture_output=True, text=True, timeout=120)
    assert run.returncode == 1
    package = missing.replace("_", "-")
    assert run.stderr.startswith(f"error: extra-missing: the REST server needs the library {package}, which is not")
    assert "\nhint: Install it: pip install 'certfleet[serve]'\n" in run.stderr


def test_everything_else_works_without_them(certfleet: Command, material: Material) -> None:
    for line in (
        ["--help"],
        ["certificate", "import", material / "chain.pem", "--key", material / "leaf.key"],
        ["certificate", "import-keystore", material / "push.p12", "--password-file", material / "password"],
        ["certificate", "list"],
        ["checklist"],
        ["simulate", "company", "--help"],
        ["serve", "--help"],
    ):
        run = run_bare(certfleet, *line)
        assert (run.returncode, run.stderr) == (0, "")
    run = run_bare(certfleet, "serve", "--port", "0")
    assert (run.returncode, run.stderr[:21]) == (1, "error: extra-missing:")
