"""Teaching a query by examples: an invented corpus in which an apple is a fruit or a maker of phones."""

from dataclasses import replace

import pytest

from ascolta.core.brand import StoredQuery
from ascolta.core.label import Topic
from ascolta.core.parse import parse
from ascolta.core.post import Actor, Post
from ascolta.core.query import Handle, Hashtag, Words, leaves
from ascolta.core.shelf import Shelf, spread
from ascolta.core.speech import GIVEN_NAMES, Speech, by_chance, guess, likelihood
from ascolta.core.teach import MOST, NEXT, Lesson, Score, signs, teach
from ascolta.core.text import fold
from ascolta.core.view import View
from tests.conftest import ACME

BRAND = """
The new apple phone has a bright screen
apple says the phone update comes in march
my apple laptop battery died after a year
is the apple store open on sunday for a battery repair
apple store queue round the corner for the new phone
anyone else with a frozen screen after the apple update
apple update broke my screen rotation again
paid a fortune for an apple laptop charger
the apple store fixed my battery in an hour
apple phone camera beats my old one
apple laptop fan is loud since the update
@apple my phone screen is black after the update
the screen of my apple watch cracked
apple watch battery lasts a day at best
apple phone battery at two percent by noon
queue outside the apple store since six
waiting for the apple phone launch tonight
apple launch tonight and my laptop wants an update
does the apple store take an old phone in part payment
new apple laptop and the keyboard is lovely
apple support fixed my phone in ten minutes
apple support chat about a dead battery
the apple keyboard lost its e
#apple update is out and my phone restarts
apple music skips on my phone
why does an apple charger cost so much
my apple phone fell and the screen survived
apple shares up after the phone launch
apple store staff replaced the keyboard at no cost
the apple screen protector came off
apple laptop screen flickers on battery
the update made my apple watch slow
""".strip().splitlines()
FRUIT = """
Baking an apple pie with cinnamon tonight
the apple tree in our garden is in blossom
apple juice from the orchard down the road
an apple a day and still a cold
grandma's apple pie recipe wants more butter
picked a basket of apple in the orchard
apple crumble with custard for pudding
the apple tree lost a branch in the storm
apple cider and cinnamon smell like autumn
fresh apple juice at the market this morning
peel the apple before you bake the pie
apple cake with cinnamon in the oven
our orchard has six kinds of apple
the horse stole my apple at the market
apple sauce with potato pancakes
apple juice stains on the sofa
planting an apple tree in the garden
toffee apple stall at the market
apple pie or apple crumble for the bake sale
cinnamon on baked apple is enough
the apple harvest is late this autumn
green apple too sour for juice
apple blossom all along the orchard wall
dried apple rings for the walk
apple and cheese, best snack of autumn
worm in my apple, lunch is over
apple tree needs pruning before spring
cider apple harvest begins in the orchard
an apple cake for the garden party
the juice of one apple and half a lemon
apple pie burnt, garden party saved by cake
market stall had apple cider with cinnamon
""".strip().splitlines()
POSTS = [(text, True) for text in BRAND] + [(text, False) for text in FRUIT]
VIEWS = [View(Post(id=str(row), content=text)) for row, (text, _) in enumerate(POSTS)]
APPLE = parse("apple")


def some(number: int) -> dict[int, bool]:
    """So many posts of each kind, spread over the corpus, marked."""
    ours = spread(range(len(BRAND)), number)
    return dict.fromkeys(ours, True) | {len(BRAND) + row: False for row in ours}


def on_the_rest(lesson: Lesson, marked: dict[int, bool]) -> tuple[float, float]:
    """Precision and recall on the posts that were not marked."""
    found = Shelf(VIEWS).find(lesson.query)
    rest = [row for row in range(len(POSTS)) if row not in marked]
    hits = sum(POSTS[row][1] for row in rest if found >> row & 1)
    return hits / max(1, sum(found >> row & 1 for row in rest)), hits / sum(POSTS[row][1] for row in rest)


def test_the_corpus_is_as_it_says() -> None:
    """Sixty-four posts, all found by the plain name, half of them ours."""
    assert len(VIEWS) == 64
    assert Shelf(VIEWS).find(APPLE).bit_count() == 64
    assert len(BRAND) == len(FRUIT)


@pytest.mark.parametrize("number", [10, 12])
def test_a_few_examples_better_the_query_on_posts_not_shown(number: int) -> None:
    """Taught by a few posts of each kind, the query is precise on the rest and still finds most of ours."""
    marked = some(number)
    lesson = teach(APPLE, VIEWS, marked)
    precision, recall = on_the_rest(lesson, marked)
    assert lesson.before == Score(number, number, 0)
    assert precision >= 0.9
    assert 2 * precision * recall / (precision + recall) >= 2 / 3 + 0.05
    assert lesson.after.f > lesson.before.f


@pytest.mark.parametrize("number", [3, 8])
def test_what_is_learned_is_judged_on_examples_left_out(number: int) -> None:
    """However few examples there are, what is proposed was judged by each of them while it was left out."""
    lesson = teach(APPLE, VIEWS, some(number))
    assert lesson.left_out is not None
    assert lesson.parts == 2 * number
    assert lesson.left_out.hits + lesson.left_out.missed == number
    assert lesson.left_out.f <= lesson.after.f


def test_of_one_example_of_a_kind_nothing_is_learned() -> None:
    """One post of a kind says nothing: the query stays, and posts are named that are best marked next."""
    lesson = teach(APPLE, VIEWS, {0: True, len(BRAND): False, len(BRAND) + 1: False})
    assert lesson.few
    assert lesson.query == APPLE
    assert len(lesson.unsure) == NEXT
    assert not set(lesson.unsure) & {0, len(BRAND), len(BRAND) + 1}


@pytest.mark.parametrize("word", ["that", "may", "better", "see", "new", "que", "nicht", "encore", "ancora", "mais"])
def test_a_word_that_all_use_is_never_learned(word: str) -> None:
    """A function word that stands in the one kind alone by chance is not proposed; a telling word beside it is."""
    ours = [f"apple screen {each}" for each in ("cracked", "dark", "bright", "broken", "loud", "old")]
    other = [f"apple {word} orchard {each}" for each in ("walk", "fence", "wall", "lane", "owner", "cat")]
    views = [View(Post(id=str(row), content=text)) for row, text in enumerate(ours + other)]
    lesson = teach(APPLE, views, {row: row < 6 for row in range(12)})
    assert lesson.added
    assert word not in {token for leaf in leaves(lesson.query) if isinstance(leaf, Words) for token in leaf.tokens}


def test_a_word_of_what_is_ours_is_not_taken_away() -> None:
    """A word that also stands in a post of ours needs many more of the other kind to be excluded."""
    ours = ["apple market shares fell", "apple screen cracked", "apple screen dark", "apple screen broken"]
    other = ["apple market stall", "apple market pie", "apple pie recipe", "apple pie crust"]
    views = [View(Post(id=str(row), content=text)) for row, text in enumerate(ours + other)]
    lesson = teach(APPLE, views, {row: row < 4 for row in range(8)})
    assert "market" not in {str(added.term) for added in lesson.added if added.below_not}


def test_posts_not_marked_give_words_that_no_two_examples_share() -> None:
    """Words are learned by way of posts that say the same as the examples: with few marks some come from there."""
    marked = some(6)
    lesson = teach(APPLE, VIEWS, marked)
    assert any(added.yes + added.no < 2 for added in lesson.added)
    assert on_the_rest(lesson, marked) >= (0.9, 0.9)


def test_signs_of_the_folder_help_where_the_marks_say_little() -> None:
    """Posts with a product of the brand count as ours, so that five marks of a kind are enough."""
    marked = some(5)
    lesson = teach(APPLE, VIEWS, marked, [parse(each) for each in ("phone", "laptop", "store", "battery")])
    precision, recall = on_the_rest(lesson, marked)
    assert precision > max(0.9, on_the_rest(teach(APPLE, VIEWS, marked), marked)[0])
    assert recall >= 0.7


def test_a_sign_that_also_stands_in_what_is_not_ours_is_none() -> None:
    """What the folder asks for helps nothing if a post that was marked as not ours has it."""
    marked = some(6)
    orchard = parse("orchard")
    assert any(Shelf(VIEWS).find(orchard) >> row & 1 for row, yes in marked.items() if not yes)
    assert teach(APPLE, VIEWS, marked, [orchard]).query == teach(APPLE, VIEWS, marked).query


def test_the_signs_of_a_brand_are_what_its_folder_asks_for() -> None:
    """Accounts, what its queries ask for alone, and the words of its topics; not the query that is taught."""
    queries = (StoredQuery(name="all", find=parse('acme OR "acme go" OR #bagmountain NOT anvil')),)
    brand = replace(ACME, queries=queries, topics=(Topic(name="bags", words=("lost bag", "refund*")),))
    assert [str(sign) for sign in signs(brand, parse("acme"))] == [
        "@acmeair", '"acme go"', "#bagmountain", '"lost bag"', "refund*"
    ]  # fmt: skip


def test_what_does_not_hold_on_examples_left_out_is_not_proposed() -> None:
    """Marks without sense teach nothing: the query stays as it is, and that is said."""
    marked = {row: row % 2 == 0 for row in range(20)}
    lesson = teach(APPLE, VIEWS, marked)
    assert lesson.query == APPLE
    assert not lesson.added


def test_the_lesson_is_a_query_that_can_be_read_back() -> None:
    """What was learned is said in the language, narrows the query, and has at most twelve words more."""
    for base in ("apple", "apple NOT juice", "apple OR #apple"):
        asked = parse(base)
        lesson = teach(asked, VIEWS, some(10))
        assert parse(str(lesson.query)) == lesson.query
        shelf = Shelf(VIEWS)
        assert shelf.find(lesson.query) & ~shelf.find(asked) == 0
        assert 0 < len(lesson.added) <= MOST


def test_no_account_and_no_name_is_ever_learned() -> None:
    """Accounts, authors' names and given names with what follows them are never proposed, however telling."""
    ours = [f"apple phone of @tim_{row % 2} and Tim Orchardson wanda" for row in range(6)]
    other = [f"apple pie of @ann_baker and Maria Pieman wanda_{row}" for row in range(6)]
    views = [
        View(Post(id=str(row), content=text, attributed_to=Actor(handle=f"wanda_{row}", name="Wanda Phone")))
        for row, text in enumerate(ours + other)
    ]
    lesson = teach(APPLE, views, {row: row < 6 for row in range(12)})
    words = {str(added.term) for added in lesson.added}
    assert words
    assert not words & {"tim", "orchardson", "maria", "pieman", "wanda", "phone", "ann_baker", "tim_0", "tim_1"}
    assert not any(isinstance(leaf, Handle | Hashtag) for leaf in leaves(lesson.query))


def test_a_script_without_spaces_learns_pairs_of_characters() -> None:
    """In Japanese what is learned is two characters that stand together."""
    ours = ["りんごの電話を買った", "りんごの電話が壊れた", "新しい電話はりんご", "りんご電話の画面"]
    other = ["りんごの果物が甘い", "果物のりんごを食べた", "赤いりんごの果物", "果物屋でりんご"]
    views = [View(Post(id=str(row), content=text)) for row, text in enumerate(ours + other)]
    lesson = teach(parse("りんご"), views, {row: row < 4 for row in range(8)})
    assert lesson.after == Score(4, 0, 0)
    assert all(isinstance(added.term, Words) and len(added.term.tokens) == 2 for added in lesson.added)


def test_examples_that_the_query_does_not_find_are_counted_as_missed() -> None:
    """A yes that the query never found stays missed, and the figures say so."""
    views = [*VIEWS, View(Post(id="x", content="my phone from that fruit company"))]
    lesson = teach(APPLE, views, {**some(6), len(VIEWS): True})
    assert lesson.before.missed == 1
    assert lesson.after.missed >= 1


def test_guesses_lean_the_right_way() -> None:
    """Posts that share words with examples of a kind are guessed to be of it, also by way of other posts."""
    speech = Speech(VIEWS)
    marked = some(10)
    guessed = guess({row: speech.said(row) for row in range(len(VIEWS))}, marked)
    right = sum((ours > 0.5) == POSTS[row][1] for row, ours in guessed.items())
    assert set(guessed) == set(range(len(VIEWS))) - set(marked)
    assert right >= 0.75 * len(guessed)


def test_a_likelihood_ratio_grows_with_the_difference() -> None:
    """Equal shares say nothing; the further two shares are apart and the more posts there are, the more is said."""
    assert likelihood(5, 100, 50, 1_000) == pytest.approx(0)
    assert 0 < likelihood(10, 100, 50, 1_000) < likelihood(20, 100, 50, 1_000) < likelihood(200, 1_000, 500, 10_000)
    assert likelihood(0, 0, 0, 10) == 0


def test_chance_is_a_share_of_one() -> None:
    """No success in ten even draws is one in 1,024; any number of successes is certain."""
    assert by_chance(10, 0, 0.5) == pytest.approx(1 / 1024)
    assert by_chance(10, 10, 0.3) == pytest.approx(1)


def test_given_names_are_folded() -> None:
    """The given names are as a folded post has them."""
    assert all(fold(name) == name for name in GIVEN_NAMES)
