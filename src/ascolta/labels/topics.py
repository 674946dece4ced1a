"""Topics of a brand's own list: by its words, or by likeness to the examples that it gives.

A text's vector says how much it speaks of each topic that the scorer was taught (labels/outputs.py); texts of one topic
of the brand stand near each other there, also of a topic that nobody taught, and whatever their language.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ascolta.core.label import Ask, Label, Topic
from ascolta.core.match import Matcher
from ascolta.core.query import Query, Words, any_of
from ascolta.core.text import fold, patterns
from ascolta.labels.judging import Bend, probabilities
from ascolta.labels.outputs import columns
from ascolta.labels.scorer import Floats, Scorer
from ascolta.labels.words import cut

LIKE = 0.8
"""A text is of a topic if its vector is at least so near to one of the topic's examples (cosine)."""

FEATURES = 0.35
"""A text whose likeliest topic is less likely than this is of none by likeness."""


class Topics:
    """The topics of one brand."""

    def __init__(self, topics: tuple[Topic, ...], scorer: Scorer) -> None:
        self.topics = topics
        self._worded = [topic for topic in topics if topic.words]
        self._matcher = Matcher({topic.name: _query(topic.words) for topic in self._worded})
        self._bend = Bend.of(scorer.card["labels"]["topic"])
        examples = [(place, text) for place, topic in enumerate(topics) for text in topic.like]
        self._owners = np.array([place for place, _ in examples], dtype=np.int64)
        scores = scorer.score_said([cut(Ask(text=text)) for _, text in examples]) if examples else None
        self._examples = None if scores is None else self._vectors(scores)[0]

    def find(self, texts: Sequence[str], scores: Floats, by: str) -> list[tuple[Label, ...]]:
        """No, one or several topics of each text; `scores` are the scorer's numbers of the same texts."""
        found: list[dict[str, Label]] = [{} for _ in texts]
        if self._examples is not None and texts:
            vectors, most = self._vectors(scores)
            near = vectors @ self._examples.T
            near[most < FEATURES] = 0
            for row, example in np.argwhere(near >= LIKE).tolist():
                topic, score = self.topics[self._owners[example]].name, round(min(1.0, float(near[row, example])), 3)
                if topic not in found[row] or found[row][topic].score < score:
                    found[row][topic] = Label(name="topic", value=topic, score=score, by=by)
        rows, places = self._matcher.pairs(texts)
        for row, place in zip(rows.tolist(), places.tolist(), strict=True):
            topic = self._worded[place].name
            found[row][topic] = Label(name="topic", value=topic, score=1.0, by="words")
        order = [topic.name for topic in self.topics]
        return [tuple(labels[topic] for topic in order if topic in labels) if labels else () for labels in found]

    def _vectors(self, scores: Floats) -> tuple[Floats, Floats]:
        """A vector of length 1 for each text, and how likely its likeliest topic is."""
        likely = probabilities("topic", scores[:, columns("topic")], self._bend)
        vectors = np.sqrt(likely)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors, likely.max(axis=1)


def _query(words: Sequence[str]) -> Query:
    return any_of([Words(tuple(patterns(fold(phrase)))) for phrase in words])


topics_of = lru_cache(maxsize=256)(Topics)
