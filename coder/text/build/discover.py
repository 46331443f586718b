"""Words of middle length, discovered in the official names themselves.

A run of two to five characters is a word when it is frequent in the names, holds together (its parts meet more often
than chance) and stands free (many different characters come before and after it). The measures are the classic ones:
minimal pointwise mutual information over all cuts, and branching entropy on both sides.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LONGEST = 5


def discover_words(
    names: Iterable[str], *, min_count: int = 6, min_cohesion: float = 3.0, min_entropy: float = 1.2
) -> dict[str, int]:
    """The words found in ``names`` and how often each occurs.

    ``min_cohesion`` is in nats of mutual information, ``min_entropy`` in nats.

    >>> names = ["急性阑尾炎", "慢性阑尾炎", "复发性阑尾炎伴穿孔", "阑尾炎伴脓肿"] * 3
    >>> discover_words(names, min_count=10, min_cohesion=0.5, min_entropy=0.8)
    {'阑尾炎': 12}
    """
    counts: Counter[str] = Counter()
    before: defaultdict[str, Counter[str]] = defaultdict(Counter)
    after: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        for run in _HAN.findall(name):
            for start in range(len(run)):
                for end in range(start + 1, min(start + _LONGEST, len(run)) + 1):
                    gram = run[start:end]
                    counts[gram] += 1
                    if end - start > 1:
                        # the edge of a name is as free as any place: each counts as a neighbour of its own
                        before[gram][run[start - 1] if start else f"^{counts[gram]}"] += 1
                        after[gram][run[end] if end < len(run) else f"${counts[gram]}"] += 1
    total = sum(count for gram, count in counts.items() if len(gram) == 1)
    return {
        gram: count
        for gram, count in counts.items()
        if len(gram) > 1
        and count >= min_count
        and _cohesion(gram, counts, total) >= min_cohesion
        and min(_entropy(before[gram]), _entropy(after[gram])) >= min_entropy
    }


def _cohesion(gram: str, counts: Counter[str], total: int) -> float:
    return min(log(counts[gram] * total / (counts[gram[:cut]] * counts[gram[cut:]])) for cut in range(1, len(gram)))


def _entropy(neighbours: Counter[str]) -> float:
    total = neighbours.total()
    return -sum(count / total * log(count / total) for count in neighbours.values())
