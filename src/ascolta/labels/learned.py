"""The default labeller: every label at once, learned; see docs/developer/labels.md for what from and how well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ascolta.core.label import Ask, Label, Labels
from ascolta.labels.judging import YES_NO, Bend, numbers_of, probabilities
from ascolta.labels.language import SHORT, SURE, scripted, settle
from ascolta.labels.named import SPARED, named
from ascolta.labels.outputs import LANGUAGES, VALUES, WIDTH, columns
from ascolta.labels.scorer import Floats, Scorer, shipped, told
from ascolta.labels.topics import topics_of
from ascolta.labels.words import Said, cut

BY = "learned"
STEPS = 1000
"""Scores are told in thousandths."""

NAMED = 0.55
"""How often a matter is there of which a phrase of the lists is: the share on our corpus."""

LONG_NAME = 16
"""Characters of an account's name, about."""

MOST_PIECES, MOST_SHOWN = 60, 6
"""Pieces of a text, between spaces, that are looked at one by one to tell what carried a label, and are told of."""

CARRIES = 0.15
"""A piece carries a label if without it the log-odds are lower by this much."""

Found = dict[str, Floats]


class _Said(dict[int, Label]):
    """Every label that can be said of a name, by value and score, made once: labels do not change."""

    def __init__(self, name: str) -> None:
        self.name, self.told = name, ("no", "yes") if name in YES_NO else VALUES[name]

    def __missing__(self, place: int) -> Label:
        value, step = divmod(place, STEPS + 1)
        made = self[place] = Label(name=self.name, value=self.told[value], score=step / STEPS, by=BY)
        return made


_SAID = {name: _Said(name) for name in VALUES if name != "topic"}


@dataclass
class Learned:
    """Labels posts by the shipped weights. `thresholds` move the probability from which on a label is said.

    One is given by label, as in `{"addressed": 0.7}`, or for a sensitive matter by its name, as in `{"health": 0.3}`.
    """

    scorer: Scorer = field(default_factory=shipped)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    name: str = BY

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """All labels of each post, with the topics and the lines of the brand that it was asked for."""
        if not asks:
            return []
        texts = [cut(ask) for ask in asks]
        width = WIDTH if any(ask.topics for ask in asks) else columns("topic").start
        scores = self.scorer.score_said(texts, width)
        found = self._bent(scores, told(texts))
        groups: dict[tuple[int, int], list[int]] = {}
        for row, ask in enumerate(asks):
            groups.setdefault((id(ask.lines), id(ask.topics)), []).append(row)
        if len(groups) == 1:
            return self._brand(asks, texts, found, scores)
        given: list[Labels] = [()] * len(asks)
        for rows in groups.values():
            theirs = {name: one[rows] for name, one in found.items()}
            some = self._brand([asks[row] for row in rows], [texts[row] for row in rows], theirs, scores[rows])
            for row, labels in zip(rows, some, strict=True):
                given[row] = labels
        return given

    def _brand(self, asks: Sequence[Ask], texts: Sequence[Said], found: Found, scores: Floats) -> list[Labels]:
        """The labels of posts that are asked about for one brand."""
        lines = {**self.thresholds, **dict(asks[0].lines)}
        said = [self._yes_no(name, found[name], lines) for name in ("addressed", "complaint")]
        said += [self._one_of(name, found[name]) for name in ("polarity", "intent")]
        said.append(self._yes_no("offensive", found["offensive"], lines))
        labels: list[Labels] = list(zip(self._languages(asks, found["language"]), *said, strict=True))
        self._add_matters(labels, texts, found["sensitive"], lines)
        if asks[0].topics:
            topics = topics_of(asks[0].topics, self.scorer).find([ask.text for ask in asks], scores, BY)
            labels = [(*one, *more) if more else one for one, more in zip(labels, topics, strict=True)]
        return labels

    def probabilities(self, texts: Sequence[Said]) -> Found:
        """For each label, the probability of yes or of each value."""
        return self._bent(self.scorer.score_said(texts), told(texts))

    def _bent(self, scores: Floats, flags: Floats) -> Found:
        return {
            name: probabilities(name, numbers_of(name, scores, flags), bend)
            for name, bend in self._bends.items()
            if columns(name).stop <= scores.shape[1]
        }

    def because(self, ask: Ask, name: str, value: str) -> tuple[str, ...]:
        """The pieces of a text without which `name:value` would be told less surely, those that carry most first."""
        pieces = ask.text.split()[:MOST_PIECES]
        without = [" ".join((*pieces[:place], *pieces[place + 1 :])) for place in range(len(pieces))]
        texts = [cut(replace(ask, text=text)) for text in (" ".join(pieces), *without)]
        chance = np.clip(self._chance(self.probabilities(texts)[name], name, value), 1e-6, 1 - 1e-6)
        odds = np.log(chance) - np.log1p(-chance)
        fall = odds[0] - odds[1:]
        order = np.argsort(-fall, kind="stable")[:MOST_SHOWN]
        return tuple(pieces[place] for place in order if fall[place] >= CARRIES)

    def _chance(self, found: Floats, name: str, value: str) -> Floats:
        if name in YES_NO:
            return found[:, 0] if value == "yes" else 1 - found[:, 0]
        return found[:, VALUES[name].index(value)] if value in VALUES[name] else np.zeros(len(found), np.float32)

    def line(self, name: str, lines: Mapping[str, float], place: int = 0) -> float:
        """The probability from which on a label is said: as asked for, or as the card says."""
        asked = lines.get(VALUES[name][place], lines.get(name)) if name == "sensitive" else lines.get(name)
        return float(self._card[name]["line"][place] if asked is None else asked)

    @property
    def _card(self) -> Mapping[str, Any]:
        labels: Mapping[str, Any] = self.scorer.card["labels"]
        return labels

    @cached_property
    def _bends(self) -> dict[str, Bend]:
        return {name: Bend.of(self._card[name]) for name in VALUES}

    def _yes_no(self, name: str, found: Floats, lines: Mapping[str, float]) -> list[Label]:
        yes = found[:, 0] >= self.line(name, lines)
        score = np.where(yes, found[:, 0], 1 - found[:, 0])
        return _pick(name, yes.astype(np.int64), score)

    def _one_of(self, name: str, found: Floats) -> list[Label]:
        chosen = (found * np.array(self._card[name]["lift"], dtype=np.float32)).argmax(axis=1)
        return _pick(name, chosen, found[np.arange(len(found)), chosen])

    def _languages(self, asks: Sequence[Ask], found: Floats) -> list[Label]:
        chosen = found.argmax(axis=1)
        labels = _pick("language", chosen, found[np.arange(len(found)), chosen])
        unsure = (found.max(axis=1) < SURE) | (chosen == len(LANGUAGES) - 1)
        for place, ask in enumerate(asks):
            said = None if ask.text.isascii() else scripted(ask.text, ask.language)
            if said is None and (unsure[place] or len(ask.text) < SHORT + LONG_NAME):
                said = settle(ask.text, found[place], ask.language)
            if said is not None:
                labels[place] = Label(name="language", value=said[0], score=said[1], by=BY)
        return labels

    def _add_matters(
        self, labels: list[Labels], texts: Sequence[Said], found: Floats, lines: Mapping[str, float]
    ) -> None:
        """Add the sensitive matters that are likely, and those that a text names; none where it names what is none."""
        matters = VALUES["sensitive"]
        drawn = [self.line("sensitive", lines, place) for place in range(found.shape[1])]
        likely: dict[int, set[int]] = {}
        for post, matter in np.argwhere(found >= np.array(drawn, dtype=np.float32)).tolist():
            likely.setdefault(post, set()).add(matter)
        for post, said in enumerate(map(named, texts)):
            if not said and post not in likely:
                continue
            spared = SPARED in said
            chosen = likely.get(post, set()) | {matters.index(one) for one in said - {SPARED}}
            for matter in () if spared else sorted(chosen):
                step = round(max(float(found[post, matter]), NAMED if matters[matter] in said else 0.0) * STEPS)
                labels[post] = (*labels[post], _SAID["sensitive"][matter * (STEPS + 1) + step])


def _pick(name: str, chosen: Any, score: Any) -> list[Label]:
    places = chosen * (STEPS + 1) + np.rint(score * STEPS).astype(np.int64)
    return list(map(_SAID[name].__getitem__, places.tolist()))
