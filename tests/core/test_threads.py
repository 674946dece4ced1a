"""Posts and answers put together into talks."""

import random

from ascolta.core.practice import Dealt, End
from ascolta.core.threads import Marks, Said, Threads, dealings

TO = Marks(addressed=True)
NONE = Marks()


def said(number: str, parent: str | None = None, at: float | None = None, **more: object) -> Said:
    """A post of somebody's."""
    return Said(id=number, parent=parent, at=at, **{"author": "ann", **more})  # type: ignore[arg-type]


def ours(number: str, parent: str | None = None, at: float | None = None, by: str = "acme") -> Said:
    """A post of the brand's."""
    return Said(id=number, parent=parent, at=at, author=by, ours=True)


def dealt(*posts: tuple[Said, Marks], by_brand: bool = False) -> list[Dealt]:
    """How these talks were dealt with."""
    return list(dealings(Threads([post for post, _ in posts]), [mark for _, mark in posts], by_brand=by_brand))


def test_a_question_and_its_answer_are_one_talk() -> None:
    """Its clock runs from the question to the first answer, and the thanks afterwards ask for nothing more."""
    [one] = dealt((said("1", at=10), TO), (ours("2", "1", 40), NONE), (said("3", "2", 50), NONE))
    assert (one.addressed, one.end, one.waited, one.posts) == (True, End.ANSWERED, 30, 2)


def test_the_order_of_lines_does_not_matter() -> None:
    """A file that tells answers before questions gives the same talks."""
    told = [
        (said("1", at=10), TO), (ours("2", "1", 40), NONE), (said("3", "2", 50, author="bob"), Marks(complaint=True)),
        (ours("4", "3", 400), Marks(hands=True)), (said("5", at=20, author="cat"), NONE), (ours("6", "5", 90), NONE),
    ]  # fmt: skip
    wanted = sorted(map(repr, dealt(*told)))
    for seed in range(20):
        shuffled = random.Random(seed).sample(told, len(told))
        assert sorted(map(repr, dealt(*shuffled))) == wanted


def test_answering_who_had_not_spoken_to_us_is_stepping_in() -> None:
    """Also when they answer us afterwards; not when an earlier post of theirs in the thread was said to us."""
    [one] = dealt((said("1", at=10), NONE), (ours("2", "1", 20), NONE), (said("3", "2", 30), NONE))
    assert one.uninvited
    [other] = dealt((said("1", at=10), TO), (said("2", "1", 15), NONE), (ours("3", "2", 20), NONE))
    assert not other.uninvited
    assert other.waited == 10


def test_an_answer_to_the_brand_is_said_to_it() -> None:
    """Whatever the labels say: somebody else who answers a post of the brand's speaks to it."""
    found = dealt((ours("1", at=1), NONE), (said("2", "1", 5), NONE))
    assert [one.addressed for one in found] == [True]


def test_each_person_in_a_thread_has_a_talk() -> None:
    """Two people under one post are two talks; the answer to one is no answer to the other."""
    found = dealt((said("1"), TO), (said("2", "1", author="bob"), TO), (ours("3", "2"), NONE))
    assert sorted(one.end for one in found) == [End.ANSWERED, End.LEFT]


def test_parts_of_an_answer_are_one_answer() -> None:
    """Within five minutes, by one account, to one post; later, or of unknown time, it is a second answer."""
    question = said("1", at=0), TO
    assert dealt(question, (ours("2", "1", 10), NONE), (ours("3", "1", 310), NONE))[0].again == 0
    assert dealt(question, (ours("2", "1", 10), NONE), (ours("3", "1", 311), NONE))[0].again == 1
    assert dealt(question, (ours("2", "1"), NONE), (ours("3", "1"), NONE))[0].again == 1
    assert dealt(question, (ours("2", "1", 10), NONE), (ours("3", "1", 900, by="acmehelp"), NONE))[0].again == 0


def test_the_second_part_may_answer_the_first() -> None:
    """A brand that goes on under its own answer answers the person above it."""
    [one] = dealt((said("1", at=0), TO), (ours("2", "1", 10), NONE), (ours("3", "2", 20), NONE))
    assert len(one.said) == 2


def test_a_post_of_the_brands_own_is_no_answer() -> None:
    """It answers nobody, and makes no talk."""
    assert dealt((ours("1", at=1), NONE), (ours("2", "1", 2), NONE)) == []


def test_silence_that_was_asked_for_is_kept_or_not() -> None:
    """An answer after "stop" counts, also in a later thread and by this account only; one before does not."""
    stop = said("3", "2", 30), Marks(stop=True)
    begun = (said("1", at=0), TO), (ours("2", "1", 10), NONE)
    assert dealt(*begun, stop)[0].after_stop == 0
    assert dealt(*begun, stop, (ours("4", "3", 40), NONE))[0].after_stop == 1
    later = said("5", at=50), TO
    assert sum(one.after_stop for one in dealt(*begun, stop, later, (ours("6", "5", 60), NONE))) == 1
    assert sum(one.after_stop for one in dealt(*begun, stop, later, (ours("6", "5", 60, by="zeta"), NONE))) == 0


def test_people_without_a_name_are_not_one_person() -> None:
    """Where nobody stands, each thread has somebody of its own."""
    posts = [(said(str(number), author=""), Marks(stop=number == 0, addressed=True)) for number in range(3)]
    found = dealt(*posts, (ours("9", "1", 5), NONE))
    assert (len(found), sum(one.after_stop for one in found)) == (3, 0)


def test_each_account_by_itself() -> None:
    """A talk that two accounts answered counts for both; one that nobody answered, for who else is in the thread."""
    found = dealt(
        (said("1", at=0), TO), (ours("2", "1", 10), NONE), (ours("3", "1", 20, by="zeta"), NONE),
        (said("4", "1", 30, author="bob"), TO), (said("5", at=1, brand="Other", author="cat"), TO), by_brand=True,
    )  # fmt: skip
    assert [(one.brand, one.end) for one in found] == [
        ("acme", End.ANSWERED), ("zeta", End.ANSWERED), ("Other", End.LEFT), ("acme", End.LEFT), ("zeta", End.LEFT),
    ]  # fmt: skip


def test_rings_and_strays_end() -> None:
    """Posts that answer each other or themselves, or something that is not here, are read all the same."""
    found = dealt(
        (said("1", "2"), TO), (said("2", "1"), NONE), (said("3", "3"), TO), (ours("4", "nowhere"), NONE),
        (ours("5", "6"), NONE), (ours("6", "5"), NONE), (said("7", "nowhere"), TO),
    )  # fmt: skip
    assert sum(one.posts for one in found) == 4
    assert not [one for one in found if one.said]


def test_the_first_of_two_posts_with_one_id_counts() -> None:
    """The other is told of and passed over."""
    threads = Threads([said("1", text="a"), said("1", text="b"), ours("2", "1")])
    assert (threads.doubled, len(list(dealings(threads, [TO, NONE, NONE])))) == (1, 1)


def test_deep_threads_do_not_exhaust_the_stack() -> None:
    """Ten thousand answers below each other are one thread."""
    posts = [said("0"), *(said(str(number), str(number - 1)) for number in range(1, 10_000))]
    threads = Threads(posts[::-1])
    assert set(threads.root) == {len(posts) - 1}
