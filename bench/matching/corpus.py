"""Posts for the bench of matching: invented words in several languages and scripts, the same on every machine.

Words, names, products and set phrases are drawn by rank as in natural text (Zipf's law). `Tongue.phrases` are pairs of
words that are often said together, `World.products` a name with the word that goes with it.
"""

import random
from dataclasses import dataclass
from itertools import accumulate

import msgspec

from ascolta.core.post import Actor, Post

SEED = 20_261
_LATIN = "ba be bo ca co da de di do fa fi ga go la le li lo ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so"
_LATIN += " ta te ti to va ve vi an en in on ar er or al el as es st tr pl gr"
SOUNDS = {
    "en": _LATIN + " th sh ing ly ow ee ea wh ck",
    "es": _LATIN + " ción ñ que lla rr ó á é",
    "pt": _LATIN + " ção ão nh lh ê ç",
    "de": _LATIN + " sch ß ü ö ä ung ei ich",
    "fr": _LATIN + " é è ç eau ou ai ê oi",
    "it": _LATIN + " gli zz cc chi io ia",
    "ru": "ба ве го да же за ки ла мо не по ра со ту фа хо це чи ша щё вы ли на ко то пре ст ов ин ск й ь",
    "hi": "का कि की कु के को गा ती दा नी ने पा बा भी मा यह रा ला वा सा ही हो",
    "ar": "ال با تا جا دا را سا شا عا فا قا كا لا ما نا ها وا يا ين ون ات",
}
SHARES = {"en": 46, "es": 13, "pt": 7, "de": 8, "fr": 8, "it": 6, "ru": 4, "ja": 3, "zh": 2, "hi": 2, "ar": 1}
UNSPACED = {"ja": (0x3042, 80), "zh": (0x4E10, 700)}
EMOJI = ["😀", "😂", "😍", "😡", "👍🏽", "🔥", "🎉", "❤️", "🙏", "✈️", "👩\u200d💻", "🇮🇹"]
ENDS = (".", ".", ".", "!", "?", "...", "", "")


@dataclass(frozen=True, slots=True)
class Ranked:
    """Things by rank, the commonest first, and how to draw one of them as often as it is said."""

    items: list[str]
    sums: list[float]

    def draw(self, rng: random.Random, count: int) -> list[str]:
        """Some of them, the common ones more often."""
        return rng.choices(self.items, cum_weights=self.sums, k=count)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: its words and set phrases, and what stands between two words."""

    words: Ranked
    phrases: Ranked
    space: str = " "


@dataclass(frozen=True, slots=True)
class World:
    """Everything that posts and queries are made of."""

    tongues: dict[str, Tongue]
    names: Ranked
    products: Ranked


def world() -> World:
    """The one world of this bench."""
    rng = random.Random(SEED)
    names = _ranked([word.capitalize() for word in _coined(rng, SOUNDS["it"].split(), 6_000, 3)], 60, 0.6)
    common = _coined(rng, _LATIN.split(), 40, 1)
    products = [f"{name} {rng.choice(common).capitalize()}" for name in rng.sample(names.items, 2_000)]
    return World({name: _tongue(rng, name) for name in SHARES}, names, _ranked(products, 60, 0.6))


def posts(made_of: World, count: int) -> list[str]:
    """The texts of that many posts."""
    rng = random.Random(SEED + 1)
    tongues = rng.choices(list(SHARES), weights=list(SHARES.values()), k=count)
    return [_post(rng, made_of, made_of.tongues[name]) for name in tongues]


def as_json(texts: list[str]) -> bytes:
    """Posts as a network would hand them over, as one JSON list."""
    made = [
        Post(
            id=f"1{number:017d}",
            content=text,
            network="mastodon",
            published=1.8e9 + number,
            language="en",
            url=f"https://social.example/@u{number % 9973}/1{number:017d}",
            attributed_to=Actor(
                id=f"https://social.example/users/u{number % 9973}", handle=f"u{number % 9973}@x.example"
            ),
        )
        for number, text in enumerate(texts)
    ]
    return msgspec.json.encode(made)


def _tongue(rng: random.Random, name: str) -> Tongue:
    if name in UNSPACED:
        first, size = UNSPACED[name]
        chars = [chr(first + place) for place in range(size)]
        rng.shuffle(chars)
        pairs = ["".join(rng.sample(chars[: size // 2], 2)) for _ in range(300)]
        return Tongue(_ranked(chars, 8, 1.0), _ranked(pairs, 10, 1.0), "")
    words = _coined(rng, SOUNDS[name].split(), 6_000, 2)
    pairs = [" ".join(rng.sample(words[20:900], 2)) for _ in range(500)]
    return Tongue(_ranked(words, 4, 1.0), _ranked(pairs, 10, 1.0))


def _coined(rng: random.Random, sounds: list[str], count: int, size: int) -> list[str]:
    """Different words of `sounds`, the first ones shorter and the later ones longer than `size`."""
    found: dict[str, None] = {}
    while len(found) < count:
        longer = (len(found) > count // 20) + (len(found) > count // 2) - (len(found) < count // 200)
        known = len(found)
        while len(found) == known:
            word = "".join(rng.choices(sounds, k=max(1, size + longer)))
            longer += word in found
            if len(word) > 1:
                found.setdefault(word)
    return list(found)


def _ranked(items: list[str], shift: int, slope: float) -> Ranked:
    return Ranked(items, list(accumulate((rank + shift) ** -slope for rank in range(len(items)))))


def _post(rng: random.Random, made_of: World, tongue: Tongue) -> str:
    size = rng.randint(3, 15) if tongue.space else rng.randint(6, 36)
    said = tongue.words.draw(rng, size)
    for things, often in ((made_of.names, 0.9), (made_of.names, 0.7), (made_of.products, 0.4), (tongue.phrases, 0.6)):
        if rng.random() < often:
            thing = things.draw(rng, 1)[0]
            said.insert(rng.randrange(len(said)), thing if tongue.space or things is tongue.phrases else f" {thing} ")
    said[0] = said[0].capitalize()
    for sign in (",", ".", ",")[: len(said) // 5]:
        said[rng.randrange(len(said))] += sign if tongue.space else "、"
    text = tongue.space.join(said) + (rng.choice(ENDS) if tongue.space else "。")
    return text + _rest(rng, made_of)


def _rest(rng: random.Random, made_of: World) -> str:
    """What hangs at the end of some posts."""
    luck = rng.random()
    if luck < 0.10:
        return " " + rng.choice(EMOJI) * rng.choice((1, 1, 3))
    if luck < 0.20:
        return " #" + made_of.names.draw(rng, 1)[0].lower()
    if luck < 0.28:
        return f" https://news.example/{rng.randrange(10_000)}"
    return f" @user{rng.randrange(500)}" if luck < 0.36 else ""
