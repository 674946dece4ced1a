"""What a query sees of a post, and the slow, obvious way to tell whether a query holds for it."""

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from ascolta.core import text as words
from ascolta.core.label import Labels
from ascolta.core.post import Post
from ascolta.core.query import And, Field, Handle, Hashtag, Near, Not, Or, Query, Raw, Words

Span = tuple[int, int]
_OF_WORDS = frozenset({"folded", "tokens", "places", "handles", "hashtags"})


class View:
    """A post made comparable, once: its tokens and where each stands, and the fields a query may ask about.

    `labels` are those given so far; `states` holds what is known beside the post, such as {"author": {"answered"}}.
    """

    def __init__(self, post: Post, labels: Labels = (), states: Mapping[str, frozenset[str]] | None = None) -> None:
        self.post, self.labels, self.states = post, labels, states or {}

    def labelled(self, labels: Labels, states: Mapping[str, frozenset[str]]) -> "View":
        """The same post with labels and states; what was already read of its words is not read again."""
        made = View(self.post, labels, states)
        made.__dict__.update({name: found for name, found in self.__dict__.items() if name in _OF_WORDS})
        return made

    @cached_property
    def folded(self) -> str:
        """The post's words, folded."""
        return words.fold(self.post.content)

    @cached_property
    def tokens(self) -> list[str]:
        """The post's words, in order."""
        return words.tokens(self.folded)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands."""
        found: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            found.setdefault(token, []).append(place)
        return found

    @cached_property
    def handles(self) -> frozenset[str]:
        """The accounts named, with and without their server."""
        named = [*words.handles(self.folded), *(words.fold(handle).lstrip("@") for handle in self.post.handles)]
        return frozenset(form for handle in named for form in (handle, handle.partition("@")[0]))

    @cached_property
    def hashtags(self) -> frozenset[str]:
        """The hashtags in the words."""
        return frozenset(words.hashtags(self.folded))

    @cached_property
    def fields(self) -> dict[str, frozenset[str]]:
        """The values of every field that is not a set of labels."""
        post, author = self.post, self.post.attributed_to
        handle = words.fold(author.handle).lstrip("@")
        return {
            "author": frozenset({handle, "@" + handle} if handle else ()) | self.states.get("author", frozenset()),
            "network": frozenset({words.fold(post.network)}),
            "brand": frozenset({words.fold(post.brand)} if post.brand else ()),
            "site": frozenset(words.link_hosts(post.url or "")),
            "links": frozenset(words.link_hosts(post.content)),
            "lang": self._language(),
            "is": self._is(),
            "tag": frozenset(words.fold(tag) for tag in post.tags),
            **{name: found for name, found in self.states.items() if name != "author"},
        }

    def has(self, name: str, value: str) -> bool:
        """Whether a field has a value; a domain also stands for the names below it."""
        found = self.fields.get(name)
        if found is None:
            return any(label.name == name and words.fold(label.value) == value for label in self.labels)
        if name in ("site", "links"):
            return any(host == value or host.endswith("." + value) for host in found)
        return value in found

    def _language(self) -> frozenset[str]:
        said = {label.value for label in self.labels if label.name == "language"}
        if not said and self.post.language:
            said = {self.post.language.partition("-")[0].lower()}
        return frozenset(said)

    def _is(self) -> frozenset[str]:
        post = self.post
        facts = {
            "reply": post.in_reply_to is not None,
            "question": any(mark in post.content for mark in "?？؟"),
            "repost": post.repost or self.folded.startswith("rt @"),
        }
        return frozenset(name for name, true in facts.items() if true)


def holds(query: Query, view: View) -> bool:
    """Whether `query` holds for what `view` sees."""
    match query:
        case Words():
            return bool(spans(query, view))
        case And(parts):
            return all(holds(part, view) for part in parts)
        case Or(parts):
            return any(holds(part, view) for part in parts)
        case Not(part):
            return not holds(part, view)
        case Near():
            return bool(spans(query, view))
        case Handle(name):
            return name in view.handles
        case Hashtag(name):
            return name in view.hashtags
        case Field(name, value):
            return view.has(name, value)
        case Raw(said):
            return _raw(said).search(view.post.content) is not None


def spans(query: Query, view: View) -> list[Span]:
    """Where words stand: pairs of first and last token, counted from 0; empty for what is not words."""
    match query:
        case Words(tokens, prefix):
            return _standing(tokens, prefix, view)
        case Or(parts):
            return sorted({span for part in parts for span in spans(part, view)})
        case Near(left, right, within, ordered):
            return _near(spans(left, view), spans(right, view), within, ordered)
    return []


def _standing(tokens: tuple[str, ...], prefix: bool, view: View) -> list[Span]:
    *head, last = tokens
    if not head:
        if not prefix:
            return [(place, place) for place in view.places.get(last, ())]
        return [(place, place) for place, token in enumerate(view.tokens) if token.startswith(last)]
    text, size = view.tokens, len(tokens)
    return [
        (start, start + size - 1)
        for start in view.places.get(head[0], ())
        if text[start : start + size - 1] == head
        and start + size <= len(text)
        and (text[start + size - 1].startswith(last) if prefix else text[start + size - 1] == last)
    ]


def _near(left: list[Span], right: list[Span], within: int, ordered: bool) -> list[Span]:
    found = set()
    for one in left:
        for other in right:
            gap = other[0] - one[1]
            back = one[0] - other[1]
            if 1 <= gap <= within or (not ordered and 1 <= back <= within):
                found.add((min(one[0], other[0]), max(one[1], other[1])))
    return sorted(found)


@lru_cache(maxsize=1024)
def _raw(said: str) -> re.Pattern[str]:
    before = r"(?<!\w)" if said[:1].isalnum() else ""
    after = r"(?!\w)" if said[-1:].isalnum() else ""
    return re.compile(before + re.escape(said) + after)
