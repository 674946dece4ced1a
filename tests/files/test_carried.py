"""Queries of Brandwatch and Talkwalker, carried over."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ascolta.cli.carry import app
from ascolta.core.parse import parse
from ascolta.core.post import Actor, Post
from ascolta.core.view import View, holds
from ascolta.errors import AscoltaError, FileError, QueryError
from ascolta.files.borrowed import Effect
from ascolta.files.carried import Carried, carry
from ascolta.files.dialects import FIELDS, REASONS, guess
from ascolta.files.queries import load_queries

B, T = "brandwatch", "talkwalker"
DIALECTS = st.sampled_from([B, T, "auto"])


def post(said: str | Post) -> Post:
    return said if isinstance(said, Post) else Post(id="1", content=said)


def finds(carried: Carried, said: str | Post) -> bool:
    assert carried.query is not None
    return holds(carried.query, View(post(said)))


def by(handle: str, text: str = "acme") -> Post:
    return Post(id="1", content=text, attributed_to=Actor(handle=handle))


def at(url: str | None, text: str = "acme", network: str = "file") -> Post:
    return Post(id="1", content=text, url=url, network=network)


def answer(text: str = "acme") -> Post:
    return Post(id="1", content=text, in_reply_to="0")


def again(text: str = "acme") -> Post:
    return Post(id="1", content=text, repost=True)


def spoken(language: str, text: str = "acme") -> Post:
    return Post(id="1", content=text, language=language)


def on(published: float, text: str = "acme") -> Post:
    return Post(id="1", content=text, published=published)


@dataclass(frozen=True, slots=True)
class Case:
    """A foreign query, posts that it finds, posts that it does not, and what it lost or changed."""

    dialect: str
    source: str
    yes: tuple[str | Post, ...]
    no: tuple[str | Post, ...]
    effects: str = ""


DAY = 86_400.0
NEW_YEAR_2015 = 1_420_070_400.0

CASES = [
    # Words and signs at Brandwatch
    Case(B, "apple", ("An APPLE a day", "#apple"), ("pineapple", "apples")),
    Case(B, '"apple juice"', ("Apple juice!", "apple-juice"), ("juice of apple", "apple and juice")),
    Case(B, "“apple juice”", ("apple juice",), ("apple or juice",)),
    Case(B, "apple AND juice", ("juice of an apple",), ("apple", "juice")),
    Case(B, "apple OR juice", ("apple", "juice"), ("pear",)),
    Case(B, "apple NOT juice", ("apple pie",), ("apple juice", "pie")),
    Case(B, "(apple AND juice) OR (apple AND sauce)", ("apple sauce", "apple juice"), ("apple", "sauce")),
    Case(B, "apple NOT (juice OR pie OR sauce)", ("apple tree",), ("apple pie", "apple sauce")),
    Case(B, "complain*", ("complaints", "complain"), ("complement",)),
    Case(B, "cust*ise", ("customise", "customarise"), ("customize",)),
    Case(B, "customi?e", ("customise", "customize"), ("customie", "customisse")),
    Case(B, "appl?", ("apply", "apple"), ("appl",), "more"),
    Case(B, "#MondayMotivation", ("so #mondaymotivation",), ("monday motivation", "mondaymotivation")),
    Case(B, "@brandwatch", ("hi @Brandwatch!",), ("brandwatch",)),
    Case(B, "#acme*", ("#acmeair",), ("acmeair",)),
    Case(B, "$ACME", ("$acme is up",), ("acme",)),
    Case(B, "😡 AND acme", ("acme 😡",), ("acme 😀",)),
    Case(B, "o1-preview", ("the o1-preview", "o1 preview"), ("preview",)),
    Case(B, "AT&T", ("AT&T", "at t"), ("at home, T",), "more"),
    Case(B, "niño", ("el niño", "el nino"), ("nina",), "more"),
    Case(B, "apple NOT niño", ("apple",), ("apple niño", "apple nino"), "fewer"),
    Case(B, "{BT}", ("at BT today", "BT"), ("bt", "Bt", "BTW")),
    Case(B, "British NOT {BT}", ("british bt",), ("British BT",)),
    Case(B, "raw:Google+", ("on Google+ now",), ("on google+", "on Google")),
    Case(B, "apple <<<only the fruit>>> AND juice", ("apple juice",), ("apple",), "same"),
    Case(B, "apple juice", ("juice, apple",), ("apple",), "same"),
    # Nearness at Brandwatch
    Case(B, '"apple juice"~5', ("apple a b c d e juice", "juice of apple"), ("apple a b c d e f juice",)),
    Case(B, '"apple juice"~0', ("apple juice",), ("juice apple", "apple a juice")),
    Case(B, '"a lost bag"~2', ("bag x y lost a", "a lost x bag"), ("bag x y z lost a",)),
    Case(B, "apple NEAR/0f pie", ("apple pie",), ("pie apple", "apple x pie")),
    Case(B, "logitech NEAR/2f keyboard", ("Logitech a b keyboard",), ("logitech a b c keyboard", "keyboard logitech")),
    Case(
        B,
        "((apple OR orange) NEAR/5 (smartphone OR phone))",
        ("apple 1 2 3 4 5 phone", "smartphone by orange"),
        ("apple 1 2 3 4 5 6 phone", "apple orange"),
    ),
    Case(B, "((apple OR pear) AND (pie OR cake))~1", ("apple x pie", "cake pear"), ("apple x y pie",)),
    Case(
        B,
        "((xmas NEAR/2 gift) NEAR/2 (wife OR “girl friend”))",
        ("xmas gift for a girl friend",),
        ("xmas gift", "xmas gift for the lovely old wife"),
    ),
    Case(B, "{AI} NEAR/2 tool*", ("AI as tools", "a tool with AI"), ("ai tools", "AI x y z tool"), "more"),
    Case(B, "({AI} OR bot) NEAR/2 tool", ("bot tool", "AI tool"), ("ai tool",), "more"),
    Case(B, "(bag NOT handbag) NEAR/3 lost", ("lost my bag",), ("lost my bag, a handbag",), "more"),
    Case(B, "refund NEAR/200 parcel", ("refund parcel",), ("refund",), "fewer"),
    # Fields at Brandwatch
    Case(B, "author:ladygaga", (by("ladygaga"), by("@LadyGaga")), (by("gaga"), "ladygaga")),
    Case(B, "author:answered", (by("answered"),), (by("ann"),)),
    Case(B, "site:example.com AND acme", (at("https://www.example.com/1"),), (at("https://example.org"), at(None))),
    Case(B, "site:twitter.com", (at("https://x.com/a/1"), at(None, network="x")), (at("https://netflix.com"),)),
    Case(B, 'url:"msn.com/news"', (at("https://msn.com/news/1"), at("http://msn.com")), (at("https://a.org"),), "more"),
    Case(B, "acme AND url:(guardian.com OR sun.com)", (at("https://sun.com/1"),), (at("https://a.com"),)),
    Case(B, "topLevelDomain:org", (at("https://a.org/"),), (at("https://a.com/"),)),
    Case(B, "links:msn.com", ("see https://www.msn.com/a",), ("msn.com", "see https://amsn.com")),
    Case(B, "site:www.münchen.de", (at("https://xn--mnchen-3ya.de/"),), (at("https://munchen.de"),)),
    Case(B, "language:en", (spoken("en"), spoken("en-GB")), (spoken("de"), "acme")),
    Case(B, "at_mentions:acme OR hashtags:acme", ("@acme", "#acme"), ("acme",)),
    Case(B, "engagementType:REPLY", (answer(),), ("acme", again())),
    Case(B, "acme NOT engagementType:RETWEET", ("acme", answer()), (again(),)),
    Case(B, "engagementType:COMMENT", (answer(),), ("acme",)),
    Case(B, "minuteOfDay:[540 TO 599]", (on(9.5 * 3600),), (on(10 * 3600), "acme")),
    Case(B, "minuteOfDay:[1110 TO 1140]", (on(18.5 * 3600), on(18 * 3600)), (on(17.9 * 3600),), "more"),
    Case(B, "subreddit: nba", (at("https://reddit.com/r/nba"),), (at("https://a.org"),), "more"),
    Case(B, "title:acme AND late", ("acme is late",), ("acme",), "more"),
    Case(B, "tags:photography", (Post(id="1", content="", tags=("Photography",)),), ("photography",)),
    # What is left out
    Case(B, "acme AND authorGender:F", ("acme",), ("late",), "more"),
    Case(B, "acme OR authorVerified:true", ("acme",), ("late",), "fewer"),
    Case(B, "acme NOT authorFollowers:[0 TO 10]", ("acme",), ("late",), "more"),
    Case(B, "acme NOT (late OR country:gbr)", ("acme",), ("acme late",), "more"),
    Case(B, "acme NOT (late AND country:gbr)", ("acme",), ("acme late",), "fewer"),
    Case(B, "acme AND (late OR (country:gbr AND region:usa.fl))", ("acme late",), ("acme",), "fewer fewer"),
    Case(B, "acme OR (late AND (city:a OR city:b))", ("late", "acme"), ("x",), "more more"),
    Case(B, "acme AND sentiment:negative", ("acme",), ("bad",), "more"),
    Case(B, "(acme OR rating:[3 TO 5]) NEAR/3 late", ("acme late",), ("acme",), "fewer"),
    Case(B, "acme AND site:(country:gbr OR a.org)", (at("http://a.org"),), ("acme",), "fewer"),
    # precedence
    Case(B, "apple OR pear NOT juice", ("apple", "pear"), ("apple juice", "pear juice"), "same"),
    Case(B, "apple OR pear AND NOT juice", ("apple juice", "pear"), ("pear juice",), "same"),
    Case(T, "apple OR pear AND NOT juice", ("apple juice", "pear"), ("pear juice",), "same"),
    Case(T, "apple OR pear NOT juice", ("apple juice", "pear"), ("pear juice",), "same"),
    Case(B, "apple OR pear AND juice", ("apple", "pear juice"), ("pear", "juice"), "same"),
    # Talkwalker
    Case(T, "BMW AND bike", ("bmw bike",), ("bmw", "bike")),
    Case(T, "BMW AND NOT bike", ("a bmw",), ("bmw bike", "car")),
    Case(T, "chocolate AND -swiss", ("chocolate",), ("swiss chocolate",)),
    Case(T, "chocolate -swiss", ("chocolate",), ("swiss chocolate",)),
    Case(T, "NOT coupons AND acme", ("acme",), ("acme coupons",)),
    Case(T, "Luxemb*", ("Luxembourg",), ("Luxor",)),
    Case(T, "reali?ation", ("realization", "realisation"), ("realiation",)),
    Case(T, '"obama merkel"~5', ("Merkel met with Obama",), ("obama 1 2 3 4 5 6 merkel",)),
    Case(T, "roam~1", ("foam", "roams"), ("form",)),
    Case(T, "roam~2 OR acme", ("foam",), ("form",), "fewer"),
    Case(T, '"car sharing"~', ("car-sharing", "car sharing"), ("sharing a car",), "fewer"),
    Case(T, '+"l\'oréal" OR acme', ("l'oreal", "L'ORÉAL"), ("oreal",)),
    Case(T, '+"p&t" OR acme', ("P&T",), ("pt",), "more"),
    Case(T, '++"L\'Oréal"', ("by L'Oréal",), ("by l'oréal", "by L'Oreal")),
    Case(T, "(BMW OR Audi) NEAR/3 (motorcycle OR car)", ("audi 1 2 3 car", "car by bmw"), ("audi 1 2 3 4 car",)),
    Case(T, "(BMW OR Audi) ONEAR/3 (motorcycle OR car)", ("audi 1 2 3 car",), ("car by bmw",)),
    Case(T, "bmw NEAR car", ("bmw" + " x" * 15 + " car",), ("bmw" + " x" * 16 + " car",), "same"),
    Case(T, "bag SENTENCE lost", ("They lost my bag.",), ("My bag. You lost.",)),
    Case(T, "bag SENTENCE (lost OR {GONE}) SENTENCE my", ("My bag is lost",), ("My bag. Lost",), "more"),
    Case(T, "bag OSENTENCE lost", ("My bag is lost.", "lost bag"), ("My bag. You lost.",), "more"),
    Case(T, "lang:de AND acme", (spoken("de"),), (spoken("en"),)),
    Case(T, "acme AND domainurl:reddit.com", (at("https://www.reddit.com/r"),), (at("https://a.org"),)),
    Case(T, 'BMW -site:"http://www.wort.lu"', (at("https://a.org", "bmw"),), (at("https://wort.lu/1", "bmw"),)),
    Case(
        T,
        'acme site:"www.cnet.com" site:"bild.de"',
        (at("https://cnet.com/1"), at("https://bild.de")),
        ("acme", at("https://bild.de", "x")),
        "same same",
    ),
    Case(T, "acme AND sourcetype:SOCIALMEDIA_TWITTER", (at(None, network="x"),), (at("https://a.org"),)),
    Case(T, "acme AND sourcetype:BLOG", ("acme",), ("x",), "more"),
    Case(T, "acme AND -is:retweet AND is:twitter_reply", (answer(),), ("acme", again())),
    Case(T, "is:question", ("where is it?",), ("here it is",)),
    Case(T, "hashtag:#bmw OR mention:@bmw", ("#BMW", "@bmw"), ("bmw",)),
    Case(T, "content:sixt AND authorshort:franz_1975", (by("franz_1975", "sixt"),), (by("ann", "sixt"), "sixt")),
    Case(T, "acme AND published:>=1420070400000", (on(NEW_YEAR_2015),), (on(NEW_YEAR_2015 - 1),)),
    Case(T, "acme AND published:<2015-01-01", (on(NEW_YEAR_2015 - 1),), (on(NEW_YEAR_2015),)),
    Case(T, "published:>1420100000000", (on(NEW_YEAR_2015 + 50_000),), (on(NEW_YEAR_2015 - 1),), "more"),
    Case(T, "acme AND engagement:>100 AND gender:male", ("acme",), ("x",), "more more"),
    Case(T, "acme AND custom.team:red", ("acme",), ("x",), "more"),
    Case(T, "acme air service", ("service of acme by air",), ("acme air" + " x" * 30 + " service",), "same"),
    Case(T, "ABC", ("ABC news",), ("abc news",), "same"),
    Case(T, "A&B", ("A&B",), ("a&b",), "same"),
    Case(T, "children", ("Children",), ("child",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.dialect[0]} {case.source}")
def test_a_carried_query_finds_what_it_found(case: Case) -> None:
    """Each source query finds the posts that its tool's manual promises, and leaves the others alone."""
    carried = carry(case.source, case.dialect)
    for said in case.yes:
        assert finds(carried, said), f"{carried.text} should find {said}"
    for said in case.no:
        assert not finds(carried, said), f"{carried.text} should not find {said}"
    assert sorted(remark.effect for remark in carried.remarks) == sorted(case.effects.split())
    assert carried.wholly == (set(case.effects.split()) <= {"same"})


def test_the_table_is_large_enough() -> None:
    """Both dialects are well covered."""
    assert sum(case.dialect == B for case in CASES) >= 50
    assert sum(case.dialect == T for case in CASES) >= 30


PROFILES = [
    "authorGender:F", "authorVerified:true", "authorVerifiedType:blue", "authorFollowers:[1 TO 5]", "gender:male",
    "author_gender:female", 'authordescription:"car enthusiast"', "authorcountry:fr", "demographic:occupation-nurse",
    "redditAuthorFlair:PhD", "is:author_verified",
]  # fmt: skip


@pytest.mark.parametrize("source", PROFILES)
def test_profiles_of_people_are_refused(source: str) -> None:
    """What asks who an author is never comes over, and the report says that this is on purpose."""
    carried = carry(f"acme AND {source}", B)
    assert carried.text == "acme"
    [remark] = carried.remarks
    assert remark.lost
    assert (remark.column, remark.what) == (10, source)
    assert remark.sentence == "Ascolta makes no profiles of people, on purpose; left out, so the query finds more."


def test_every_known_field_is_carried_or_reported() -> None:
    """No field of either tool vanishes without a remark."""
    for name in (*FIELDS, *REASONS):
        carried = carry(f"acme AND {name}:zz.example")
        assert carried.text != "acme" or any(remark.lost for remark in carried.remarks), name


def test_an_unknown_field_is_read_as_words_and_said() -> None:
    """A name that neither tool knows is reported."""
    carried = carry("acme AND flavour:vanilla", B)
    assert carried.text == 'acme "flavour vanilla"'
    [remark] = carried.remarks
    assert (remark.what, remark.effect) == ("flavour:vanilla", Effect.EITHER)


def test_lost_pieces_are_each_told_with_their_column() -> None:
    """Every piece that was left out has its own remark, in the order of the query."""
    source = "acme\nAND country:gbr\nAND NOT (region:usa.fl OR bad)\nAND authorGender:F"
    carried = carry(source, B)
    assert [(remark.what, remark.effect.value, remark.lost) for remark in carried.remarks] == [
        ("country:gbr", "more", True),
        ("region:usa.fl", "more", True),
        ("authorGender:F", "more", True),
    ]
    for remark in carried.remarks:
        assert source[remark.column - 1 :].startswith(remark.what)
    assert carried.text == "acme NOT bad"


def test_nothing_left_is_no_query() -> None:
    """A query of nothing but profiles gives no query, and says what was lost."""
    carried = carry("authorGender:F OR country:gbr", B)
    assert (carried.query, carried.text, carried.wholly) == (None, "", False)
    assert [remark.lost for remark in carried.remarks] == [True, True]


@pytest.mark.parametrize(
    ("source", "column", "said"),
    [
        ("", 1, "the query is empty"),
        ("  <<<nothing>>>", 1, "the query is empty"),
        ("(acme", 1, "never closed"),
        ("acme)", 5, "never opened"),
        ("acme AND", 9, "ends too early"),
        ("acme OR OR air", 9, "instead of 'OR'"),
        ('acme "air', 6, "quotation mark"),
        ("acme {AIR", 6, "brace"),
        ("acme } b", 6, "brace"),
        ("acme <<<air", 6, "comment"),
        ("acme AND ()", 11, "empty"),
        ("acme NEAR air", 6, "distance"),
        ("acme AND site:", 15, "expected a value after 'site:'"),
        ("acme AND site: AND b", 16, "expected a value after 'site:'"),
        ("(" * 60 + "a" + ")" * 60, 52, "nested deeper"),
        (" NEAR/1 ".join(["a"] * 60), 453, "in a row"),
        ("a" * 100_001, 100_000, "longer"),
    ],
)
def test_a_broken_query_names_its_column(source: str, column: int, said: str) -> None:
    """What cannot be read is refused at its place, with a sentence."""
    with pytest.raises(QueryError, match=said) as refused:
        carry(source, B)
    assert refused.value.column == column
    assert refused.value.query == source


def test_an_unknown_dialect_is_refused() -> None:
    """Only languages that we know are read."""
    with pytest.raises(AscoltaError, match="unknown query language 'meltwater'"):
        carry("acme", "meltwater")


@pytest.mark.parametrize(
    ("source", "dialect", "sure"),
    [
        ("{BT} NOT language:en", B, True),
        ("acme NEAR/3f late", B, True),
        ("acme <<<brand>>>", B, True),
        ("acme AND NOT lang:en", T, True),
        ("acme ONEAR/3 late", T, True),
        ('++"ACME" OR +acme', T, True),
        ("acme OR late", B, False),
    ],
)
def test_the_dialect_is_guessed_by_its_operators(source: str, dialect: str, sure: bool) -> None:
    """`auto` tells the tools apart by what only one of them has, and says so where nothing tells."""
    assert guess(source) == (dialect, sure)
    notes = [remark.why for remark in carry(source).remarks if remark.why.startswith("Nothing tells")]
    assert bool(notes) == (not sure)


AIRLINE = """<<<The brand>>>
(acme* OR {ACME} OR @acmeair OR @acmecare OR #acmeair OR "acme air" OR "acme airlines" OR acmego OR "acme go" OR
 "acme plus" OR acmeplus OR skylounge OR (acme NEAR/0f air*) OR ((acme OR {AA}) NEAR/5 (flight* OR plane* OR
 airport OR gate OR luggage OR suitcase* OR "lost bag" OR crew OR seat* OR ticket* OR miles OR lounge OR delay* OR
 cancel* OR refund* OR reboo?ed OR pilot* OR captain OR queue* OR desk OR check-in OR app OR website OR boarding)))
AND
<<<What it is about>>>
((lost OR missing OR stolen OR broken) NEAR/4 (bag* OR suitcase* OR luggage) OR "customer service"~3 OR late OR
 waiting OR stranded OR verspätet OR Koffer OR vuelo* OR retraso OR maleta* OR équipage OR retard OR rimborso)
NOT
<<<Not us>>>
(anvil* OR "acme looney" OR (looney NEAR/2f tunes) OR coyote OR "road runner" OR site:(acme.example OR acme.test) OR
 author:(acmeair OR acmecare OR acmejobs) OR engagementType:RETWEET OR #hiring OR job* OR vacanc* OR giveaway)"""

BIKES = """(((bmw OR "bayerische motoren werke" OR ++"BMW" OR #bmw OR @bmw OR bmwmotorrad OR "bmw motorrad" OR motorrad*
 OR +"r 1300 gs" OR gs1300 OR f900xr OR "s1000rr" OR mottorad~1) SENTENCE (brake* OR recall* OR rückruf* OR bremse* OR
 engine OR motor OR battery OR akku OR warranty OR garantie OR dealer* OR händler* OR workshop OR werkstatt OR rust OR
 leak* OR fire OR brand OR crash OR unfall OR stall* OR "oil pressure" OR öldruck OR gearbox OR getriebe OR clutch OR
 kupplung OR "cruise control" OR tempomat OR headlight OR scheinwerfer OR app OR software OR update OR display))
 OR ("bmw motorrad" ONEAR/10 (sucks OR lemon OR "never again" OR broken OR kaputt OR schrott OR disappoint*)))
AND NOT (job* OR hiring OR "for sale" OR verkaufe OR ebay OR kleinanzeigen OR lego OR toy OR rental
 OR miete* OR leasing OR domainurl:bmw.com OR is:retweet)
AND (lang:de OR lang:en)"""


def test_a_long_brandwatch_query_comes_over() -> None:
    """A query of over sixty terms, as brands have them, finds complaints and leaves the coyote alone."""
    assert AIRLINE.count(" OR ") > 60
    carried = carry(AIRLINE, B)
    assert finds(carried, "@acmeair you lost my bag")
    assert finds(carried, "Three hours late, ACME flight 12, and still waiting")
    assert finds(carried, "Mi maleta no llegó. acme, por favor")
    assert finds(carried, "the acme plane was late and nobody from customer service came")
    assert not finds(carried, "acme air is lovely")
    assert not finds(carried, "the coyote is late with his acme rocket")
    assert not finds(carried, by("acmecare", "sorry, acme flight 7 is late"))
    assert not finds(carried, again("@acmeair late again"))
    assert not any(remark.lost for remark in carried.remarks)


def test_a_long_talkwalker_query_comes_over() -> None:
    """Another one, with sentences, order, exact strings and a language."""
    assert BIKES.count(" OR ") > 60
    carried = carry(BIKES, T)
    assert finds(carried, spoken("de", "Meine BMW hat schon wieder einen Rückruf."))
    assert finds(carried, spoken("en", "My mottorrad has a leak"))
    assert not finds(carried, spoken("en", "BMW Motorrad is great. The brakes of my car are not"))
    assert not finds(carried, spoken("en", "bmw brakes for sale"))
    assert not finds(carried, spoken("fr", "bmw brake"))
    assert finds(carried, spoken("en", "bmw motorrad? never again"))


# Truth: any boolean query, written in either tool's language, means the same when it was carried over.

LOST = "country:gbr"
Tree = tuple[object, ...] | str


def trees(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[Tree]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(st.just("AND"), inner, inner),
            st.tuples(st.just("OR"), inner, inner),
            st.tuples(st.just("NOT"), inner),
        ),
        max_leaves=8,
    )


def written(tree: Tree) -> str:
    if isinstance(tree, str):
        return tree
    if tree[0] == "NOT":
        return f"(NOT {written(tree[1])})"  # type: ignore[arg-type]
    return f"({written(tree[1])} {tree[0]} {written(tree[2])})"  # type: ignore[arg-type]


def true(tree: Tree, words: set[str]) -> bool:
    if isinstance(tree, str):
        return tree in words
    first, *rest = (true(part, words) for part in tree[1:])  # type: ignore[arg-type]
    if tree[0] == "NOT":
        return not first
    return first and rest[0] if tree[0] == "AND" else first or rest[0]


def subsets(words: str) -> list[set[str]]:
    return [
        {word for word, there in zip(words, chosen, strict=True) if there}
        for chosen in product([0, 1], repeat=len(words))
    ]


@given(trees(st.sampled_from("abc")), st.sampled_from([B, T]))
def test_a_boolean_query_keeps_its_meaning(tree: Tree, dialect: str) -> None:
    """Whatever AND, OR, NOT and brackets say, they say it still."""
    carried = carry(written(tree), dialect)
    for words in subsets("abc"):
        assert finds(carried, " ".join(sorted(words))) == true(tree, words), carried.text


@given(trees(st.sampled_from(["a", "b", "c", LOST])), st.sampled_from([B, T]))
def test_what_a_lost_piece_does_is_said_truly(tree: Tree, dialect: str) -> None:
    """Where all remarks say that more is found, nothing is missed; where all say fewer, nothing is added."""
    carried = carry(written(tree), dialect)
    effects = {remark.effect for remark in carried.remarks}
    if carried.query is None or len(effects) > 1:
        return
    for words, lost in product(subsets("abc"), (set[str](), {LOST})):
        before, after = true(tree, words | lost), finds(carried, " ".join(sorted(words)))
        if effects == {Effect.MORE}:
            assert after or not before, carried.text
        elif effects == {Effect.FEWER}:
            assert before or not after, carried.text
        else:
            assert before == after


SPEECH = """acme "acme air" AND OR NOT ( ) NEAR/3 NEAR/2f NEAR ONEAR/4 SENTENCE OSENTENCE {AI} {A*} <<<c>>> title: site:
    author: lang:de is:comment - +"p&t" ++"L'O" ~3 "a b"~5 )~4 appl* ?x x? *y* roam~1 roam~2 # #tag @me $A country:gbr
    authorFollowers:[1 TO 5] published:>1420070400000 minuteOfDay:[60 raw: foo:bar café AT&T % 😀 東京 "" {} mention:
    url:"https://www.x.com/a" sourcetype:SOCIALMEDIA_TWITTER \\ " } { <<< >>> : :) ]] ß İ"""
PIECES = st.sampled_from(SPEECH.split())
SOUP = st.lists(st.one_of(PIECES, st.sampled_from([" ", "\n", ""]), st.text(max_size=3)), max_size=20).map("".join)


def tried(source: str, dialect: str) -> Carried | QueryError:
    try:
        return carry(source, dialect)
    except QueryError as error:
        return error


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=40), SOUP, st.lists(PIECES, max_size=12).map(" ".join)), DIALECTS)
def test_any_text_is_carried_or_refused_at_a_column(source: str, dialect: str) -> None:
    """Whatever is imported, the answer is a query that reads back as itself, or an error that names its column."""
    carried = tried(source, dialect)
    if isinstance(carried, QueryError):
        assert 1 <= carried.column <= len(source) + 1
        assert carried.caret().endswith("^")
        return
    assert carried.dialect in (B, T)
    for remark in carried.remarks:
        assert 1 <= remark.column <= len(source) + 1
        assert remark.sentence.endswith(".")
    if carried.query is not None:
        assert parse(carried.text) == carried.query
        assert str(carried.query) == carried.text


# The command

runner = CliRunner()


def test_the_command_writes_a_file_that_loads(tmp_path: Path) -> None:
    """What is printed is a queries.yaml; the report goes to standard error, and nothing was lost: code 0."""
    (tmp_path / "q.txt").write_text('acme OR "acme air" NOT ({ACME} NEAR/0f pie)\n', encoding="utf-8")
    said = runner.invoke(app, [str(tmp_path / "q.txt"), "--from", "talkwalker", "--name", "acme: air"])
    assert said.exit_code == 1
    said = runner.invoke(app, ["-", "--name", "acme: air"], input='(acme OR "acme air" OR @acme) NOT {ACME}')
    assert said.exit_code == 0
    assert said.stderr == "acme: air: read as brandwatch, carried over wholly\n"
    (tmp_path / "queries.yaml").write_text(said.stdout, encoding="utf-8")
    [query] = load_queries(tmp_path / "queries.yaml")
    assert (query.name, query.why) == ("acme: air", "Imported from Brandwatch, wholly.")
    assert str(query.find) == '(acme OR "acme air" OR @acme) NOT raw:"ACME"'


def test_the_command_reports_losses_with_code_1(tmp_path: Path) -> None:
    """A query that lost something is printed all the same; each loss is told with its line and column."""
    source = tmp_path / "acme.txt"
    source.write_text("acme\nAND authorGender:F\n", encoding="utf-8")
    said = runner.invoke(app, [str(source)])
    assert said.exit_code == 1
    assert "line 2, column 5: authorGender:F" in said.stderr
    assert "on purpose; left out, so the query finds more." in said.stderr
    assert "\x1b" not in said.stderr
    (tmp_path / "queries.yaml").write_text(said.stdout, encoding="utf-8")
    [query] = load_queries(tmp_path / "queries.yaml")
    assert (query.name, str(query.find)) == ("acme", "acme")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("q.csv", 'Name,Boolean query\nacme,"acme OR ""acme air"""\nacme,late*\n,bag NEAR/3 lost\n'),
        ("q.csv", 'Name;Boolean query\nacme;"acme OR ""acme air"""\nacme;late*\n;bag NEAR/3 lost\n'),
        ("q.tsv", 'Name\tQuery\nacme\t"acme OR ""acme air"""\nacme\tlate*\n\tbag NEAR/3 lost\n'),
        (
            "q.jsonl",
            """{"name": "acme", "booleanQuery": "acme OR \\"acme air\\""}\n
{"name": "acme", "query": "late*"}
{"query": "bag NEAR/3 lost"}
""",
        ),
    ],
)
def test_the_command_reads_exports(tmp_path: Path, file: str, text: str) -> None:
    """CSV and JSON lines with names and queries come over at once; no two get one name."""
    (tmp_path / file).write_text(text, encoding="utf-8")
    for words in ([str(tmp_path / file), "--from", "brandwatch"], ["-", "--from", "brandwatch"]):
        said = runner.invoke(app, words, input=text)
        assert said.exit_code == 0, said.stderr
        (tmp_path / "queries.yaml").write_text(said.stdout, encoding="utf-8")
        found = {query.name: str(query.find) for query in load_queries(tmp_path / "queries.yaml")}
        assert found == {"acme": 'acme OR "acme air"', "acme 2": "late*", "query 3": "bag NEAR/4 lost"}


def test_a_row_without_a_query_is_told_and_left_out(tmp_path: Path) -> None:
    """One empty cell does not keep the other queries of an export from coming over."""
    (tmp_path / "q.csv").write_text("name,query\nacme,acme air\nempty,\nlate,late*\n", encoding="utf-8")
    said = runner.invoke(app, [str(tmp_path / "q.csv"), "--from", "brandwatch"])
    assert said.exit_code == 0
    assert "q.csv:3: there is no query in this row" in said.stderr.replace("\n", "")
    (tmp_path / "queries.yaml").write_text(said.stdout, encoding="utf-8")
    assert [query.name for query in load_queries(tmp_path / "queries.yaml")] == ["acme", "late"]


def test_the_command_prints_json() -> None:
    """For scripts, queries and remarks are one JSON value."""
    said = runner.invoke(app, ["--json", "--from", "brandwatch"], input="acme OR country:gbr")
    assert said.exit_code == 1
    assert said.stdout == (
        '{"queries":[{"name":"imported","from":"brandwatch","find":"acme","wholly":false,"remarks":[{"column":9,'
        '"what":"country:gbr","sentence":"Ascolta does not keep where a post or its author is; left out, so the query '
        'finds fewer.","effect":"fewer","lost":true}]}]}\n'
    )


@pytest.mark.parametrize(
    ("file", "data", "said"),
    [
        ("q.txt", b"acme AND (", "column 11: query 'q': the query ends too early"),
        ("q.txt", b"\xff\xfe", "q.txt:1: is not UTF-8"),
        ("q.txt", b"gender:male", "nothing of it could be carried over"),
        ("q.csv", b"name,text\na,b\n", "q.csv:2: has no query"),
        ("q.csv", b"name,query\n", "holds no query"),
        ("q.jsonl", b'{"name": "a", "query": "b"}\n{', "q.jsonl:2: is not JSON"),
        ("q.jsonl", b"[1]", "q.jsonl:1: expected an object"),
    ],
)
def test_the_command_refuses_what_it_cannot_read(tmp_path: Path, file: str, data: bytes, said: str) -> None:
    """Bad input is one sentence that says where; a query is shown with its column."""
    (tmp_path / file).write_bytes(data)
    ended = runner.invoke(app, [str(tmp_path / file)])
    assert isinstance(ended.exception, AscoltaError)
    assert said in str(ended.exception)
    assert ended.stdout == ""


def test_a_missing_file_and_a_needless_name_are_refused(tmp_path: Path) -> None:
    """A file that is not there is named; --name makes no sense for many queries."""
    missing = runner.invoke(app, [str(tmp_path / "no.txt")])
    assert isinstance(missing.exception, FileError)
    assert "no.txt" in str(missing.exception)
    (tmp_path / "q.csv").write_text("name,query\na,b\n", encoding="utf-8")
    named = runner.invoke(app, [str(tmp_path / "q.csv"), "--name", "x"])
    assert "--name is for one query" in str(named.exception)


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=12).map(" ".join), st.text(max_size=12))
def test_what_the_command_writes_always_loads(tmp_path_factory: pytest.TempPathFactory, source: str, name: str) -> None:
    """Any query and any name that come over can be read back from the file."""
    said = runner.invoke(app, ["--name=" + name], input=source.encode("utf-8", "replace"))
    if said.exit_code not in (0, 1) or not said.stdout:
        assert isinstance(said.exception, AscoltaError), said.exception
        return
    path = tmp_path_factory.mktemp("carried") / "queries.yaml"
    path.write_text(said.stdout, encoding="utf-8")
    [query] = load_queries(path)
    assert query.find == carry(source).query
