"""Values by the id of a device: as a dictionary has them."""

from __future__ import annotations

from random import Random

from certfleet.simulator.engine.by_id import ById


def test_as_a_dictionary() -> None:
    values, expected, chance = ById[str](), dict[int, str](), Random(7)
    for number in range(3000):
        id = chance.choice((chance.randrange(1, 3000), chance.randrange(10**12, 10**12 + 5)))
        if chance.random() < 0.3:
            assert values.pop(id) == expected.pop(id, None)
        else:
            values.put(id, f"value {number}")
            expected[id] = f"value {number}"
        assert len(values) == len(expected)
        assert values.get(id) == expected.get(id)
    assert list(values.items()) == sorted(expected.items())
    assert values.get(5_000_000) is values.pop(5_000_000) is None
