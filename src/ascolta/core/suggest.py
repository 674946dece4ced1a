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
from ascolta.core.query import Handle, Hashtag, Near, Not, Query, Words, all_of, any_of, leaves
from ascolta.core.shelf import Shelf, alternatives, nears, polar, rows
from ascolta.core.speech import FEWEST, UNSPACED, Speech, by_chance
from ascolta.core.view import View, spans
from ascolta.core.word import ALIKE, FUZZY, slips
from ascolta.errors import AscoltaError

MOST, REACH = 12, 8
"""How many words of context, and exclusions, are proposed; how many words on each side of a name are its context."""

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
    """A query in parts: any of `parts`, none of `without`."""

    title: str
    parts: tuple[Part, ...]
    without: tuple[Part, ...] = ()

    @property
    def query(self) -> Query:
        """The whole as one query."""
        whole = any_of([part.find for part in self.parts])
        return all_of([whole, Not(any_of([part.find for part in self.without]))]) if self.without else whole

    def __str__(self) -> str:
        """A query as its author would write it, each part below its reason."""
        lines = [f"// {_line(self.title)}", *_bracket("", self.parts)]
        return "\n".join(lines + (_bracket("NOT ", self.without) if self.without else []))


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
        self.called = list(dict.fromkeys([name, *((brand.name, *brand.names) if brand else ())]))
        known = list(dict.fromkeys(tokens for each in self.called if (tokens := words.term(each))))
        longer = {token for tokens in known if len(tokens) > 1 for token in tokens}
        self.short = [tokens for tokens in known if len(tokens) == 1 and tokens[0] in longer]
        self.full = [tokens for tokens in known if tokens not in self.short]
        self.named = {token for tokens in known for token in tokens}
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
        return Proposal(title=self._title(), parts=tuple(self.parts), without=tuple(self.without[:MOST]))

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
        """The names, in separate words and joined."""
        for tokens in self.full:
            alone = len(tokens) == 1 and not self.short
            hint = "; one word: if it means other things too, mark some posts and run `ascolta teach`" if alone else ""
            joins = any("".join(other) == tokens[0] for other in self.full if len(other) > 1)
            self._add("name", Words(tokens), "the name in one word" if joins else f"the name{hint}")
        for said in self.called:
            humps = words.term(" ".join(_HUMP.findall(said)))
            if len(humps) > 1 and "".join(humps) == "".join(words.term(said)):
                self._add("split", Words(humps), "the name in separate words")
        for tokens in self.full:
            if len(tokens) > 1 and not UNSPACED.match(tokens[0]):
                self._add("joined", Words(("".join(tokens),)), "the name in one word")
        for tokens in self.full:
            self._add("hashtag", Hashtag("".join(tokens)), "the name as a hashtag")

    def _folder(self) -> None:
        """The brand's own accounts, and what its queries ask for by itself."""
        for handle in self.brand.handles if self.brand else ():
            self._add("account", Handle(handle), "the brand's own account (brand.yaml)")
        for stored in self.stored:
            for found in alternatives(stored.find):
                if isinstance(found, Hashtag) or (isinstance(found, Words) and found.tokens not in self.short):
                    self._add("product", found, f"the brand's query '{stored.name}' asks for it")

    def _hashtags(self) -> None:
        """Hashtags that stand mostly where the brand does."""
        tags: dict[str, list[int]] = {}
        for row in rows(self.shelf.find(self._whole())):
            for tag in {tag for tag, _ in self.views[row].signed["#"]}:
                tags.setdefault(tag, []).append(row)
        for tag, found in sorted(tags.items(), key=lambda item: (-len(item[1]), item[0])):
            whole = self.shelf.find(Hashtag(tag)).bit_count()
            mostly = 2 * len(found) >= whole and self.speech.voices(found) >= FEWEST
            if mostly and not self.speech.personal(tag):
                self._add("hashtag", Hashtag(tag), f"{len(found)} of the {whole} posts with this hashtag name us")

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
        """Names with one slip in a word of five letters or more."""
        for tokens in self.full:
            for place, word in enumerate(tokens):
                if len(word) >= 5 and word.isalpha() and not UNSPACED.search(word):
                    loose = Words((*tokens[:place], word + FUZZY, *tokens[place + 1 :]))
                    more = (self.shelf.find(loose) & ~self.shelf.find(Words(tokens))).bit_count()
                    safe = len(tokens) > 1 if not self.views else more and not self._another(tokens, ours)
                    if safe:
                        told = f"which {more:,} more posts have" if more else "in a name of several words"
                        self._add("misspelling", loose, f"the name with one slip of the pen, {told}")

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
            if belongs and by_chance(here.bit_count(), (here & ours).bit_count(), share) < 0.01:
                count = (here & ours).bit_count() or "none"
                self._exclude(Words(pair), f"a longer name with ours inside; {count} of its posts name us too")

    def _exclude(self, find: Query, why: str) -> None:
        if all(part.find != find for part in self.without):
            self.without.append(self._part("exclusion", find, why))


def _times(posts: int) -> str:
    return f"in {posts:,} posts" if posts > 1 else "in one post" if posts else "in none of the posts"
