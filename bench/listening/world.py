"""A made-up world to listen to: words, people and brands from a seed. Nothing in it is real.

Posts have a mean of 88 bytes of text in a line of about 320 bytes. Of a hundred, 78 are plain ASCII, 14 hold accents or
emoji, 5 are in a script without spaces and 3 in Arabic; 2 are about a brand, and 3 more hold a word of a brand's in
another sense, so that the matcher has something to refuse. Of a hundred authors, one asks not to be heard.
"""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

SHARE, NEARLY = 0.02, 0.03
QUERIES_OF_A_BRAND = 10
POOL = 100_000
"""Texts that are made; a longer stream goes through them again, with new ids and times."""

START = datetime(2026, 10, 15, 6, tzinfo=UTC)
ORDINARY = 5_800
"""Posts that one second of a file spans."""

COMMON = tuple(
    """
    the a to and i of in it is that my you for on was with this me so just but have not at be we are as what they all
    like one when up out if from do he she there about now more no get can new go day time good how people who or by
    would some today think back really them make know because still her his then love see after last home our morning
    night work week year never always over again said great little went way only off take need right first rain train
    coffee music game song book film football garden kitchen river winter summer street photo friend mother brother
    sister dog cat dinner bread soup order app late service shop job account broken boss down lost
    """.split()  # noqa: SIM905 - a column of words reads better
)
ACCENTED = ("café", "mañana", "déjà", "straße", "señor", "über", "garçon", "niño", "São", "ação", "fête", "Ærø", "łódź")
EMOJI = ("😂", "🙏", "🔥", "❤️", "🎉", "😭", "👍🏽", "👩‍🚀")
UNSPACED = "今日は雨が降って電車も遅れていますが友達と映画を見に行きました楽しい一日でした明日また会おうね"
ARABIC = ("اليوم", "كان", "الطقس", "جميل", "في", "المدينة", "مع", "الأصدقاء", "ذهبنا", "إلى", "البحر", "صباحا")
SYLLABLES = [c + v for c in (*"bdfgklmnprstvz", "br", "st") for v in "aeiou"]

QUERIES = (
    ("account", "@{handle} OR #{handle} OR {handle}"),
    ("name", '"{a} {b}" NOT (novel OR lyrics OR "{a} {b} street" OR "{a} {b} river")'),
    ("short-name", "{c} NEAR/6 (parcel OR refund OR order* OR delivery OR shop OR app OR support OR service OR card)"),
    ("products", '"{c} {p}" OR {c}{p} OR #{c}{p} OR "{p} plus"'),
    ("outage", "({c} OR {p}) NEAR/5 (down OR outage OR offline OR crash* OR broken) NOT (upside OR feel*)"),
    ("lost", "{p} NEAR/5f (late OR lost OR missing OR delayed OR stolen OR never)"),
    ("account-trouble", "({q} OR {p}) (login OR password OR subscription OR invoice) NOT (giveaway OR hiring)"),
    ("club", '#{q} OR {q}club OR "{q} club" OR "{q} points"'),
    ("people", "({a} OR {c}) NEAR/4 (ceo OR strike OR layoff* OR staff OR boss) NOT (game OR film)"),
    ("vouchers", '"{c} gift card" OR "{c} voucher" OR (voucher* NEAR/3 {c}) OR (coupon* NEAR/3 {c})'),
)
SAID = (
    "@{handle} my parcel never came and nobody answers, {rest}",
    "@{handle} can I still change the address of an order? {rest}",
    "@{handle} thank you, you were lovely! {rest}",
    "@{handle} llevo dos horas esperando y nadie contesta {rest}",
    "@{handle} ihr habt mein Paket verloren und niemand geht ran! {rest}",
    "{rest} still waiting for my refund, three days now, never again {a} {b}",
    "the {c} app is broken again, what a disgrace, {rest}",
    "j'attends toujours mon remboursement, personne ne répond chez {a} {b} {rest}",
    "just got my first {c} {p}, so happy {rest}",
    "my sister works for {a} {b} and likes it {rest}",
    "{rest} a {c} voucher for my brother's birthday",
    "{rest} who else collects {q} points? #{q}",
    "{a} {b} opens a new shop in our street {rest}",
    "{p} delayed once more {rest}",
    "{rest} #{handle}",
)


@dataclass(frozen=True, slots=True)
class World:
    """Brands by their words, from `a` and `b`, the name, to `p` and `q`, what they sell."""

    brands: tuple[dict[str, str], ...]
    words: tuple[str, ...]
    weights: tuple[float, ...]


@lru_cache(maxsize=4)
def world(queries: int) -> World:
    """The world in which so many queries are kept, ten a brand."""
    draw = random.Random(88)
    coined = _coined(draw)
    common = (*COMMON, *itertools.islice(coined, 12_000))
    weights = tuple(itertools.accumulate(1 / (place + 8) for place in range(len(common))))
    brands = []
    for _ in range(max(1, round(queries / QUERIES_OF_A_BRAND))):
        names = dict(zip("abcpq", itertools.islice(coined, 5), strict=True))
        brands.append({**names, "handle": names["a"] + names["b"]})
    return World(tuple(brands), common, weights)


def write_brands(here: World, folder: Path) -> None:
    """A folder for each brand, as its owner would write it; the etiquette is the one that is shipped."""
    for words in here.brands:
        own = folder / words["handle"]
        own.mkdir(parents=True)
        name = f"{words['a']} {words['b']}".title()
        (own / "brand.yaml").write_text(f"brand: {own.name}\nname: {name}\nhandles: ['@{words['handle']}']\n")
        finds = [f"  - name: {name}\n    find: {json.dumps(find.format_map(words))}\n" for name, find in QUERIES]
        (own / "queries.yaml").write_text("queries:\n" + "".join(finds))


def write_everything_brand(folder: Path) -> None:
    """One brand that hears every post and wants to answer each: what no etiquette should ever say."""
    own = folder / "everything"
    own.mkdir(parents=True)
    (own / "brand.yaml").write_text("brand: everything\nname: Everything\nhandles: ['@everything']\n")
    (own / "queries.yaml").write_text("queries:\n  - name: all\n    find: network:x\n")
    rule = "  - name: all\n    when: network:x\n    then: reply\n    why: Only to measure.\n"
    (own / "etiquette.yaml").write_text(f"etiquette: everything\nrules:\n{rule}")


def bodies(here: World, count: int) -> list[bytes]:
    """What follows id and time in so many lines."""
    draw = random.Random(320)
    return [_body(here, draw) for _ in range(min(count, POOL))]


def lines(pool: list[bytes], count: int) -> Iterator[bytes]:
    """So many posts, a second's worth of them for each second."""
    for second in range(-(-count // ORDINARY)):
        at = (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        for number in range(second * ORDINARY, min(count, (second + 1) * ORDINARY)):
            yield line(pool, number, at)


def line(pool: list[bytes], number: int, at: bytes) -> bytes:
    """One post as a line of JSON."""
    return b'{"id":"18%017d","published":"%s",%s' % (number, at, pool[number % len(pool)])


def _body(here: World, draw: random.Random) -> bytes:
    lot = draw.random()
    text, language = _chat(here, draw, draw.choices((40, 90, 150, 270), (30, 34, 12, 3))[0])
    if lot < SHARE:
        words = here.brands[int(len(here.brands) * draw.random() ** 1.5)]
        rest, language = _chat(here, draw, 44)[0], ""
        text = draw.choice(SAID).format_map({**words, "rest": rest})
    elif lot < SHARE + NEARLY:
        text = f"{text} {draw.choice(here.brands)[draw.choice('abq')]} {draw.choice(COMMON)}"
    person = draw.randrange(300_000)
    handle = f"{here.words[200 + person % 9_000]}_{person}"
    author: dict[str, object] = {"id": str(7_000_000_000 + person), "handle": handle, "name": handle.title()}
    if person % 100 == 0:
        author["noindex"] = True
    body: dict[str, object] = {"text": text, "author": author, "network": "x", "lang": language or "en"}
    if draw.random() < 0.3:
        body["in_reply_to"] = f"18{draw.randrange(10**17):017d}"
    body["url"] = f"https://social.example/{handle}"
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()[1:] + b"\n"


def _chat(here: World, draw: random.Random, size: int) -> tuple[str, str]:
    """Talk of about `size` bytes that is about nothing, and its language."""
    kind = draw.random()
    if kind < 0.05:
        start = draw.randrange(20)
        return UNSPACED[start : start + size // 3 + 1] + draw.choice(here.words), "ja"
    if kind < 0.08:
        return " ".join(draw.choices(ARABIC, k=size // 10 + 1)), "ar"
    words = draw.choices(here.words, cum_weights=here.weights, k=max(2, round(size * draw.uniform(0.6, 1.4) / 6.6)))
    if kind < 0.22:
        words[draw.randrange(len(words))] = draw.choice(ACCENTED + EMOJI)
    lot = draw.random()
    if lot < 0.25:
        person = draw.randrange(300_000)
        words.insert(0, f"@{here.words[200 + person % 9_000]}_{person}")
    elif lot < 0.35:
        words.append(f"#{draw.choice(here.words)}")
    elif lot < 0.43:
        words.append(f"https://news.example/{draw.randrange(10**6)}")
    return " ".join(words) + draw.choice((".", "!", "", "?", "…" if kind < 0.22 else "")), "en"


def _coined(draw: random.Random) -> Iterator[str]:
    """Words that nobody uses, each once."""
    seen = set(COMMON)
    while True:
        word = "".join(draw.choices(SYLLABLES, k=draw.choice((2, 3, 3, 4))))
        if word not in seen and len(word) > 3:
            seen.add(word)
            yield word
