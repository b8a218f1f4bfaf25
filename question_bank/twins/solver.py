"""MinHash of texts by `datasketch`: which of many texts may be alike, without comparing all pairs.

Signatures are cut into bands; texts that share a band are candidates, and only those are compared
exactly. With 20 bands of 5 rows a pair of similarity 0.8 shares one in 99.96 of 100 cases, one of
0.7 in 97.5, one of 0.3 in 4.7 (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from lms.ground.lazy import lazily
from question_bank.twins.rules import Pair, shingles, similarity

datasketch: Any = lazily("datasketch")

BANDS, ROWS = 20, 5
SEED = 1
# Whatever changes here, or in the library's hashing, makes other buckets: old ones are made anew.
SCHEME = 1
_CROWD = 200


def buckets(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """For each text the numbers (64 bits, signed) of the buckets it falls into, one a band."""
    if not texts:
        return []
    encoded = [[one.encode() for one in sorted(shingles(text))] for text in texts]
    signatures = datasketch.MinHash.bulk(encoded, num_perm=BANDS * ROWS, seed=SEED)
    return [_bands(signature.hashvalues) for signature in signatures]


def pairs_within(
    texts: Sequence[str], numbers: Sequence[tuple[int, ...]], *, threshold: float
) -> list[Pair]:
    """All pairs of the texts, whose buckets are `numbers`, that are at least so similar, the most
    similar first."""
    grams = [shingles(text) for text in texts]
    candidates: set[tuple[int, int]] = set()
    for members in _full_buckets(numbers):
        candidates.update((a, b) for at, a in enumerate(members) for b in members[at + 1 :])
    found = (Pair(a, b, similarity(grams[a], grams[b])) for a, b in candidates)
    alike = [pair for pair in found if pair.similarity >= threshold]
    return sorted(alike, key=lambda pair: (-pair.similarity, pair.first, pair.second))


def _full_buckets(found: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """The places of the texts in each bucket that holds several. Of a crowd every text is held
    against its first members only: they are all alike, and their pairs would be too many."""
    filled: dict[int, list[int]] = defaultdict(list)
    for place, numbers in enumerate(found):
        for number in numbers:
            filled[number].append(place)
    return [members[:_CROWD] for members in filled.values() if len(members) > 1]


def _bands(values: Any) -> tuple[int, ...]:
    raw = values.astype("<u8").tobytes()
    size = 8 * ROWS
    return tuple(
        int.from_bytes(
            blake2b(
                raw[band * size : (band + 1) * size], digest_size=8, salt=bytes([band])
            ).digest(),
            "big",
            signed=True,
        )
        for band in range(BANDS)
    )
