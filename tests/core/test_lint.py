"""The linter of queries: what it finds, and that what it says of a query is true."""

import random
import time
from functools import partial
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ascolta.core.idle import Idle, Search
from ascolta.core.implied import Proof
from ascolta.core.label import Label
from ascolta.core.lint import Finding, lint, required
from ascolta.core.parse import parse
from ascolta.core.post import Actor, Post
from ascolta.core.query import (
    And,
    Around,
    Field,
    Handle,
    Hashtag,
    Near,
    Not,
    Or,
    Query,
    Range,
    Raw,
    Sentence,
    Ticker,
    Words,
    all_of,
    any_of,
)
from ascolta.core.view import View, holds
from ascolta.core.wider import covers
from ascolta.core.word import fits

PATTERNS = ["a", "b", "ab", "a*", "ab*", "*b", "a?", "a?b", "a*b", "abc~1", "abc", "abd", "≈ab", "≈a", "東", "ao", "a0"]
words: st.SearchStrategy[Query] = st.one_of(
    st.sampled_from(PATTERNS).map(lambda word: Words((word,))),
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3).map(lambda said: Words(tuple(said))),
    st.builds(Around, st.sampled_from([("a", "b"), ("b", "a"), ("a", "ab", "b"), ("a*", "a")]), st.integers(2, 4)),
)
signs = st.one_of(
    st.sampled_from(["a", "ab", "a*", "a@b.c", "ab@b.c"]).map(Handle),
    st.sampled_from(["a", "ab", "a*", "東a", "a_b"]).map(Hashtag),
    st.sampled_from(["a", "ab", "a.b"]).map(Ticker),
)
wordy = st.one_of(words, signs)
sets = st.one_of(wordy, st.lists(wordy, min_size=2, max_size=3).map(any_of))
near = st.builds(Near, st.one_of(sets, st.builds(Near, sets, sets, st.integers(1, 2))), sets, st.integers(1, 3))
leaf: st.SearchStrategy[Query] = st.one_of(
    wordy,
    near,
    st.builds(Near, sets, sets, st.integers(1, 3), st.booleans()),
    st.lists(sets, min_size=2, max_size=3).map(lambda parts: Sentence(tuple(parts))),
    st.builds(
        Field, st.sampled_from(["lang", "network", "brand", "complaint", "topic"]), st.sampled_from(["yes", "no", "en"])
    ),
    st.builds(Field, st.sampled_from(["links", "site"]), st.sampled_from(["b.c", "a.b.c", "c"])),
    st.sampled_from(["reply", "question"]).map(lambda value: Field("is", value)),
    st.builds(Range, st.sampled_from(["words", "hashtags", "handles"]), st.integers(0, 2), st.integers(1, 3)),
    st.builds(
        Range,
        st.sampled_from(["words", "hashtags", "hour", "date"]),
        st.none(),
        st.one_of(st.none(), st.integers(-1, 4)),
    ),
    st.builds(Range, st.sampled_from(["words", "handles", "hour"]), st.sampled_from([0, 1, 2, 9, 24]), st.none()),
    st.sampled_from(["a", "A b", "ab", "a-b", "#a"]).map(Raw),
)
queries = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(all_of),
        st.lists(inner, min_size=2, max_size=4).map(any_of),
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=2).map(lambda two: all_of([two[0], Not(two[1])])),
    ),
    max_leaves=10,
)

PIECES = ["a", "b", "ab", "abc", "acb", "A b", "a-b", "#a", "#ab", "#東a", "@a", "@a@b.c", "$a", "$a.b", "東", "аb"]
PIECES += ["a0", ".", "?", "https://a.b.c/x", "https://b.c", "rt"]
VALUES = ["yes", "no", "en"]
PLAIN = [" ".join(said) for size in range(5) for said in product(["a", "b", "ab", "."], repeat=size)]


def posts() -> list[View]:
    """Short posts of the words that the queries ask for, one in three with all that may stand beside words."""
    chance = random.Random(11)
    found = [View(Post(id="1", content=text, brand="en")) for text in PLAIN]
    for _ in range(len(PLAIN) // 2):
        post = Post(
            id="1",
            content=" ".join(chance.choices(PIECES, k=chance.randrange(8))),
            language=chance.choice([None, "en", "no", "yes-X"]),
            network=chance.choice(["en", "no"]),
            brand=chance.choice([None, "en", "yes"]),
            in_reply_to=chance.choice([None, "9"]),
            published=chance.choice([None, 0, 2 * 86_400 + 9 * 3600]),
            url=chance.choice([None, "https://a.b.c/1", "https://b.c"]),
            handles=chance.choice([(), ("@ab",), ("a@b.c",)]),
            attributed_to=Actor(handle="a"),
        )
        said = [("complaint", chance.choice(["yes", "no"])), *(("topic", value) for value in chance.sample(VALUES, 2))]
        found.append(View(post, tuple(Label(name=name, value=value, score=1, by="t") for name, value in said)))
    return found


POSTS = posts()


def mask(query: Query) -> int:
    """In which of the posts a query holds, a bit a post."""
    return sum(1 << place for place, view in enumerate(POSTS) if holds(query, view))


NOWHERE = Words(("\0",))
"""Stands in no post."""


def without(query: Query, path: tuple[int, ...], instead: Query) -> Query:
    """A query with one part of it replaced."""
    if not path:
        return instead
    here, *rest = path
    match query:
        case And(parts) | Or(parts) | Sentence(parts):
            changed = without(parts[here], tuple(rest), instead)
            return type(query)((*parts[:here], changed, *parts[here + 1 :]))
        case Near(left, right, within, ordered):
            sides = [left, right]
            sides[here] = without(sides[here], tuple(rest), instead)
            return Near(sides[0], sides[1], within, ordered)
        case Not(part):
            return Not(without(part, tuple(rest), instead))
    raise AssertionError(f"no part {path} in {query}")


def around(query: Query, path: tuple[int, ...]) -> Query:
    """The part of a query in which the part at `path` stands."""
    for step in path[:-1]:
        query = (
            (query.part,)[step]
            if isinstance(query, Not)
            else (
                (query.left, query.right)[step] if isinstance(query, Near) else query.parts[step]  # type: ignore[union-attr]
            )
        )
    return query


def taken_out(query: Query, idle: Idle) -> Query:
    """The query as it would be if its author took the linter's advice."""
    twice = idle.kind == "same" and isinstance(around(query, idle.path), And)
    return without(query, idle.path, Not(NOWHERE) if twice else NOWHERE)


@given(queries)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_called_idle_never_changes_what_is_found(query: Query) -> None:
    """Taking out a part of which the linter says that it does nothing changes no answer."""
    for idle in Search().through(query):
        assert mask(taken_out(query, idle)) == mask(query), idle


@given(queries)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_query_with_an_error_never_holds(query: Query) -> None:
    """Where a finding is an error, no post is found."""
    if any(finding.severity == "error" for finding in lint(query)):
        assert mask(query) == 0


CLOSE = [(1, True), (1, False), (3, True), (3, False)]


def terms() -> list[Query]:
    """A few hundred small queries, many of them alike."""
    one: list[Query] = [Words((word,)) for word in PATTERNS]
    pairs: list[Query] = [Words(said) for said in product(["a", "b", "a*"], repeat=2)]
    about: list[Query] = [Around(said, far) for said in (("a", "b"), ("b", "a"), ("a", "b", "a")) for far in (2, 3)]
    signed: list[Query] = [Handle(name) for name in ("a", "ab", "a*", "a@b.c", "ab@b.c")]
    signed += [Hashtag(name) for name in ("a", "ab", "a*", "東a")] + [Ticker(name) for name in ("a", "ab", "a.b")]
    sides = [
        *one[:4],
        pairs[1],
        Words(("a", "b", "a")),
        any_of([one[0], one[1]]),
        any_of([one[0], pairs[1]]),
        signed[5],
    ]
    some = sides[:3] + sides[4:7]
    close: list[Query] = [
        Near(left, right, far, ordered)
        for left in some
        for right in some
        for far in (1, 3)
        for ordered in (True, False)
    ]
    close += [Near(close[3], side, 1) for side in some]
    inside: list[Query] = [Sentence(two) for two in zip(sides * 3, sides[::-1] * 2 + sides, strict=True)]
    bounds = [(0, None), (1, None), (2, None), (9, None), (24, None), (None, -1), (None, 1), (1, 2)]
    ranges: list[Query] = [Range(name, low, high) for name in ("words", "hashtags", "hour") for low, high in bounds]
    fields: list[Query] = [Field(name, value) for name in ("lang", "brand", "complaint", "topic") for value in VALUES]
    fields += [Field(name, value) for name in ("links", "site") for value in ("b.c", "a.b.c", "c")]
    raws: list[Query] = [Raw(said) for said in ("a", "A b", "ab", "a-b", "#a")]
    leaves = [*one, *pairs, *about, *signed, *close, *inside, *ranges, *fields, *raws]
    mixed: list[Query] = [Not(leaf) for leaf in leaves[::4]]
    mixed += [all_of([here, there]) for here, there in zip(leaves[::7], leaves[3::7], strict=False)]
    mixed += [any_of([here, there]) for here, there in zip(leaves[::6], mixed, strict=False)]
    return list(dict.fromkeys([*leaves, *mixed]))


def test_what_is_proved_is_true() -> None:
    """A proof that one query implies or excludes another, or is nothing or all, holds for every post that is tried."""
    masks = {query: mask(query) for query in terms()}
    everywhere = (1 << len(POSTS)) - 1
    proved = 0
    for one, here in masks.items():
        assert not (Proof().never(one) and here), str(one)
        assert not (Proof().always(one) and here != everywhere), str(one)
        for other, there in masks.items():
            if here & ~there:
                assert not Proof().implies(one, other), f"{one} => {other}"
            else:
                proved += Proof().implies(one, other)
            if here & there:
                assert not Proof().excludes(one, other), f"{one} and {other}"
    assert proved > 5 * len(masks)


@pytest.mark.parametrize("wide", PATTERNS)
def test_a_wider_pattern_fits_what_the_narrower_one_fits(wide: str) -> None:
    """Whatever the pattern that is covered fits, the one that covers it fits."""
    tokens = ["".join(letters) for size in range(5) for letters in product("abcdо0", repeat=size)]
    for narrow in filter(partial(covers, wide), PATTERNS):
        assert [token for token in tokens if fits(narrow, token) and not fits(wide, token)] == []


def told(query: str, **names: str) -> list[tuple[str, int | None, str]]:
    known = {name: parse(text) for name, text in names.items()}
    return [(f.severity, f.column, f.message) for f in lint(parse(query, known), query, known)]


FOUND = {
    # parts that do nothing
    "acme* OR acmeair": (10, "'acmeair' adds nothing: 'acme*' beside it"),
    'acme OR "acme air"': (9, "'\"acme air\"' adds nothing: 'acme' beside it"),
    '"acme air" OR acme': (1, "adds nothing: 'acme' beside it"),
    "acme OR sky OR acme": (16, "'acme' stands twice here"),
    "(sky avión) OR (avion sky)": (2, "'sky avión' adds nothing: 'avion sky' beside it"),
    "avión OR AVION": (10, "'AVION' says the same as 'avión' (capitals, accents and width do not matter)"),
    "sky sky": (5, "'sky' stands twice here"),
    "sky NEAR/3 (fly* OR flying)": (21, "'flying' adds nothing: 'fly*' beside it"),
    "links:www.acme.example OR links:acme.example": (1, "adds nothing"),
    "acme~1 OR acne": (11, "'acne' adds nothing"),
    "(lookalike:acme acme) OR acme": (2, "'lookalike:acme acme' adds nothing: 'acme' beside it"),
    # what can never be
    "sky OR (acme lang:es lang:en)": (22, "this part finds nothing: 'lang:es' and 'lang:en' never hold together"),
    "(sky OR acme) NOT (acme OR late)": (9, "'acme' is never found: 'NOT acme OR late' takes it away"),
    "sky (lang:es OR acme) lang:en": (6, "'lang:es' is never found: it never holds where 'lang:en' does"),
    "acme lang:es NOT lang:en": (18, "NOT takes nothing away with 'lang:en'"),
    'sky NOT "acme air" NOT acme': (9, "NOT takes nothing away with '\"acme air\"': 'NOT acme' does so already"),
    "acme NOT (NOT sky)": (15, "two NOTs undo each other"),
    # slow queries
    "lang:es": (None, "the query is asked of every post"),
    "NOT acme": (None, "the query is asked of every post"),
    "lookalike:acme": (None, "the query is asked of every post"),
    "acme OR lang:es": (9, "'lang:es' makes the query be asked of every post"),
    "(acme OR is:reply) lang:en": (10, "'is:reply' makes the query be asked of every post"),
    "the OR und": (None, "very common words alone ('the', 'und')"),
    "ac*": (1, "'ac*' fits a great many words"),
    "#a*": (1, "'#a*' fits a great many words"),
    # slips of writing
    "acme or sky": (6, "'or' is looked for as a word here; an operator is written in capitals, OR,"),
    "acme and (sky OR fly)": (6, "capitals, AND,"),
    "acme not sky": (6, "capitals, NOT,"),
    "acme near/3f sky": (6, "capitals, NEAR/3f,"),
    "acme near/s sky": (6, "capitals, NEAR/s,"),
    "“acme sky”": (1, "curly marks are no quotation marks"),
    "acme, sky, fly": (5, "',' does not stand for OR"),
    "acme,sky": (5, "',' does not stand for OR"),
    "acme network:x,mastodon": (15, "write network:… OR network:…"),
    "東京*": (2, "have no meaning beside '京'"),
    "東?京": (2, "have no meaning beside '京'"),
    '"#bag mountain"': (2, "'#' is not looked at within quotation marks"),
    "#acme-sky": (1, "'#acme-sky' is read as #acme alone"),
    "acme -sky": (6, "a minus takes nothing away; write NOT sky"),
    "acme links:exämple": (12, "write the whole, such as example.com"),
    "acme lang:english": (6, "write the two letters of a language"),
    "acme OR sky late": (13, "AND (or words side by side) binds tighter than OR"),
    "acme OR sky NOT late": (13, "NOT takes away from everything on its left"),
}


@pytest.mark.parametrize(("query", "finding"), FOUND.items(), ids=FOUND)
def test_what_is_found(query: str, finding: tuple[int | None, str]) -> None:
    """Each doubtful thing is one warning at its column, beside others perhaps."""
    column, message = finding
    assert any(("warning", column) == one[:2] and message in one[2] for one in told(query)), told(query)


NOTHING = {
    '"acme air" NOT acme': (16, "'NOT acme' takes away all that '\"acme air\"' finds"),
    "acme lang:es lang:en": (14, "'lang:es' and 'lang:en' never hold together"),
    "acme network:x network:mastodon": (16, "never hold together"),
    "acme words:>9 words:<3": (15, "'words:>9' and 'words:<3' never hold together"),
    '"a b c" words:<3': (9, "never hold together"),
    "acme hour:>23": (6, "'hour:>23' never holds"),
    "acme words:<0": (6, "'acme' and 'words:<0' never hold together"),
    "#acme NOT acme": (11, "'NOT acme' takes away all that '#acme' finds"),
    "acme NOT ac*": (10, "'NOT ac*' takes away all that 'acme' finds"),
    '"acme air" NOT (acme NEAR/2 air)': (17, "takes away all that"),
    "acme late NOT (late acme)": (16, "takes away all that the rest here finds"),
    "(acme OR sky) NOT (sky OR fly OR acme)": (20, "takes away all that"),
}


@pytest.mark.parametrize(("query", "finding"), NOTHING.items(), ids=NOTHING)
def test_a_query_that_can_find_nothing_is_an_error(query: str, finding: tuple[int, str]) -> None:
    """The error says where, and which parts do not go together."""
    errors = [(column, message) for severity, column, message in told(query) if severity == "error"]
    assert [column for column, _ in errors] == [finding[0]]
    assert errors[0][1].startswith("nothing can be found: ")
    assert finding[1] in errors[0][1]


@pytest.mark.parametrize(
    "query",
    [
        'acme OR "sky air" OR @acmeair OR #acmeair',
        "#acme OR acme",
        "@acme OR acme",
        "acme NOT (looney NOT (flight OR airport))",
        "refund NEAR/4 (parcel OR order)",
        "acme NEAR/3 acme",
        'acme NEAR/1 ("air plane" OR plane)',
        'acme "not" sky',
        "don’t acme",
        "1,000 acme",
        "jo@acme.example",
        "acme late!",
        '"is it late?" acme',
        "東京 OR 大阪",
        "#日* acme",
        "한*",
        "acme (is:reply OR is:question)",
        "(acme lang:es) OR (acme lang:fr)",
        "topic:refund acme topic:delay",
        "acme~1 OR sky~1",
        "ac?me OR ab*me",
        '"a b"~3 OR "a b c"',
        "acme date:2026-01-01..2026-02-01 hour:9..17",
    ],
)
def test_a_sound_query_is_left_alone(query: str) -> None:
    """Nothing is said of what its author may well have meant."""
    assert told(query) == []


def test_what_stands_in_one_sub_query_is_told_there_alone() -> None:
    """A query is not blamed for what is wrong within a sub-query, but for what it makes of it."""
    assert told("acme @@air", air="fly OR flying OR fly") == []
    assert told("@@air OR flying", air="fly OR flying") == [
        ("warning", 10, "'flying' says the same as 'flying' in @@air; keep one"),
    ]
    [(severity, column, message)] = told("acme @@mine NOT @@all", mine="fly OR sky", all="fly OR sky OR late")
    assert (severity, column) == ("error", 17)
    assert "'NOT @@all' takes away all that '@@mine' finds" in message


def test_without_its_text_a_query_is_judged_all_the_same() -> None:
    """Where the text is not known, findings have no column."""
    assert lint(parse("acme OR acme")) == [
        Finding(severity="warning", column=None, message="'acme' stands twice here; keep one")
    ]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("acme lang:es", True),
        ("the", False),
        ("the OR acme", False),
        ("the acme", True),
        ("lang:es", None),
        ("acme OR lang:es", None),
        ("NOT acme", None),
        ('raw:"!"', None),
        ('raw:"ACME!"', True),
        ("network:x", True),
        ("@acme SENTENCE the", True),
        ("the NEAR/2 of", False),
    ],
)
def test_a_query_needs_a_word_to_be_looked_up_by(query: str, answer: bool | None) -> None:
    """True: a word of its own; False: common words alone; None: no word."""
    assert required(parse(query)) is answer


HUGE = {
    "many words": " OR ".join(f"w{place}" for place in range(10_000)),
    "many phrases": " OR ".join(f'"w{place} x{place}"' for place in range(4_000)),
    "many patterns": "acme NEAR/12 (" + " OR ".join(f"w{place}*" for place in range(4_000)) + ")",
    "many NOTs": "acme NOT (" + ") NOT (".join(f"w{place} x" for place in range(5_000)) + ")",
    "deep brackets": "".join(f"(b{place} OR c{place} (" for place in range(24)) + "z" + "))" * 24,
    "deep NOTs": "acme" + " NOT b OR c" * 55,
}


@pytest.mark.parametrize("query", HUGE.values(), ids=HUGE)
def test_a_huge_query_is_looked_at_in_a_few_seconds(query: str) -> None:
    """However long or deep a query is, the linter ends soon and with few findings."""
    begun = time.process_time()
    assert len(lint(parse(query), query)) <= 50
    assert time.process_time() - begun < 30
