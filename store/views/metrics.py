"""The figures for a monitoring system as Prometheus has them: families of samples with labels.

Certificates have the names and labels of x509-certificate-exporter, so that its dashboards and alerts work.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ..components.capabilities import Capability, Level
from ..model.distinguished_name import split_rfc4514
from ..monitoring.findings import days_to_start
from ..monitoring.metrics import Figures, MonitoredCertificate, MonitoredEndpoint

NAME_PARTS = ("C", "ST", "L", "O", "OU", "CN")
_CERTIFICATE = (
    *(f"issuer_{part}" for part in NAME_PARTS),
    *(f"subject_{part}" for part in NAME_PARTS),
    "serial_number",
    "certificate_id",
    "use_as",
    "ca_group",
    "ca_role",
)


class MetricFamily(Struct, frozen=True, kw_only=True):
    """A metric: a gauge. ``samples`` are the values of its labels, and the value."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    samples: tuple[tuple[tuple[str, ...], float], ...]


def metric_families(figures: Figures) -> Iterator[MetricFamily]:
    """The families of all figures."""
    yield _single("certfleet_time_seconds", "The workspace's time; its clock may be virtual.", figures.now.timestamp())
    yield from _certificate_families(figures)
    yield MetricFamily(
        name="certfleet_devices",
        help="Devices by platform, state, and the CA group of their certificate.",
        labels=("platform", "state", "issuer_group"),
        samples=tuple(
            ((place.platform.value, place.state.value, place.issuer_group), float(count))
            for place, count in sorted(figures.devices.items())
        ),
    )
    for name, level in (("stopped", Level.STOPPED), ("degraded", Level.DEGRADED)):
        yield MetricFamily(
            name=f"certfleet_capability_{name}",
            help=f"1 if the capability is {name} by a certificate. What was never set up doesn't count.",
            labels=("capability",),
            samples=tuple(((one.value,), float(figures.levels.get(one) is level)) for one in Capability),
        )
    yield _single("certfleet_tasks_open", "Follow-up tasks that nobody has done.", figures.tasks_open)
    yield MetricFamily(
        name="certfleet_notices_undelivered",
        help="Deliveries of notices by mail and webhook that are waiting, or have failed for good.",
        labels=("state",),
        samples=tuple(
            ((state,), float(count)) for state, count in zip(("waiting", "failed"), figures.deliveries, strict=True)
        ),
    )
    if figures.backup_at is not None:
        said = "When the newest backup was made, by the machine's clock."
        yield _single("certfleet_backup_timestamp_seconds", said, figures.backup_at.timestamp())
    yield from _start_families(figures)
    yield from _endpoint_families(figures)


def _endpoint_families(figures: Figures) -> Iterator[MetricFamily]:
    """What endpoints serve. Names and meaning are those of the blackbox exporter, except that each is an address."""
    if not figures.endpoints:
        return
    labels = ("instance", "address", "need", "name", "endpoint_id")
    known = [(_labels_of_endpoint(one), one) for one in figures.endpoints]
    yield MetricFamily(
        name="probe_success",
        help="1 if the address gave a certificate at its last check.",
        labels=labels,
        samples=tuple((said, float(not one.is_failing)) for said, one in known),
    )
    yield MetricFamily(
        name="probe_ssl_earliest_cert_expiry",
        help="The end of the certificate that the address served when it last answered.",
        labels=labels,
        samples=tuple(
            (said, one.serves.not_after.timestamp())
            for said, one in known
            if one.serves is not None and one.serves.not_after is not None
        ),
    )
    yield MetricFamily(
        name="probe_ssl_last_chain_info",
        help="1; its labels say which certificate that is.",
        labels=(*labels, "fingerprint_sha256", "subject_CN"),
        samples=tuple(
            ((*said, one.serves.fingerprint_sha256, one.serves.name), 1.0)
            for said, one in known
            if one.serves is not None
        ),
    )
    yield MetricFamily(
        name="certfleet_endpoint_served",
        help="1 if the address serves what its component uses, 0 if it serves something else. Only with a need.",
        labels=labels,
        samples=tuple((said, float(one.is_right)) for said, one in known if one.is_right is not None),
    )


def _labels_of_endpoint(one: MonitoredEndpoint) -> tuple[str, ...]:
    endpoint = one.endpoint
    return endpoint.title, one.address, endpoint.need or "", endpoint.name, str(endpoint.id)


def _single(name: str, help: str, value: float) -> MetricFamily:
    return MetricFamily(name=name, help=help, samples=(((), float(value)),))


def _certificate_families(figures: Figures) -> Iterator[MetricFamily]:
    labels = [_labels_of(one) for one in figures.certificates]
    for name, help, values in (
        ("not_before", "The beginning of the certificate's validity.", [_begin(one) for one in figures.certificates]),
        ("not_after", "The end of the certificate's validity.", [_end(one) for one in figures.certificates]),
        (
            "expired",
            "1 if the certificate has expired at certfleet_time_seconds.",
            [float(one.not_after < figures.now) for one in figures.certificates],
        ),
    ):
        samples = tuple(zip(labels, values, strict=True))
        yield MetricFamily(name=f"x509_cert_{name}", help=help, labels=_CERTIFICATE, samples=samples)


def _labels_of(one: MonitoredCertificate) -> tuple[str, ...]:
    """The values of the labels. The serial number is decimal, as the exporter has it."""
    issuer, subject = _parts(one.issuer), _parts(one.subject)
    return (
        *(issuer.get(part, "") for part in NAME_PARTS),
        *(subject.get(part, "") for part in NAME_PARTS),
        str(int(one.serial_number, 16)),
        "" if one.certificate_id is None else str(one.certificate_id),
        one.use_as,
        one.ca_group,
        one.ca_role,
    )


def _parts(name: str) -> dict[str, str]:
    """The attributes of a name; of several with the same type the most specific."""
    found: dict[str, str] = {}
    for part in split_rfc4514(name):
        kind, _, value = part.partition("=")
        found.setdefault(kind, value.encode("utf-8", "replace").decode())
    return found


def _begin(one: MonitoredCertificate) -> float:
    return one.not_before.timestamp()


def _end(one: MonitoredCertificate) -> float:
    return one.not_after.timestamp()


def _start_families(figures: Figures) -> Iterator[MetricFamily]:
    starts = figures.starts
    if starts is None:
        return
    yield _single(
        "certfleet_start_by_computed_seconds",
        "When the last days to start were computed.",
        starts.found.computed_at.timestamp(),
    )
    today = starts.now.date()
    yield MetricFamily(
        name="certfleet_start_by_days",
        help="Days until the last day to start a replacement that nobody has begun; negative once it has passed.",
        labels=("record", "need", "title"),
        samples=tuple(
            ((one.record, one.need, one.title), float(days_to_start(one, today))) for one in starts.waiting()
        ),
    )
