"""A starting query for a brand: its names and their forms, what stands near them, what only sounds like it.

Every part carries its reason. What is learned from posts is learned from many: a word is proposed only if several
different authors use it and it is nobody's name as far as words can tell (core.speech), and no account is proposed but
the brand's own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core import text as words
from ascolta.core.brand import Brand
from ascolta.core.common import says_little
from ascolta.core.idle import Search
from ascolta.core.query import Handle, Hashtag, Near, Not, Query, Raw, Words, all_of, any_of, leaves
from ascolta.core.shelf import Shelf, alternatives, nears, polar, rows
from ascolta.core.speech import FEWEST, UNSPACED, Speech, by_chance
from ascolta.core.view import View, spans
from ascolta.core.word import ALIKE, FUZZY, fits, slips
from ascolta.errors import AscoltaError

MOST, REACH, FEW = 12, 8, 5
"""How many words of context, and exclusions, are proposed; how many words on each side of a name are its context; how
many hashtags are told that are not sure."""

ALWAYS, CHANCE = 0.9, 0.001
"""In which share of its posts the brand must be named for a hashtag to stand for it, and how unlikely that must be."""

OFTEN = 0.1
"""In which share of posts with a name another sign of ours must stand for it to say something if there is none."""

LONG = 7
"""From so many letters on a name of one word may have a slip without posts that show that it makes no other word."""

_FIRST = ("name", "misspelling", "split", "joined")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_HUMP = re.compile(r"[A-ZÀ-Þ]?[^\WA-ZÀ-Þ_]+|[A-ZÀ-Þ]+(?![^\WA-ZÀ-Þ_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One term of a proposal, its kind, and why it is there; `posts` are those it stands in, None without posts."""

    kind: str
    find: Query
    why: str
    posts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A query in parts: any of `parts`, none of `without`; what its author may `consider` is no part of it."""

    title: str
    parts: tuple[Part, ...]
    without: tuple[Part, ...] = ()
    consider: tuple[Part, ...] = ()

    @property
    def query(self) -> Query:
        """The whole as one query."""
        whole = any_of([part.find for part in self.parts])
        return all_of([whole, Not(any_of([part.find for part in self.without]))]) if self.without else whole

    def __str__(self) -> str:
        """A query as its author would write it, each part below its reason."""
        lines = [f"// {_line(self.title)}", *_bracket("", self.parts)]
        lines += _bracket("NOT ", self.without) if self.without else []
        return "\n".join([*lines, *(f"// to consider: {part.find}: {_line(part.why)}" for part in self.consider)])


def _bracket(before: str, parts: Sequence[Part]) -> list[str]:
    lines = [f"{before}("]
    for place, part in enumerate(parts):
        said = f"({part.find})" if isinstance(part.find, Near) else str(part.find)
        lines += [f"  // {_line(part.why)}", f"  {'OR ' if place else ''}{said}"]
    return [*lines, ")"]


def _line(text: str) -> str:
    return words.shown(" ".join(text.split()))


def suggest(name: str, brand: Brand | None, views: Sequence[View], *, lookalikes: bool = False) -> Proposal:
    """A starting query for what `name` says, from the brand's folder and from posts, if there are any.

    Raises AscoltaError if the name holds no word.
    """
    if not words.term(name):
        raise AscoltaError(f"there is no word in the name '{words.shown(name)}'; expected one such as \"Acme Air\"")
    return _Maker(name, brand, views).proposal(lookalikes=lookalikes)


class _Maker:
    """Collects the parts of one proposal."""

    def __init__(self, name: str, brand: Brand | None, views: Sequence[View]) -> None:
        self.name, self.brand, self.views = name, brand, views
        self.shelf, self.speech = Shelf(views), Speech(views)
        self.parts: list[Part] = []
        self.without: list[Part] = []
        self.consider: list[Part] = []
        self.called = list(dict.fromkeys([name, *((brand.name, *brand.names) if brand else ())]))
        known = list(dict.fromkeys(tokens for each in self.called if (tokens := words.term(each))))
        longer = {token for tokens in known if len(tokens) > 1 for token in tokens}
        self.short = [tokens for tokens in known if len(tokens) == 1 and tokens[0] in longer]
        self.thin = [tokens for tokens in known if tokens not in self.short and _is_thin(tokens)]
        self.full = [tokens for tokens in known if tokens not in self.short + self.thin]
        self.named = {token for tokens in (*self.short, *self.full) for token in tokens}
        self.stored = brand.queries if brand else ()

    def proposal(self, *, lookalikes: bool) -> Proposal:
        """The parts in the order in which a reader expects them."""
        self._names()
        self._folder()
        self._hashtags()
        ours = self.shelf.find(self._whole())
        self._misspelt(ours)
        for short in self.short:
            self._short(short, ours)
        for tokens in self.full if lookalikes else ():
            self._add("lookalike", Words(tuple(ALIKE + token for token in tokens)), "letters that look like ours")
        self._exclusions()
        return Proposal(
            title=self._title(),
            parts=tuple(self._needed()),
            without=tuple(self.without[:MOST]),
            consider=tuple(self.consider[:FEW]),
        )

    def _needed(self) -> list[Part]:
        """The parts without those of which another one finds all that they find."""
        idle = {each.part for each in Search().through(self._whole()) if each.kind in ("same", "covered")}
        kept = [part for part in self.parts if part.find not in idle]
        return sorted(kept, key=lambda part: _FIRST.index(part.kind) if part.kind in _FIRST else len(_FIRST))

    def _title(self) -> str:
        known = ["its name", *(["its folder"] if self.brand else ()), f"{len(self.views):,} posts"]
        hint = "" if self.brand else "; no account is known, name the brand's folder with --brand"
        return f"{self.name}: a starting query from {', '.join(known if self.views else known[:-1])}{hint}"

    def _whole(self) -> Query:
        return any_of([part.find for part in self.parts])

    def _add(self, kind: str, find: Query, why: str) -> None:
        """One more part, unless it is there already."""
        if all(part.find != find for part in self.parts):
            self.parts.append(self._part(kind, find, why))

    def _part(self, kind: str, find: Query, why: str) -> Part:
        if not self.views:
            return Part(kind=kind, find=find, why=why)
        posts = self.shelf.find(find).bit_count()
        return Part(kind=kind, find=find, why=f"{why}; {_times(posts)}", posts=posts)

    def _names(self) -> None:
        """The names as they are written, in separate words and joined."""
        for said in self.called:
            if words.term(said) in self.thin:
                self._as_written(said)
        for tokens in self.full:
            alone = len(tokens) == 1 and not self.short
            hint = "; one word: if it means other things too, mark some posts and run `ascolta teach`" if alone else ""
            joins = any("".join(other) == tokens[0] for other in self.full if len(other) > 1)
            self._add("name", Words(tokens), "the name in one word" if joins else f"the name{hint}")
        for said in self.called:
            humps = words.term(" ".join(_HUMP.findall(said)))
            if len(humps) > 1 and not _is_thin(humps) and "".join(humps) == "".join(words.term(said)):
                self._add("split", Words(humps), "the name in separate words")
        for tokens in self.full:
            if len(tokens) > 1 and not UNSPACED.match(tokens[0]):
                self._add("joined", Words(("".join(tokens),)), "the name in one word")
        for said in self.called:
            for other in _spellings(said):
                self._add("spelling", Words(other), "the name as others spell it")
        for tokens in (*self.full, *self.thin):
            tag = "".join(tokens)
            if tokens in self.full or not _is_thin((tag,)):
                self._add("hashtag", Hashtag(tag), "the name as a hashtag")

    def _as_written(self, name: str) -> None:
        """A name whose words alone would find much else: with its signs, or at least with its capitals."""
        signs = any(not char.isalnum() and not char.isspace() for char in name.strip())
        told = "with its sign and as it is written, for its words alone mean other things too"
        if not signs:
            told = (
                "only as it is written, for the word means other things too; add words near it, or run `ascolta teach`"
            )
        self._add("name", Raw(name.strip()), told)
        if signs and name.strip()[0].isalnum():
            for other in (name.strip().lower(), name.strip().upper()):
                self._add("name", Raw(other), "the same in other letters")

    def _folder(self) -> None:
        """The brand's own accounts, and what its queries ask for by itself."""
        for handle in self.brand.handles if self.brand else ():
            self._add("account", Handle(handle), "the brand's own account (brand.yaml)")
        for stored in self.stored:
            for found in alternatives(stored.find):
                if isinstance(found, Hashtag) or (isinstance(found, Words) and not self._finds_short(found)):
                    self._add("product", found, f"the brand's query '{stored.name}' asks for it")

    def _finds_short(self, found: Words) -> bool:
        """Whether words find a short name by itself."""
        return len(found.tokens) == 1 and any(fits(found.tokens[0], short) for (short,) in self.short)

    def _hashtags(self) -> None:
        """Hashtags that stand where the brand does and hardly ever elsewhere; those that often do are told."""
        tags: dict[str, list[int]] = {}
        ours = self.shelf.find(self._whole())
        share = 1 - ours.bit_count() / max(1, len(self.views))
        for row in rows(ours):
            for tag in {tag for tag, _ in self.views[row].signed["#"]}:
                tags.setdefault(tag, []).append(row)
        for tag, found in sorted(tags.items(), key=lambda item: (-len(item[1]), item[0])):
            whole = self.shelf.find(Hashtag(tag)).bit_count()
            if 2 * len(found) < whole or self.speech.voices(found) < FEWEST or self.speech.personal(tag):
                continue
            told = f"{len(found)} of the {whole} posts with this hashtag name us"
            always = len(found) >= ALWAYS * whole and by_chance(whole, whole - len(found), share) < CHANCE
            if always and not says_little(tag):
                self._add("hashtag", Hashtag(tag), told)
            elif all(part.find != Hashtag(tag) for part in self.parts):
                self.consider.append(
                    Part(kind="hashtag", find=Hashtag(tag), why=f"{told}, which is not enough to be sure")
                )

    def _short(self, short: tuple[str, ...], ours: int) -> None:
        """A short name counts only where a word of its trade stands near."""
        learned: list[Query] = [Words(tuple(word.split())) for word in self._learned(ours, short)]
        own = sorted(self._own(short), key=lambda word: -self.shelf.find(word).bit_count())
        told = "these words stand near the full name by more than chance"
        if len(learned) < 3:
            learned, told = own, "the brand's own queries ask for such words near it"
        if learned:
            why = f'"{short[0]}" alone may mean other things; {told}'
            self._add("context", Near(Words(short), any_of(list(learned[:MOST])), REACH), why)

    def _own(self, short: tuple[str, ...]) -> list[Query]:
        """Words that the brand's queries want near its short name."""
        found: dict[Query, None] = {}
        for stored in self.stored:
            for near in nears(stored.find):
                for one, other in ((near.left, near.right), (near.right, near.left)):
                    found |= {leaf: None for leaf in leaves(other) if one == Words(short) and isinstance(leaf, Words)}
        return list(found)

    def _learned(self, ours: int, short: tuple[str, ...]) -> list[str]:
        """Words that stand near the sure names more often than elsewhere, the most telling first."""
        known = self.named | {leaf.name for leaf in leaves(self._whole()) if isinstance(leaf, Hashtag | Handle)}
        near: dict[str, list[int]] = {}
        for row in rows(ours):
            said = self.speech.each(row)
            places = (span for part in self.parts for span in spans(part.find, self.views[row]))
            stretches = (said[max(0, first - REACH) : last + 1 + REACH] for first, last in places)
            for word in {word for stretch in stretches for word in stretch if word} - known:
                near.setdefault(word, []).append(row)
        elsewhere = rows(self.shelf.all & ~ours & ~self.shelf.find(Words(short)))
        return self.speech.telling(near, ours.bit_count(), elsewhere)

    def _misspelt(self, ours: int) -> None:
        """Names with one slip in a word that is long enough; of a name of several words, four letters are."""
        for tokens in self.full:
            single = _single(tokens[0]) if len(tokens) == 1 and not self.views else ""
            if single and not says_little(single):
                self._add("misspelling", Words((single,)), "the name with one of two equal letters left out")
        joined = [("".join(tokens),) for tokens in self.full if len(tokens) > 1]
        for tokens in (*self.full, *joined):
            least = (4 if len(tokens) > 1 else 5) if self.views or len(tokens) > 1 else LONG
            for place, word in enumerate(tokens):
                if len(word) >= least and word.isalpha() and not UNSPACED.search(word) and not says_little(word):
                    loose = Words((*tokens[:place], word + FUZZY, *tokens[place + 1 :]))
                    more = (self.shelf.find(loose) & ~self.shelf.find(Words(tokens))).bit_count()
                    if not self.views or (more and not self._another(tokens, ours)):
                        told = f", which {more:,} more posts have" if more else ""
                        self._add("misspelling", loose, f"the name, also with one slip of the pen{told}")

    def _another(self, tokens: tuple[str, ...], ours: int) -> bool:
        """Whether many write a word one slip away from a name of one word, mostly where nothing of ours stands."""
        near = {word for view in self.views for word in view.places if len(tokens) == 1 and slips(tokens[0], word)}
        each = [self.shelf.find(Words((word,))) for word in near - {tokens[0]}]
        many = [found for found in each if self.speech.voices(rows(found)) >= FEWEST]
        return any(2 * (found & ours).bit_count() < found.bit_count() for found in many)

    def _exclusions(self) -> None:
        """Longer names that contain ours: those the brand's queries take away, and those that posts show."""
        for stored in self.stored:
            for leaf, below_not in polar(stored.find):
                if below_not and isinstance(leaf, Words) and len(leaf.tokens) > 1 and self.named & set(leaf.tokens):
                    self._exclude(leaf, f"the brand's query '{stored.name}' takes it away")
        for tokens in (*self.short, *self.full):
            if len(tokens) == 1:
                self._longer(tokens)

    def _longer(self, tokens: tuple[str, ...]) -> None:
        """Names that contain a name of one word: a word beside it that belongs to it, where nothing of ours stands."""
        find = self.shelf.find
        own = [part.find for part in self.parts if part.find != Words(tokens)] + [each.find for each in self.stored]
        longer = [Words(each) for each in self.full if len(each) > 1 and tokens[0] in each]
        whole = find(Words(tokens)) & ~(find(any_of(list(longer))) if longer else 0)
        ours = find(any_of(own)) if own else 0
        share = (whole & ours).bit_count() / max(1, whole.bit_count())
        for pair, other, _ in self.speech.beside(tokens[0], rows(whole)):
            here = find(Words(pair)) & whole
            belongs = 5 * here.bit_count() >= find(Words((other,))).bit_count()
            if belongs and share >= OFTEN and by_chance(here.bit_count(), (here & ours).bit_count(), share) < 0.01:
                count = (here & ours).bit_count() or "none"
                self._exclude(Words(pair), f"a longer name with ours inside; {count} of its posts name us too")

    def _exclude(self, find: Query, why: str) -> None:
        if all(part.find != find for part in self.without):
            self.without.append(self._part("exclusion", find, why))


def _is_thin(tokens: Sequence[str]) -> bool:
    """Whether words alone are too little for a name: letters one by one or two, or one word that all use."""
    if len(tokens) == 1 and says_little(tokens[0]):
        return True
    return all(len(token) <= 2 and token.isalpha() and not UNSPACED.search(token) for token in tokens)


def _single(word: str) -> str:
    """A word of five letters or more with one of two equal letters left out; empty if there are none."""
    made = re.sub(r"([^\W\d_])\1", r"\1", word, count=1)
    return made if made != word and len(word) >= 5 else ""


def _spellings(name: str) -> list[tuple[str, ...]]:
    """Other spellings of a name: ue for ü and so on, and the sign & in words."""
    if _is_thin(words.term(name)):
        return []
    ways = [name, name.translate(_UMLAUTS)]
    ways += [each.replace("&", f" {word} ") for each in ways if "&" in each for word in ("and", "und")]
    return [tokens for each in ways if (tokens := words.term(each)) != words.term(name)]


def _times(posts: int) -> str:
    return f"in {posts:,} posts" if posts > 1 else "in one post" if posts else "in none of the posts"
