"""Measures of a ranking, and how sure one can be of a difference."""
import math
import random

MEASURES = ['MRR@10', 'nDCG@10', 'Recall@10']


def measure(ranking, relevant):
    """(reciprocal rank, nDCG, recall) of the first ten."""
    places = [i for i, doc in enumerate(ranking[:10]) if doc in relevant]
    ideal = sum(1 / math.log2(i + 2) for i in range(min(10, len(relevant))))
    gain = sum(1 / math.log2(i + 2) for i in places)
    return (1 / (places[0] + 1) if places else 0., gain / ideal, len(places) / min(10, len(relevant)))


def mean(values):
    return sum(values) / len(values) if values else 0.


def paired(differences, rounds=2000, seed=20261121):
    """Mean and 95 % interval of differences, one list a set: queries are drawn again within each set, and each
    set counts the same."""
    rnd = random.Random(seed)
    lists = [d for d in differences if d]
    if not lists:
        return 0., 0., 0.
    drawn = sorted(mean([mean(rnd.choices(d, k=len(d))) for d in lists]) for _ in range(rounds))
    return mean([mean(d) for d in lists]), drawn[int(rounds * .025)], drawn[int(rounds * .975) - 1]
