"""How an etiquette is changed while the program runs: checked, rehearsed on a past day, published by a second person.

Published means written in the place of etiquette.yaml, which whoever listens notices by themselves.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ascolta.afresh import rank
from ascolta.core.amend import Draft, Edition
from ascolta.core.brand import Brand, FileSource
from ascolta.core.case import Case
from ascolta.core.contrast import Contrast, Judged, contrast, judged, of_labels
from ascolta.core.deciding import decided
from ascolta.core.etiquette import OPTED_OUT, Etiquette
from ascolta.core.finding import LabelBatch
from ascolta.core.label import Ask, Label, Labels
from ascolta.core.mention import Brands, hear
from ascolta.core.piles import Pile, Wanted
from ascolta.core.post import Actor, Post
from ascolta.core.saying import Saying
from ascolta.core.view import View
from ascolta.errors import CaseError
from ascolta.files.check import Checked, checked
from ascolta.files.publish import Standing, put, standing
from ascolta.ports import Store
from ascolta.sources import FileSource as Day
from ascolta.stores.etiquettes import Etiquettes
from ascolta.stores.memory import MemoryStore

MOST_POSTS = 20_000
"""Posts of a day that are heard for a rehearsal."""

MOST_CASES = 500
"""Cases that are decided anew for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Where etiquettes are changed: the brands with their folders, the store, and the drafts.

    One check or rehearsal is done at a time, so that the desk stays quick for everybody else.
    """

    brands: Brands
    store: Store
    folders: Mapping[str, Path]
    kept: Etiquettes
    turn: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """How a rehearsal went. `texts` are the words that may be shown, by post; `is_cut`: there was more to hear.

    `of_cases`: it looked at cases that are kept, so nothing can be told of what stayed silent.
    """

    contrast: Contrast
    texts: Mapping[str, str]
    is_cut: bool = False
    of_cases: bool = False


def brand_of(rules: Rules, brand: str) -> Brand:
    """A brand by its name. Raises CaseError if there is none, or its folder is not known."""
    found = rules.brands.by_id.get(brand)
    if found is None or brand not in rules.folders:
        raise CaseError(Saying("there is no such brand here"))
    return found


def stands(rules: Rules, brand: str) -> Standing:
    """What stands in a brand's etiquette.yaml now. Raises AscoltaError."""
    return standing(rules.folders[brand], brand_of(rules, brand))


def look_over(rules: Rules, brand: str, text: str) -> Checked:
    """A text, looked at as `ascolta check` looks at the file."""
    with rules.turn:
        return checked(text, brand_of(rules, brand), rules.folders[brand], rules.brands.label)


def save(rules: Rules, new: Draft, seen: str) -> Draft:
    """Save a draft; a new one begins from what stands in the file now. Raises AscoltaError."""
    return rules.kept.write(replace(new, base=stands(rules, new.brand).digest), seen)


def ask(rules: Rules, brand: str, by: str, seen: str) -> Draft:
    """Ask for a draft to be published. Raises AscoltaError while it has errors, or changes nothing."""
    draft = rules.kept.draft(brand)
    if draft is not None:
        _refuse_errors(rules, draft)
        stood = stands(rules, brand)
        if stood.digest == draft.digest:
            raise CaseError(Saying("there is nothing to publish: the draft says what stands in the file"))
        if moved(stood, draft):
            raise CaseError(Saying("the file was changed since this draft was begun; go on from it as it is now first"))
    return rules.kept.ask(brand, by, seen)


def rebase(rules: Rules, brand: str, seen: str) -> Draft:
    """Go on with a draft though the file changed since it was begun. Raises AscoltaError."""
    return rules.kept.rebase(brand, stands(rules, brand).digest, seen)


def publish(rules: Rules, brand: str, does: tuple[str, float], seen: str) -> Edition:
    """Publish a draft: by whom and when. Raises AscoltaError if it may not be, or cannot."""
    folder, own = rules.folders[brand], brand_of(rules, brand)
    draft = rules.kept.draft(brand)
    if draft is not None:
        _refuse_errors(rules, draft)

    def written(found: Draft) -> str:
        before = put(folder, own, found.text, found.base)
        return "" if before.is_shipped else before.text

    return rules.kept.publish(brand, does, seen, written)


def moved(stood: Standing, draft: Draft) -> bool:
    """Whether what stands in the file is another one than the draft was begun from."""
    return stood.digest not in (draft.base, draft.digest)


def is_heard(rules: Rules, brand: str, found: Checked) -> bool:
    """Whether what stands in the file is what decides now."""
    return found.etiquette is not None and found.etiquette.rules == rules.brands.by_id[brand].etiquette.rules


def days(rules: Rules, brand: Brand) -> list[FileSource]:
    """The brand's own days to rehearse on: files of made-up posts, which may be shown."""
    return [one for one in brand.sources if one.rehearsal and _path(rules, brand, one) is not None]


def listed(rules: Rules, brand: str, piles: Sequence[Pile], now: float, most: int) -> list[Case]:
    """So many cases of each pile at the most, without their words."""
    rank(rules.store, rules.brands, now)
    return [case for pile in piles for _, case in rules.store.listed(Wanted(pile=pile, brand=brand, most=most))]


def rehearse(rules: Rules, brand: Brand, other: Etiquette, on: str, now: float) -> Rehearsed:
    """What another etiquette would do on one of the brand's days, by its path; on "" about the cases that are kept.

    Raises AscoltaError if there is no such day, or it cannot be read.
    """
    with rules.turn:
        if not on:
            return _on_cases(rules, brand, other, now)
        day = next((one for one in days(rules, brand) if one.path == on), None)
        path = _path(rules, brand, day) if day is not None else None
        if day is None or path is None:
            raise CaseError(Saying("there is no such day to rehearse on; choose one of the list"))
        return _on_day(Day(str(path), columns=dict(day.columns), clock=None), brand, other, rules.brands.label)


def _on_day(day: Day, brand: Brand, other: Etiquette, label: LabelBatch) -> Rehearsed:
    """Both etiquettes hear the same batches, and whoever refused or asked to stop is heeded in both."""
    once = _Once(label)
    ours, theirs = Brands([brand], once), Brands([replace(brand, etiquette=other)], once)
    store = MemoryStore()
    before: list[Judged] = []
    after: list[Judged] = []
    texts: dict[str, str] = {}
    heard, is_cut = 0, False
    for batch in day.batches(""):
        if is_cut := heard >= MOST_POSTS:
            break
        known = store.known()
        one, two = hear(batch, ours, known), hear(batch, theirs, known)
        store.keep(day.name, one)
        heard += one.tally.posts
        before += map(judged, one.mentions)
        after += map(judged, two.mentions)
        texts.update((mention.post.id, mention.post.content) for mention in one.mentions)
    return Rehearsed(contrast=contrast(brand.id, before, after, _order(other)), texts=texts, is_cut=is_cut)


def _on_cases(rules: Rules, brand: Brand, other: Etiquette, now: float) -> Rehearsed:
    """Cases whose words are kept, masked as they are, decided on anew by both etiquettes."""
    piles = (Pile.WAITING, Pile.SNOOZED, Pile.DONE)
    found = listed(rules, brand.id, piles, now, MOST_CASES)
    numbers = [case.id for case in found if case.decision.rule != OPTED_OUT.rule]
    cases = rules.store.some(numbers[:MOST_CASES])
    views = {str(case.id): view for case in cases if (view := _view(case)) is not None}
    theirs = replace(brand, etiquette=other)
    before, after = ([_judged(number, view, one) for number, view in views.items()] for one in (brand, theirs))
    return Rehearsed(
        contrast=contrast(brand.id, before, after, _order(other)),
        texts={number: view.post.content for number, view in views.items()},
        is_cut=len(numbers) > MOST_CASES,
        of_cases=True,
    )


def _view(case: Case) -> View | None:
    if case.content is None:
        return None
    post = Post(
        id=case.content.post_id,
        content=case.content.text,
        network=case.network,
        brand=case.brand,
        published=case.published,
        attributed_to=Actor(id=case.content.author_key, handle=case.content.author),
        in_reply_to=case.content.in_reply_to,
        url=case.content.url,
    )
    labels = tuple(Label(name=name, value=value, score=1, by="case") for name, value in case.labels)
    return View(post, labels)


def _judged(number: str, view: View, brand: Brand) -> Judged:
    return of_labels(number, brand.id, view.labels, decided(brand, view))


def _order(etiquette: Etiquette) -> list[str]:
    return [rule.name for rule in etiquette.rules]


def _path(rules: Rules, brand: Brand, source: FileSource) -> Path | None:
    """Where a source's file lies: in the brand's folder or in the one above it."""
    own = rules.folders[brand.id]
    return next((path for path in (own / source.path, own.parent / source.path) if path.is_file()), None)


def _refuse_errors(rules: Rules, draft: Draft) -> None:
    errors = look_over(rules, draft.brand, draft.text).errors
    if errors:
        one, many = (
            "the check finds an error in this draft; mend it first",
            "the check finds %(num)s errors in this draft; mend them first",
        )
        raise CaseError(Saying.of(one, many, errors))


class _Once:
    """Labels each text once, though two etiquettes ask."""

    def __init__(self, label: LabelBatch) -> None:
        self.label, self.known = label, dict[Ask, Labels]()

    def __call__(self, asks: Sequence[Ask]) -> list[Labels]:
        if not all(ask in self.known for ask in asks):
            self.known = dict(zip(asks, self.label(asks), strict=True))
        return [self.known[ask] for ask in asks]
