"""Who may be asked to become an advocate, in which words, and what an advocate is told."""

from collections.abc import Iterable, Mapping

from ascolta.core.advocate import YEAR, Advocate, Scope, Terms, digest
from ascolta.core.asking import NEEDS, filled, on, places, worded
from ascolta.core.assent import says_yes
from ascolta.core.case import Case, CaseEvent, CaseKind, Status
from ascolta.core.consent import Known, Use
from ascolta.core.days import DAY
from ascolta.core.etiquette import OPTED_OUT
from ascolta.core.length import too_long
from ascolta.core.platform import platform
from ascolta.core.post import Actor
from ascolta.core.saying import Saying, mark
from ascolta.errors import CaseError

Words = Mapping[str, Mapping[str, str]]
"""A brand's own words in place of ours, by language and key (core.asking)."""


REQUEST = "request/"
"""With this and the scope begins the template of an answer that asks somebody to become an advocate."""

_TROUBLE = frozenset({("complaint", "yes"), ("offensive", "yes")})
"""Labels of which one is enough that nobody asks a favour."""


def terms(scope: Scope, words: Words, case: Case, brand: str, at: float) -> Terms:
    """What the author of a case is asked, in the language of what they wrote. Raises CaseError if it cannot be asked.

    `words` are the brand's own in place of ours, `brand` is its name.
    """
    language = dict(case.labels).get("language", "")
    until = (at + min(scope.lasts, YEAR)) // DAY * DAY
    asks, disclosed = question(scope, words, language, brand, until)
    _needs_words(scope, asks, language)
    _needs_leave(scope, case.network)
    wording = f"{asks} {disclosed}"
    if over := too_long(wording, case.network):
        said = mark("the request is %(over)s characters too long for %(network)s; shorten it in advocates.yaml")
        raise CaseError(Saying(said, over=over, network=case.network))
    return Terms(
        scope=scope.name,
        purpose=scope.purpose[language],
        language=language,
        networks=scope.networks,
        topics=scope.topics,
        most=scope.most,
        within=scope.within,
        until=until,
        rewarded=bool(scope.reward),
        disclosure=disclosed,
        wording=wording,
        digest=digest(wording),
    )


def _needs_words(scope: Scope, asks: str, language: str) -> None:
    """Raises CaseError if a scope has no words in somebody's language."""
    if not asks:
        said = mark("scope '%(name)s' has no words in '%(language)s'; nobody is asked in a language that is not theirs")
        raise CaseError(Saying(said, name=scope.name, language=language or "und"))


def _needs_leave(scope: Scope, network: str) -> None:
    """Raises CaseError if a scope is not for a network, or its reward is not allowed there."""
    if network not in scope.networks:
        said = mark("scope '%(name)s' is not for %(network)s; add it to the scope's networks first")
        raise CaseError(Saying(said, name=scope.name, network=network))
    rewards = platform(network).rewards
    if scope.reward and not rewards.value:
        raise CaseError(Saying("%(why)s; take the reward out of scope '%(name)s'", why=rewards.why, name=scope.name))


def question(scope: Scope, words: Words, language: str, brand: str, until: float) -> tuple[str, str]:
    """What is asked in a language, and the disclosure that goes with it; both empty where there are no words."""
    purpose, asks = scope.purpose.get(language, ""), worded(words, language, "request")
    disclosed = filled(worded(words, language, "disclosure"), brand=brand)
    if not (purpose and asks and disclosed):
        return "", ""
    most, days = str(scope.most), f"{max(1, round(scope.within / DAY))}"
    reward = filled(worded(words, language, "reward"), reward=scope.reward.get(language, "")) if scope.reward else ""
    asked = filled(asks, purpose=purpose, most=most, days=days, until=on(until))
    return asked, " ".join(part for part in (disclosed, reward) if part)


def needs_praise(case: Case) -> None:
    """Raises CaseError unless a case is praise that was said to us, and nothing speaks against asking its author."""
    if case.content is None or case.status is Status.SEALED:
        raise CaseError("this was not said to us, so its author is not asked for anything")
    said = set(case.labels)
    praised = {("addressed", "yes"), ("intent", "praise"), ("polarity", "positive")} <= said
    if not praised or not said.isdisjoint(_TROUBLE):
        raise CaseError("only who praised us, and spoke to us, may be asked; this case is something else")
    if any(name == "sensitive" for name, _ in said):
        raise CaseError("this touches a sensitive matter; nobody is asked for a favour at such a moment")
    closed = {str(use) for use in (Use.HEAR, Use.APPROACH, Use.REPLY, Use.MESSAGE)}
    if case.decision.rule == OPTED_OUT.rule or not closed.isdisjoint(case.forbids):
        raise CaseError("this person does not want to be heard, answered or written to, so they are not asked")


def needs_welcome(known: Known, network: str, actor: Actor) -> None:
    """Raises CaseError if a person is on the suppression list, or their profile refuses."""
    if not actor.keys:
        raise CaseError("nobody knows whose post this is, so nobody can agree")
    if known.has_stopped(network, actor) or known.has_refused(network, actor):
        raise CaseError("this person does not want to be heard, so they are never asked")


def needs_peace(cases: Iterable[Case], this: Case) -> None:
    """Raises CaseError if another case of a person is a complaint, angry, or a sensitive matter."""
    for case in cases:
        said = set(case.labels)
        if case.id == this.id or case.brand != this.brand:
            continue
        if not said.isdisjoint(_TROUBLE) or any(name == "sensitive" for name, _ in said):
            raise CaseError(
                "another case of this person is a complaint, angry or a sensitive matter, so nobody asks a favour now"
            )


def sent_words(case: Case) -> tuple[str, float, str] | None:
    """The answer that was sent in a case, when, and the id of its post; None if none was."""
    draft = ""
    for event in case.events:
        if event.kind is CaseKind.DRAFTED:
            draft = event.note
        if event.kind is CaseKind.SENT:
            return draft, event.at, event.note
    return None


def request(one_terms: Terms, by: str, at: float) -> CaseEvent:
    """The request as the draft of a case's answer."""
    return CaseEvent(
        kind=CaseKind.DRAFTED, at=at, by=by, note=one_terms.wording, template=f"{REQUEST}{one_terms.scope}"
    )


def agrees(one: Advocate, text: str, names: Iterable[str] = ()) -> bool:
    """Whether words are a plain yes of somebody to what they were asked, as they stand now."""
    return one.terms is not None and says_yes(text, one.terms.language, (one.brand, *names))


def is_request(case: Case) -> bool:
    """Whether the draft of a case is a request to the letter."""
    drafts = [event for event in case.events if event.kind is CaseKind.DRAFTED]
    return bool(drafts) and drafts[-1].template.startswith(REQUEST)


def message(one: Advocate, words: Words, brand: str, statement: str) -> str:
    """What an advocate is told: the statement, and never without the disclosure. Raises CaseError without words."""
    agreed = one.terms
    text = worded(words, agreed.language, "briefing") if agreed else ""
    if agreed is None or not (text and agreed.disclosure and statement):
        raise CaseError("there are no words in this person's language, so they are not briefed")
    told = filled(text, brand=brand, since=on(one.since), purpose=agreed.purpose, statement=statement)
    return f"{told} {agreed.disclosure} {worded(words, agreed.language, 'ending')}".strip()


def odd_places(key: str, said: str) -> str:
    """What is wrong with the places in a brand's own words for a request or a briefing; empty if nothing is."""
    odd = sorted(places(said) - set(NEEDS[key]))
    missing = [f"{{{name}}}" for name in NEEDS[key] if name not in places(said)]
    if odd:
        return f"{{{odd[0]}}} is no place that can be filled here"
    return f"{' and '.join(missing)} must stand in it" if missing else ""
