"""How many examples Hypothesis tries: a quarter of them where the slow tests are left out, as in ``make test``."""

from __future__ import annotations

from hypothesis import settings

ALL, FEW = 100, 25
"""The number of a test that doesn't say one."""


def examples(number: int) -> settings:
    """For a test whose examples take long: so many, or a quarter; see ``tests/conftest.py``."""
    assert settings.default is not None
    return settings(max_examples=max(2, number * settings.default.max_examples // ALL))
