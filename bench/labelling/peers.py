"""The peers: TF-IDF with a logistic regression, learned from the same train parts, and VADER for polarity."""

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from ascolta.training.examples import Example
from ascolta.training.tasks import Task

LEARNED_FROM = {
    "polarity, airlines": ("sentiment-semeval", "corpus"),
    "polarity, TweetEval": ("sentiment-semeval",),
    "suggestion": ("corpus",),
}
"""Where a peer learns a task whose own posts may not be learned from (by how the task's name begins)."""

MOST = 40_000
SPACED = r"\S+"


class Tfidf:
    """Word pairs and pieces of two to five letters, weighed by rarity; a logistic regression for each task."""

    def __init__(self, task: Task, examples: Sequence[Example]) -> None:
        sources = next((said for name, said in LEARNED_FROM.items() if task.name.startswith(name)), task.sources)
        learned = [one for one in examples if one.part != "test" and one.source.startswith(sources)]
        learned = [one for one in learned if task.label in one.labels][:MOST]
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=SPACED)
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
        model = LogisticRegression(C=4, class_weight="balanced", max_iter=200)
        self.pipeline = make_pipeline(make_union(words, pieces), model)
        self.pipeline.fit([one.text for one in learned], [one.labels[task.label][0] for one in learned])
        self.task = task

    def say(self, texts: Sequence[str]) -> list[str]:
        """What it says of texts, in the words of the task."""
        said = [str(one) for one in self.pipeline.predict(list(texts))]
        return ["yes" if one == "suggestion" else "no" for one in said] if self.task.truth == "suggestion" else said
