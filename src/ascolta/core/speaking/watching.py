"""What a reply says of having watched, followed or looked up the person it speaks to."""

from collections.abc import Iterator

from ascolta.core.saying import mark
from ascolta.core.speaking.grounds import Ground, Grounds
from ascolta.core.speaking.lexicon import Hit
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

WATCHING = mark("it says that we watched, or know more than this talk has said; people feel spied upon")


WATCHED = ("watch", "trace", "habit")
"""Kinds of phrases of which one must stand in a reply before this rule can find anything."""


def find_watching(said: Said, grounds: Grounds) -> Iterator[Finding]:
    """That we saw, follow or know the person; what they say of this very message is spared."""
    spared, ground = said.of("watch_spare"), grounds.both
    for hit in said.of("watch"):
        if said.words[hit.first] in grounds.name and said.is_capital(hit.first):
            continue
        if any((one.first <= hit.first and hit.stop <= one.stop + 1) or _covers(one, hit) for one in spared):
            continue
        if not _only_read(said, hit):
            yield said.finding(hit, "watching", WATCHING)
    yield from _traced(said)
    for hit in said.of("habit"):
        if not ground.has(said.words[hit.stop - 1]) or not _all_said(said, hit, ground):
            yield said.finding(hit, "watching", WATCHING)


def _only_read(said: Said, hit: Hit) -> bool:
    """Whether we say that we have read, and nothing of where: what was written to us is there to be read."""
    if not any(word.startswith(_READ) for word in said.words[hit.first : hit.stop]):
        return False
    return all(said.sentence[trace.first] != said.sentence[hit.first] for trace in said.of("trace"))


_READ = ("read", "leid", "leim", "leo", "lu", "letto", "lemos", "lido", "gelez", "geles")


def _covers(spare: Hit, hit: Hit) -> bool:
    """Whether what is spared takes most of what was found."""
    return (
        spare.first < hit.stop
        and hit.first < spare.stop
        and spare.stop >= hit.stop - 1
        and spare.first <= hit.first + 2
    )


def _all_said(said: Said, hit: Hit, ground: Ground) -> bool:
    return all(ground.has(word) for word in said.words[hit.first : hit.stop] if len(word) > 4)


def _traced(said: Said) -> Iterator[Finding]:
    """Sentences in which we look, and that name what a person has left elsewhere: a profile, posts, what is said."""
    traces = {said.sentence[hit.first]: hit for hit in said.of("trace")}
    if not traces:
        return
    spared = said.of("watch_spare")
    for hit in said.of("gaze"):
        trace = traces.get(said.sentence[hit.first])
        if trace is not None and not any(_covers(one, hit) for one in spared):
            both = Hit("", min(hit.first, trace.first), max(hit.stop, trace.stop))
            yield said.finding(both, "watching", WATCHING)
