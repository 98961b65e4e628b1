"""What holds for all tests: how Hypothesis looks for examples.

The examples are the same in every run, so that a change never fails by luck. ``--hypothesis-profile=explore`` looks for
new ones, and prints how to get what it finds again.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("certfleet", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("certfleet")
