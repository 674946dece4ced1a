"""What many posts say, without what must not be proposed to anybody: accounts, and what may be a person's name.

As far as words can tell, names are those of authors and of accounts that are named, common given names, and what
follows these in capitals.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import comb, exp, log

from ascolta.core import text as words
from ascolta.core.common import says_little
from ascolta.core.view import View

GIVEN_NAMES = frozenset((
    "adam", "ahmed", "alan", "alessandro", "alex", "alexander", "alice", "ana", "andrea", "andreas", "andrew",
    "anna", "anne", "anthony", "antonio", "ashley", "barbara", "ben", "benjamin", "bill", "bob", "brian", "carlos",
    "carmen", "carol", "caroline", "charles", "charlotte", "chris", "christian", "christina", "christopher",
    "claire", "claudia", "daniel", "daniela", "dave", "david", "deborah", "diana", "diego", "donald", "elena",
    "elisabeth", "elizabeth", "elon", "emily", "emma", "eric", "erik", "eva", "fatima", "federico", "fernando",
    "francesca", "francesco", "francisco", "frank", "gary", "george", "giovanni", "giulia", "hannah", "hans",
    "harry", "heather", "helen", "henry", "hugo", "ian", "isabel", "ivan", "jack", "jacob", "jaime", "james",
    "jan", "jane", "jason", "javier", "jean", "jeff", "jennifer", "jenny", "jessica", "jim", "joao", "joe",
    "johannes", "john", "jonas", "jonathan", "jose", "joseph", "joshua", "juan", "julia", "julie", "karen", "kate",
    "katherine", "kevin", "klaus", "laura", "lauren", "leonardo", "linda", "lisa", "louis", "lucas", "lucia",
    "luigi", "luis", "lukas", "luke", "marco", "margaret", "maria", "marie", "mario", "martin", "martina", "mary",
    "matt", "matteo", "matthew", "max", "megan", "mehmet", "michael", "michel", "michelle", "miguel", "mike",
    "mohamed", "mohammed", "monica", "nancy", "natalie", "nicolas", "nicole", "olga", "oliver", "olivia", "pablo",
    "paola", "paolo", "patricia", "patrick", "paul", "paula", "pedro", "peter", "philip", "pierre", "rachel",
    "rafael", "raul", "rebecca", "richard", "rita", "robert", "roberto", "ryan", "sabine", "samantha", "samuel",
    "sandra", "sara", "sarah", "sergio", "sofia", "sophie", "stefan", "stefano", "stephanie", "stephen", "steve",
    "steven", "susan", "susanne", "taylor", "teresa", "thomas", "tim", "tina", "tom", "valentina", "vladimir",
    "walter", "wolfgang", "yusuf", "zoe",
))  # fmt: skip

FEWEST = 5
"""By how many different authors a word must be used to be proposed; posts, where authors are unknown."""

SURE = 10.83
"""Log-likelihood ratio beyond which a word stands near a name by more than chance (0.1 % of the time otherwise)."""

BELIEF = 0.2
"""How much a guessed post counts beside a marked one, in learning and in choosing."""

ROUNDS = 4
"""How often it is guessed anew."""

PRIOR = 10.0
"""How many posts of the average kind stand behind each word of a class."""

KNOWN = 0.9
"""How likely it is at the least that a post with another sign of ours is ours."""

BOUND = 4.0
"""Log odds beyond which a guess goes no further."""

_LINK = re.compile(r"https?://\S+")
_CAPITALS = re.compile(r"\b([^\W\d_]\w+)\s+([^\W\d_]\w+)")
UNSPACED = re.compile(f"[{words.UNSPACED}]")


class Speech:
    """What many posts say, without what must not be proposed: accounts, links, numbers, what may be a person's name."""

    def __init__(self, views: Sequence[View]) -> None:
        self.views = views
        self._each: dict[int, list[str]] = {}
        self._people: frozenset[str] | None = None

    def voices(self, found: Iterable[int]) -> int:
        """How many different authors wrote the posts of these rows; posts without an author count one by one."""
        return len({self.views[row].post.attributed_to.key or row for row in found})

    def said(self, row: int) -> set[str]:
        """The words of one post that may be proposed."""
        return {word for word in self.each(row) if word}

    def each(self, row: int) -> list[str]:
        """For each word of a post itself, or nothing where it may not be proposed.

        In a script without spaces a word is two characters that stand together.
        """
        if row not in self._each:
            self._each[row] = _proposable(self.views[row])
        return self._each[row]

    def telling(self, near: dict[str, list[int]], ours: int, elsewhere: list[int]) -> list[str]:
        """Of words with the rows in which they stand near us, those that do so more than by chance, best first.

        `ours` is the number of our posts, `elsewhere` are rows of other posts.
        """
        others = Counter(word for row in elsewhere for word in self.said(row))
        scored = []
        for word, found in near.items():
            often = len(found) * (len(elsewhere) + 1) >= 3 * (others[word] + 0.5) * ours
            score = likelihood(len(found), ours, others[word], len(elsewhere))
            telling = often and score >= SURE and not says_little(word)
            if telling and self.voices(found) >= FEWEST and not self.personal(word):
                scored.append((-score, word))
        return [word for _, word in sorted(scored)]

    def beside(self, name: str, found: Iterable[int]) -> list[tuple[tuple[str, str], str, list[int]]]:
        """Pairs of a name and a word beside it, with that word and the rows, if enough authors write them.

        A word that all use makes no longer name, nor does one beside an account: it only follows whom is spoken to.
        """
        pairs: dict[tuple[tuple[str, str], str], list[int]] = {}
        for row in found:
            said, tokens = self.each(row), self.views[row].tokens
            spoken_to = {place for _, (first, last) in self.views[row].signed["@"] for place in range(first, last + 1)}
            for place in set(self.views[row].places[name]) - spoken_to:
                if place + 1 < len(said) and said[place + 1]:
                    pairs.setdefault(((name, tokens[place + 1]), tokens[place + 1]), []).append(row)
                if place and said[place - 1]:
                    pairs.setdefault(((tokens[place - 1], name), tokens[place - 1]), []).append(row)
        many = [(pair, word, rows) for (pair, word), rows in pairs.items() if self.voices(rows) >= FEWEST]
        kept = [each for each in many if not says_little(each[1]) and not self.personal(each[1])]
        return sorted(kept, key=lambda each: (-len(each[2]), each[0]))

    def personal(self, word: str) -> bool:
        """Whether a word may be a person's name."""
        if self._people is None:
            self._people = frozenset(_people(self.views))
        return any(token in self._people or token in GIVEN_NAMES for token in word.split())


def _proposable(view: View) -> list[str]:
    hidden = {place for _, (first, last) in view.signed["@"] for place in range(first, last + 1)}
    placed = words.placed(view.folded)
    for link in _LINK.finditer(view.folded):
        hidden.update(place for place, (start, _) in enumerate(placed) if link.start() <= start < link.end())
    return ["" if place in hidden else _alone(view.tokens, placed, place) for place in range(len(view.tokens))]


def _alone(tokens: list[str], placed: list[tuple[int, int]], place: int) -> str:
    """One word as it may be proposed; a character of a script without spaces with the one that follows it."""
    token, after = tokens[place], place + 1
    if UNSPACED.match(token):
        together = after < len(tokens) and placed[place][1] == placed[after][0] and UNSPACED.match(tokens[after])
        return f"{token} {tokens[after]}" if together else ""
    short = len(token) < 3 and token.isalnum()
    return "" if short or any(char.isdigit() for char in token) else token


def _people(views: Sequence[View]) -> Iterator[str]:
    """Words that are the name or account of an author, an account that is named, or follow a given name in capitals."""
    after: Counter[str] = Counter()
    for view in views:
        author = view.post.attributed_to
        yield from words.term(author.name[:200])
        yield from words.term(author.handle[:200])
        yield from view.handles
        for given, family in _CAPITALS.findall(view.post.content):
            if given[:1].isupper() and family[:1].isupper() and words.fold(given) in GIVEN_NAMES:
                after[words.fold(family)] += 1
    if after:
        whole = Counter(token for view in views for token in view.places if token in after)
        yield from (word for word, count in after.items() if 2 * count >= whole[word])


def likelihood(near: int, ours: int, elsewhere: int, others: int) -> float:
    """Twice the log of the likelihood ratio (Dunning 1993): how sure it is that two shares differ."""
    whole = (near + elsewhere) / max(1, ours + others)
    return 2 * sum(
        part * log(part / (size * share))
        for part, size, share in (
            (near, ours, whole),
            (ours - near, ours, 1 - whole),
            (elsewhere, others, whole),
            (others - elsewhere, others, 1 - whole),
        )
        if part
    )


def by_chance(size: int, at_most: int, share: float) -> float:
    """How likely it is that of `size` draws at most `at_most` succeed, each with the chance `share`."""
    size, at_most = min(size, 500), min(at_most, size, 500)
    return sum(comb(size, hits) * share**hits * (1 - share) ** (size - hits) for hits in range(at_most + 1))


def guess(said: Mapping[int, set[str]], marked: Mapping[int, bool], known: Collection[int] = ()) -> dict[int, float]:
    """For each post that is not marked, how likely it is one of ours; `known` are rows that have another sign of it."""
    often = Counter(word for each in said.values() for word in each)
    kept = {row: [word for word in each if often[word] > 1] for row, each in said.items()}
    ours = {row: float(yes) for row, yes in marked.items()}
    before = log((sum(ours.values()) + 1) / (len(ours) - sum(ours.values()) + 1))
    guessed = {row: KNOWN for row in said if row in known and row not in marked}
    for _ in range(ROUNDS):
        belief = min(BELIEF, len(marked) / max(1, len(guessed)))
        odds = _odds(kept, [*((row, yes, 1.0) for row, yes in ours.items()),
                            *((row, yes, belief) for row, yes in guessed.items())], often)  # fmt: skip
        for row, each in kept.items():
            if row not in marked:
                sure = before + sum(odds[word] for word in each)
                likely = 1 / (1 + exp(-max(-BOUND, min(BOUND, sure))))
                guessed[row] = max(likely, KNOWN) if row in known else likely
    return guessed


def _odds(
    kept: Mapping[int, list[str]], weighed: Sequence[tuple[int, float, float]], often: Mapping[str, int]
) -> dict[str, float]:
    """How much each word speaks for a post being ours, drawn towards nothing where it is rare."""
    counts: dict[bool, dict[str, float]] = {True: dict.fromkeys(often, 0.0), False: dict.fromkeys(often, 0.0)}
    sizes = {True: PRIOR, False: PRIOR}
    for row, ours, weight in weighed:
        for kind, share in ((True, ours * weight), (False, (1 - ours) * weight)):
            if share > 0.001:
                sizes[kind] += share
                count = counts[kind]
                for word in kept[row]:
                    count[word] += share
    ratio, whole = log(sizes[False] / sizes[True]), PRIOR / len(kept)
    yes, no = counts[True], counts[False]
    return {word: log((yes[word] + whole * many) / (no[word] + whole * many)) + ratio for word, many in often.items()}
