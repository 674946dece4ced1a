"""A starting query for a brand."""

import re
from dataclasses import replace

import pytest

from ascolta.core.brand import StoredQuery
from ascolta.core.lint import lint
from ascolta.core.parse import parse
from ascolta.core.post import Actor, Post
from ascolta.core.query import Handle, Query, leaves
from ascolta.core.suggest import Proposal, suggest
from ascolta.core.view import View, holds
from ascolta.errors import AscoltaError
from tests.conftest import ACME as BRAND

FOLDER = replace(
    BRAND,
    names=("Acme",),
    queries=(
        StoredQuery(name="products", find=parse('"acme go" OR skylounge OR #bagmountain OR @ann NOT "acme looney"')),
        StoredQuery(name="short", find=parse("acme NEAR/9 (gate OR plane OR flight*) NOT anvil")),
    ),
)


def view(text: str, author: str = "") -> View:
    return View(Post(id="1", content=text, attributed_to=Actor(handle=author)))


def many(*texts: str, authors: int = 6) -> list[View]:
    """Each text by several authors."""
    return [view(text, f"u{number}") for text in texts for number in range(authors)]


def kinds(proposal: Proposal) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in proposal.parts + proposal.without:
        found.setdefault(part.kind, []).append(str(part.find))
    return found


def found(query: Query, text: str) -> bool:
    return holds(query, View(Post(id="1", content=text)))


SOUP = many("soup for lunch again", "rain all day", "what a game", "my cat sleeps", "trains are late", authors=12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme Air", {"misspelling": ['"acme~1 air"', "acmeair~1"], "name": None, "hashtag": ["#acmeair"]}),
        ("Kiwi Go", {"joined": ["kiwigo"], "misspelling": ['"kiwi~1 go"'], "hashtag": ["#kiwigo"]}),
        ("AcmeAir", {"misspelling": ["acmeair~1"], "split": ['"acme air"'], "hashtag": ["#acmeair"]}),
        ("Lufthansa", {"misspelling": ["lufthansa~1"], "hashtag": ["#lufthansa"]}),
        ("Apple", {"name": ["apple"], "misspelling": ["aple"]}),
        ("Nestlé", {"name": ["nestle"], "misspelling": None, "hashtag": ["#nestle"]}),
        ("Würth", {"name": ["wurth"], "spelling": ["wuerth"]}),
        ("Marks & Spencer", {"spelling": ['"marks and spencer"', '"marks und spencer"']}),
        ("C&A", {"name": ['raw:"C&A"', 'raw:"c&a"'], "joined": None, "hashtag": None, "spelling": None}),
        ("AT&T", {"name": ['raw:"AT&T"', 'raw:"at&t"'], "joined": None, "hashtag": ["#att"]}),
        ("C++", {"name": ['raw:"C++"', 'raw:"c++"'], "hashtag": None}),
        (".NET", {"name": ['raw:".NET"'], "hashtag": None}),
        ("Next", {"name": ['raw:"Next"'], "hashtag": None, "misspelling": None}),
        ("O₂", {"name": ["o2"], "hashtag": ["#o2"]}),
    ],
)
def test_a_name_alone_gives_its_forms(name: str, expected: dict[str, list[str]]) -> None:
    """Without folder or posts there are the name, its forms in one word and in two, and its hashtag."""
    given = kinds(suggest(name, None, []))
    assert {kind: given.get(kind) for kind in expected} == expected


@pytest.mark.parametrize(
    "name", ["Acme Air", "東京電力", "AND", "not or", "Ł'Oréal//x", 'a "b" \\c', "3M", "O₂", "هواپیمایی"]
)
def test_what_is_said_is_a_query_with_its_reasons(name: str) -> None:
    """The text with its comments reads as the query, each part below a reason, and it finds the name."""
    proposal = suggest(name, FOLDER, SOUP, lookalikes=True)
    assert parse(str(proposal)) == parse(str(proposal.query)) == proposal.query
    assert found(proposal.query, f"hello {name} there")
    lines = str(proposal).splitlines()
    for place, line in enumerate(lines):
        if line.startswith("  ") and not line.startswith("  //"):
            assert lines[place - 1].startswith("  // ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("C&A", "ça va bien"),
        ("C&A", "I live in CA"),
        ("AT&T", "he was at T-Mobile"),
        ("H&M", "hm, not sure"),
        ("C++", "vitamin C"),
        (".NET", "caught in a net"),
        ("Next", "see you next week"),
    ],
)
def test_the_words_of_a_short_name_alone_do_not_find(name: str, text: str) -> None:
    """A name that is hardly a word without its signs or capitals finds itself, and not what only holds its letters."""
    query = suggest(name, None, []).query
    assert found(query, f"went to {name} today")
    assert not found(query, text)


@pytest.mark.parametrize(
    "name",
    ["Acme Air", "AcmeAir", "JetBlue", "C&A", "C++", "Müller & Söhne", "L'Oréal", "7-Eleven", "Next", "東京電力"],
)
@pytest.mark.parametrize("views", [[], SOUP], ids=["alone", "posts"])
def test_what_is_proposed_draws_no_warning(name: str, views: list[View]) -> None:
    """What `ascolta check` would take out of a query is not proposed."""
    proposal = suggest(name, None, views)
    assert lint(proposal.query, str(proposal)) == []


def test_a_name_without_a_word_is_refused() -> None:
    """Marks alone are no name."""
    with pytest.raises(AscoltaError, match="no word in the name"):
        suggest("!!!", None, [])


def test_a_name_cannot_leave_its_comment() -> None:
    """Line breaks and control characters in a name do not end the comment it stands in."""
    proposal = suggest("Acme\nsoup\u2028rain\x1b[31m Air", None, [])
    assert parse(str(proposal)) == proposal.query
    assert "\x1b" not in str(proposal)


def test_the_folder_gives_accounts_products_and_exclusions() -> None:
    """Own accounts, what the queries ask for alone, context for the short name, and longer names they take away."""
    given = kinds(suggest("Acme Air", FOLDER, []))
    assert given["account"] == ["@acmeair"]
    assert given["product"] == ['"acme go"', "skylounge", "#bagmountain"]
    assert given["context"] == ["acme NEAR/8 (gate OR plane OR flight*)"]
    assert given["exclusion"] == ['"acme looney"']


def test_no_account_but_the_own_one_is_proposed() -> None:
    """Accounts in queries and posts are people's; only brand.yaml's are proposed."""
    views = many("acme air with @ann at the gate", "@acmeair and @bob") + SOUP
    query = suggest("Acme Air", FOLDER, views).query
    assert {leaf.name for leaf in leaves(query) if isinstance(leaf, Handle)} == {"acmeair"}
    assert "ann" not in str(query)


def test_context_is_learned_from_what_many_authors_say() -> None:
    """Words near the full name that five authors use are proposed for the short one; a single author's are not."""
    views = (
        many("acme air gate was full", "the acme air lounge and the runway", "acme air cabin crew", authors=9) + SOUP
    )
    views += [view("acme air zanzibarfan again", "one") for _ in range(20)]
    context = kinds(suggest("Acme Air", BRAND, views))["context"][0]
    assert {"gate", "lounge", "runway", "crew"} <= set(re.findall(r"\w+", context))
    assert "zanzibarfan" not in str(suggest("Acme Air", BRAND, views))


def test_posts_without_authors_count_one_by_one() -> None:
    """Where no author is known, five posts are enough and four are not."""
    said = "acme air gate lounge runway"
    five = kinds(suggest("Acme Air", BRAND, [view(f"{said} aileron{'x' * (n % 2)}") for n in range(9)] + SOUP))
    context = set(re.findall(r"\w+", five["context"][0]))
    assert "aileron" in context
    assert "aileronx" not in context


def test_a_hashtag_that_mostly_stands_with_the_name_is_proposed() -> None:
    """A hashtag of ours is proposed, one that belongs to all is not, nor one that few use."""
    views = many("acme air #flyacme #travel", "acme air #flyacme") + many("#travel to the sea", authors=30) + SOUP
    views += many("acme air #annsbirthday", authors=2)
    views += many("acme air and #unhappy", authors=6) + many("so #unhappy today", authors=4)
    proposal = suggest("Acme Air", None, views)
    given = kinds(proposal)["hashtag"]
    assert "#flyacme" in given
    assert not {"#travel", "#annsbirthday", "#unhappy"} & set(given)
    assert [str(part.find) for part in proposal.consider] == ["#unhappy"]
    assert "// to consider: #unhappy: 6 of the 10 posts" in str(proposal)
    assert parse(str(proposal)) == proposal.query


def test_where_all_posts_name_us_a_hashtag_says_nothing() -> None:
    """In posts that were already found by the name every hashtag stands with it, so none is proposed."""
    assert kinds(suggest("Acme Air", None, many("acme air #travel", "acme air again")))["hashtag"] == ["#acmeair"]


def test_a_longer_name_with_ours_inside_is_taken_away() -> None:
    """A company that shares our short name is excluded; a word of our trade beside the name is not."""
    views = many("acme gate was full", "acme flight delayed at the gate", "acme plane at the gate", authors=12)
    views += many("acme bakery has bread", "the acme bakery bread again", authors=12) + SOUP
    proposal = suggest("Acme Air", FOLDER, views)
    assert '"acme bakery"' in kinds(proposal)["exclusion"]
    assert '"acme plane"' not in kinds(proposal)["exclusion"]
    assert not found(proposal.query, "acme bakery near the gate")


def test_what_is_said_to_an_account_is_no_longer_name() -> None:
    """A word that all use, or one that follows an account, makes no longer name, however often it stands there."""
    views = many("acme our bread", "acme gate was full", "acme flight at the gate", authors=12)
    views += many("@acme fleek dance", "@acme fleek", authors=12) + SOUP
    proposal = suggest("Acme Air", FOLDER, views)
    assert not {'"acme our"', '"acme fleek"'} & set(kinds(proposal)["exclusion"])


def test_a_slip_is_allowed_unless_it_makes_another_word() -> None:
    """Posts with a slip near other signs of us ask for ~1; a common word one letter away forbids it."""
    slips = many("lunaroo is late", authors=3) + many("lunaro flies", authors=6) + SOUP
    assert kinds(suggest("Lunaro", None, slips))["misspelling"] == ["lunaro~1"]
    other = slips + many("lunare eclipse tonight", authors=30)
    assert "misspelling" not in kinds(suggest("Lunaro", None, other))


def test_lookalikes_only_when_asked() -> None:
    """Letters that look alike are part of the query only on request."""
    assert "lookalike" not in kinds(suggest("Acme Air", FOLDER, []))
    proposal = suggest("Acme Air", FOLDER, [], lookalikes=True)
    assert kinds(proposal)["lookalike"] == ['lookalike:"acme air"']
    assert found(proposal.query, "ac\u043ce \u0430ir") is found(parse('lookalike:"acme air"'), "ac\u043ce \u0430ir")


def test_posts_are_counted_for_each_part() -> None:
    """With posts each part says in how many it stands, without it says nothing."""
    views = [*many("acme air flies"), *SOUP]
    assert {str(part.find): part.posts for part in suggest("Acme Air", None, views).parts}['"acme air"'] == 6
    assert {part.posts for part in suggest("Acme Air", None, []).parts} == {None}
