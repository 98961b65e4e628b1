"""Texts by number, packed as they become many, are a dictionary to whoever reads them."""

from __future__ import annotations

from certfleet.store.persistence.copies.packed_texts import PackedTexts


def test_many_texts_are_read_as_they_were_written() -> None:
    texts, plain = PackedTexts(), dict[int, str | None]()
    for number in range(2000, 0, -1):
        texts[number] = plain[number] = None if number % 7 == 0 else f'{{"owner":"Ünal {number}"}}' * 9
    for number in (3, 1999, 1000):
        texts[number] = plain[number] = f"again {number}"
    for number in (4, 1, 1500):
        del texts[number], plain[number]
    assert dict(texts) == plain
    assert (len(texts), 1500 in texts, 1499 in texts) == (1997, False, True)
    assert all(texts[number] == plain[number] for number in plain)
    texts.update({1500: "there again", 5: None})
    assert (texts[1500], texts[5], len(texts)) == ("there again", None, 1998)
