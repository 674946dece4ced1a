"""In which words people outside the desk are told: figures, brand, stream, plan, a link, and nothing personal.

A message goes through services and into archives that Ascolta knows nothing of. So it is made of figures and of the
brand's own words, and whatever looks like personal data in it is masked before it is queued.
"""

from collections.abc import Collection, Sequence

from ascolta.core.alert import AlertChange, State
from ascolta.core.days import moment
from ascolta.core.meaning import sentence
from ascolta.core.plan import Plan
from ascolta.core.redact import RULES, find
from ascolta.core.routing import News, NewsKind, Notice, key

SUBJECT, BODY, BRIEF = 160, 2_000, 8_000
"""Characters that are told at the most, in a weekly brief more than in other messages."""

LISTED = 12
"""Of more news than these, the rest is only counted."""

RISING = {"all": "much more is said", "negative": "much more is said against it", "complaint": "complaints rise"}
_NOUNS = {NewsKind.ALERT: "changes of the alert", NewsKind.HANDOVER: "handovers", NewsKind.ESCALATION: "late steps"}


def of_change(brand: tuple[str, str], change: AlertChange, plan: Plan | None, own: Collection[str] = ()) -> News:
    """What is told of a change; `brand` is its id and its name, `own` are its accounts, which are nobody's data."""
    identity, name = brand
    stream, _, topic = change.stream.partition(":")
    about = f"about {topic}" if topic else RISING.get(stream, f"{stream} rises")
    said = "calm again" if change.new is State.CALM else about
    grade = change.risk.grade if change.risk is not None else ""
    if grade:
        said = f"{grade}: {about}" if change.begins else f"now a {grade}: {about}"
    meant = [sentence(change.risk)] if change.risk is not None else []
    lines = [change.why, *meant, f"Seen {moment(change.at)}."]
    if plan is not None:
        lines.append(f"The plan for it: {plan.title}. A person has to accept it at the desk.")
    return News(
        kind=NewsKind.ALERT,
        brand=identity,
        at=change.at,
        key=key("alert", identity, change.stream, str(change.new), repr(change.at)),
        subject=masked(f"{name}: {said}", SUBJECT, own),
        body=masked("\n".join(lines), BODY, own),
        stream="" if topic else stream,
        state=str(change.new),
        topic=topic,
        once_in_days=change.once_in_days,
        risk=change.risk,
    )


def of_handover(brand: tuple[str, str], desk: str, count: int, at: float, seen: str) -> News:
    """What is told of cases that the etiquette hands to a desk; `seen` tells this batch from others."""
    identity, name = brand
    cases = "a case was" if count == 1 else f"{count} cases were"
    return News(
        kind=NewsKind.HANDOVER,
        brand=identity,
        at=at,
        key=key("handover", identity, desk, seen),
        subject=masked(f"{name}: {cases} handed to '{desk}'", SUBJECT),
        body=f"Seen {moment(at)}. Only a person may answer.",
    )


def of_words(kind: NewsKind, brand: str, words: tuple[str, str], at: float, seen: str) -> News:
    """What a plan's author wrote, as subject and body, masked."""
    subject, body = words
    return News(
        kind=kind,
        brand=brand,
        at=at,
        key=key("words", brand, str(kind), seen),
        subject=masked(" ".join(subject.split()), SUBJECT),
        body=masked(body, BODY),
    )


def of_brief(brand: str, words: tuple[str, str], at: float, week: str, own: Collection[str] = ()) -> News:
    """What is told once a week: title and text of the brief. Its key is its week, so that it goes out once."""
    subject, body = words
    return News(
        kind=NewsKind.BRIEF,
        brand=brand,
        at=at,
        key=key("brief", brand, week),
        subject=masked(subject, SUBJECT, own),
        body=masked(body, BRIEF, own),
    )


def letter(bundle: Sequence[Notice], link: str = "") -> tuple[str, str]:
    """Subject and body of one message about all of a bundle."""
    first = bundle[0].news
    ending = [f"The desk: {link}"] if link else []
    if len(bundle) == 1:
        return first.subject, "\n".join([part for part in (first.body, *ending) if part])
    last = bundle[-1].news
    noun = _NOUNS.get(first.kind, "messages")
    lines = [f"{len(bundle)} {noun}, the latest last:"]
    if len(bundle) > LISTED:
        lines.append(f"- {len(bundle) - LISTED} earlier ones")
    lines += [f"- {one.news.subject}. {' '.join(one.news.body.split())}".rstrip() for one in bundle[-LISTED:]]
    return f"{last.subject} ({len(bundle)} {noun})", "\n".join([*lines, *ending])


def masked(text: str, most: int, own: Collection[str] = ()) -> str:
    """A text without what looks like personal data and without what only a machine would see, cut to a length.

    Special categories stay: a plan for a recall may speak of health, and speaks of nobody's.
    """
    said = "".join(char if char.isprintable() or char == "\n" else " " for char in text)
    made, at = [], 0
    for span in find(said, own=own):
        if span.type in RULES:
            made += [said[at : span.start], f"[{span.type}]"]
            at = span.end
    whole = "".join([*made, said[at:]]).strip()
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"
