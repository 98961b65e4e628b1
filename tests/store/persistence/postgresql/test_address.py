"""Addresses of workspaces in PostgreSQL: read, and shown without their passwords."""

from __future__ import annotations

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.postgresql_uri import has_password, is_address


def test_the_schema_is_ours_and_the_rest_is_libpqs() -> None:
    address = postgresql_address("postgres://ann:s3cret@db.example.com:5433/fleet?schema=customer_1&sslmode=require")
    assert address.schema == "customer_1"
    assert address.uri == "postgresql://ann:s3cret@db.example.com:5433/fleet?sslmode=require"
    assert str(address) == "postgresql://ann@db.example.com:5433/fleet?sslmode=require&schema=customer_1"


def test_it_is_called_certfleet_unless_it_is_named() -> None:
    assert postgresql_address("postgresql:///fleet").schema == "certfleet"
    assert str(postgresql_address("postgresql:///fleet?host=/run/postgresql")) == (
        "postgresql:///fleet?host=/run/postgresql&schema=certfleet"
    )


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:s3cret@db/fleet?sslpassword=hush",
        "postgresql://ann@db/fleet?password=s3cret&sslpassword=hush",
    ],
)
def test_no_password_is_shown(text: str) -> None:
    address = postgresql_address(text)
    assert "s3cret" in address.uri and "hush" in address.uri
    for shown in (str(address), repr(address)):
        assert "s3cret" not in shown and "hush" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "mysql://ann@db/fleet",
        "postgresql://db/fleet?schema=Customer",
        "postgresql://db/fleet?schema=pg_catalog",
        "postgresql://db/fleet?schema=information_schema",
        "postgresql://db/fleet?schema=a&schema=b",
        "postgresql://db/fleet?schema=",
        "postgresql://db/fleet?options=-csearch_path%3Dx",
        "postgresql://db/fleet#x",
        "postgresql://ann:s3cret@[db/fleet",
        "postgresql://ann:s3cret@db/fleet?sslmode",
        "postgresql://ann:s3/cret@db/fleet",
        "postgresql://ann:s3?cret@db/fleet",
        "postgresql://ann@db:port/fleet",
        "postgresql://ann@db/fleet?sslrootcert=/etc/ca.pem:postgresql://ann@db/fleet",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        postgresql_address(text)
    assert refused.value.code == "workspace-address-invalid"
    assert "s3cret" not in refused.value.message


@pytest.mark.parametrize("password", ["s3cret", "s3/cret", "s3?cret", "s3#cret", "3/4", "s3@cret", "s3%2Fcret"])
def test_an_address_with_a_password_is_known_whatever_is_in_it(password: str) -> None:
    assert has_password(f"postgresql://ann:{password}@db:5433/fleet?schema=x")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann@db:5433/fleet?schema=x",
        "postgresql://db:5433/fleet?user=ann@example",
        "postgresql://ann@one,two:5433/fleet?target_session_attrs=read-write",
        "postgresql://[::1]:5433/fleet",
        "postgresql:///fleet?host=/run/postgresql&passfile=/home/ann/pgpass",
    ],
)
def test_an_address_without_a_password(address: str) -> None:
    assert not has_password(address)
    assert postgresql_address(address)


def test_a_folder_is_none() -> None:
    assert is_address("postgresql://db/fleet") and is_address("POSTGRES://db/fleet")
    assert not is_address("/home/ann/postgresql") and not is_address("mysql://db/fleet")
