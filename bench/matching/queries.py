"""Stored queries for the bench of matching, in the language of Ascolta, over the world of `corpus`."""

import random

from bench.matching.corpus import SEED, SHARES, Tongue, World

from ascolta.core.parse import parse
from ascolta.core.query import Query

NAMES, PRODUCTS, COMMON, SELDOM = (20, 5_000), (0, 2_000), (0, 20), (200, 3_000)
"""Ranks of names, of products, of words that give a context, and of words that are excluded."""


def short(made_of: World, count: int) -> list[Query]:
    """Queries of about nine atoms, with AND, OR, NOT and phrases."""
    rng = random.Random(SEED + 2)
    return [parse(_short(rng, made_of)) for _ in range(count)]


def long(made_of: World, count: int) -> list[Query]:
    """Queries as analysts write them: 20 to 60 terms, phrases, NEAR/n, wildcards, exclusions."""
    rng = random.Random(SEED + 3)
    return [parse(_long(rng, made_of)) for _ in range(count)]


class _Said:
    """Draws the words of one query."""

    def __init__(self, rng: random.Random, made_of: World) -> None:
        self.rng, self.made_of = rng, made_of
        self.tongue: Tongue = made_of.tongues[rng.choices(list(SHARES), weights=list(SHARES.values()))[0]]

    def name(self) -> str:
        return self.made_of.names.items[self.rng.randrange(*NAMES)].lower()

    def product(self) -> str:
        return f'"{self.made_of.products.items[self.rng.randrange(*PRODUCTS)].lower()}"'

    def phrase(self) -> str:
        return f'"{self.rng.choice(self.tongue.phrases.items)}"'

    def word(self, ranks: tuple[int, int] = COMMON) -> str:
        words = self.tongue.words.items
        return words[self.rng.randrange(*ranks) % len(words)]

    def begun(self, word: str) -> str:
        """Words that begin as this one does."""
        return f"{word[:5]}*" if self.tongue.space and len(word) > 5 else word

    def blurred(self, word: str) -> str:
        """The word with one character left open."""
        return f"{word[:3]}?{word[4:]}" if len(word) > 4 else word

    def any(self, *terms: str) -> str:
        return f"({' OR '.join(terms)})"

    def words(self, count: int) -> list[str]:
        return [self.word() for _ in range(count)]

    def out(self, count: int) -> list[str]:
        return [self.word(SELDOM) for _ in range(count)]


def _short(rng: random.Random, made_of: World) -> str:
    say = _Said(rng, made_of)
    shape = rng.randrange(4)
    if shape == 0:
        found = f"{say.any(say.name(), say.name(), say.product())} {say.any(*say.words(3))}"
        return f"{found} NOT {say.any(*say.out(2), say.name())}"
    if shape == 1:
        found = f"{say.any(say.name(), say.product())} {say.any(*say.words(2), say.phrase())}"
        return f"{found} NOT {say.any(say.phrase(), *say.out(1), say.name(), say.name())}"
    if shape == 2:
        found = f"{say.product()} OR ({say.name()} {say.any(*say.words(3))})"
        return f"{found} NOT {say.any(say.name(), *say.out(3))}"
    found = f"{say.any(say.name(), say.name())} {say.any(*say.words(4))}"
    return f"{found} NOT {say.any(*say.out(1), say.phrase(), say.name())}"


def _long(rng: random.Random, made_of: World) -> str:
    say = _Said(rng, made_of)
    brand = [say.name() for _ in range(rng.randint(3, 7))] + [say.product() for _ in range(rng.randint(2, 5))]
    if rng.random() < 0.5:
        brand.append(say.name()[:6] + "*")
    if rng.random() < 0.1:
        brand.append(say.blurred(say.name()))
    about = say.words(rng.randint(3, 8)) + [say.phrase() for _ in range(rng.randint(1, 4))]
    about += [say.begun(word) for word in say.out(rng.randint(1, 4))]
    near = [
        f"({say.any(*say.words(rng.randint(1, 3)))} NEAR/{rng.randint(2, 6)}{rng.choice(('', '', 'f'))} "
        f"{say.any(*say.words(rng.randint(1, 3)))})"
        for _ in range(rng.randint(1, 3))
    ]
    excluded = say.out(rng.randint(3, 14)) + [say.phrase() for _ in range(rng.randint(1, 5))] + [say.name()]
    return f"{say.any(*brand)} {say.any(*about, *near)} NOT {say.any(*excluded)}"
