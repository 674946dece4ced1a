"""A public history made ready to be measured: what each post says, by the labels and by the check of answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ascolta.core.conduct import PERSONAL
from ascolta.core.consent import says_stop
from ascolta.core.label import Ask, Labels, says
from ascolta.core.practice import Around, Dealt, Practice, practice
from ascolta.core.speaking import Talk, Turn, check
from ascolta.core.speaking.check import read
from ascolta.core.text import fold, signed
from ascolta.core.threads import Marks, Said, Threads, by_brand

HANDS = ("private", "hand_call", "hand_place")
"""What the check knows of ways on which a person is sent elsewhere: a private message, a call, another place."""

AT_ONCE = 1_000
Step = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is known of each post, and how: so many posts whose file itself said what they are."""

    marks: Sequence[Marks]
    addressed: int = 0
    complaint: int = 0


def look(threads: Threads, label: Callable[[Sequence[Ask]], list[Labels]], step: Step, *, checks: bool) -> Looked:
    """Label what people said, and check what the brand answered; `step` hears of how many posts are done."""
    marks = [Marks()] * len(threads.posts)
    asking = _Asking(threads)
    theirs = [place for place in threads.places if not threads.posts[place].ours]
    for start in range(0, len(theirs), AT_ONCE):
        some = theirs[start : start + AT_ONCE]
        given = label([asking.of(place) for place in some])
        for place, labels in zip(some, given, strict=True):
            marks[place] = _theirs(threads.posts[place], labels, asking)
        step(len(some))
    for place in threads.places if checks else ():
        if threads.posts[place].ours:
            marks[place] = _ours(threads, place)
            step(1)
    stated = [threads.posts[place] for place in theirs]
    return Looked(
        marks=marks,
        addressed=sum(post.addressed is not None for post in stated),
        complaint=sum(post.complaint is not None for post in stated),
    )


class _Asking:
    """What the labellers are asked: whose accounts are the brand's in each thread."""

    def __init__(self, threads: Threads) -> None:
        self.threads = threads
        self.people = {fold(post.author).lstrip("@") for post in threads.posts if not post.ours}
        self.names = sorted({fold(post.author).lstrip("@") for post in threads.posts if post.ours and post.author})
        self.own: dict[int, set[str]] = {}
        for place in threads.places:
            if threads.posts[place].ours:
                name = fold(threads.posts[place].author).lstrip("@")
                self.own.setdefault(threads.root[place], set()).add(name)

    def of(self, place: int) -> Ask:
        """An account at the start of an opening post is taken for the brand's, unless somebody here writes by it."""
        post, above = self.threads.posts[place], self.threads.above[place]
        own = [*sorted(self.own.get(self.threads.root[place], ())), *self.names]
        text = fold(post.text[:300]).lstrip(" .")
        if above is None and text.startswith("@"):
            own += [one.name for one in signed(text) if one.sign == "@" and one.name not in self.people][:1]
        return Ask(
            text=post.text,
            handles=tuple(dict.fromkeys(own)),
            names=(fold(post.brand),) if post.brand else (),
            is_reply=above is not None,
        )


def _theirs(post: Said, labels: Labels, asking: _Asking) -> Marks:
    addressed = says(labels, "addressed", "yes") if post.addressed is None else post.addressed
    complaint = says(labels, "complaint", "yes") if post.complaint is None else post.complaint
    return Marks(addressed=addressed, complaint=complaint, stop=says_stop(post.text, asking.names))


def _ours(threads: Threads, place: int) -> Marks:
    """What an answer does: send the person on, use personal facts. What the brand may state is not known here."""
    if threads.answered(place) is None:
        return Marks()
    post = threads.posts[place]
    turns = [threads.posts[one] for one in threads.chain(place)]
    thread = tuple(Turn(by="brand" if one.ours else "customer", text=one.text) for one in turns)
    talk = Talk(brand=post.author, thread=thread)
    said = read(post.text, talk)
    return Marks(
        hands=any(said.of(kind) for kind in HANDS),
        personal=any(one.rule in PERSONAL for one in check(post.text, talk)),
    )


def counted(posts: Iterable[Said], step: Step) -> list[Said]:
    """All posts; `step` hears of each thousand."""
    found: list[Said] = []
    for post in posts:
        found.append(post)
        if len(found) % AT_ONCE == 0:
            step(AT_ONCE)
    return found


def around(dealt: Sequence[Dealt], threads: Threads, looked: Looked, *, checks: bool, stops: bool = True) -> Around:
    """Beside the talks of a history: how many posts of others there are, and how many asked for silence."""
    return Around(
        mentions=sum(one.posts for one in dealt),
        quiet=sum(not one.addressed for one in dealt),
        stops=sum(looked.marks[place].stop for place in threads.places) if stops else 0,
        checked=checks,
    )


def apart(threads: Threads, looked: Looked, *, checks: bool) -> list[tuple[str, Practice]]:
    """The practice of each brand by its name, empty where that is not known; those known first, by name."""
    return [
        (name, practice(own, around(own, threads, looked, checks=checks, stops=False)))
        for name, own in sorted(by_brand(threads, looked.marks).items(), key=lambda pair: (not pair[0], pair[0]))
    ]
