"""The listening notice (GDPR Art. 14): what a brand hears, why, what it keeps and how long, made from its settings.

Every number in it is one of the brand's own or of the program's, so that a setting that changes changes the notice.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ascolta.core.bound import EPOCHS
from ascolta.core.brand import Brand
from ascolta.core.cells import BUDGET, TERMS, Kind
from ascolta.core.challenge import LASTS
from ascolta.core.consent import OPT_IN_NETWORKS
from ascolta.core.etiquette import Action
from ascolta.core.ledger import plain
from ascolta.core.platform import PLATFORMS, answers_a_day, platform
from ascolta.core.text import fold
from ascolta.core.wording import WORDINGS, Wording

LANGUAGES = tuple(WORDINGS)
Keys = tuple[tuple[str, ...], ...]
"""The keys of a section's paragraphs, of its list, and of the paragraphs after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who listens, as they say it in notice.yaml. What is empty is left out; `public` is the address of the page.

    `networks` counts only where the brand's sources do not say of which networks they bring posts.
    """

    controller: str = ""
    address: str = ""
    contact: str = ""
    officer: str = ""
    authority: str = ""
    outside: str = ""
    public: str = ""
    recipients: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    figures: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a notice is made from. `day` counts from 1970-01-01; `answered` is how long an answer is remembered."""

    brand: Brand
    operator: Operator
    day: int
    answered: float

    @property
    def networks(self) -> tuple[str, ...]:
        """Where the brand listens, by the names that posts carry."""
        return heard_on(self.brand, self.operator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the notice: paragraphs, a list, a table of what is kept and how long, closing paragraphs."""

    id: str
    title: str
    said: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The notice in one language. `words` are those of the form and of the page around it, filled in."""

    lang: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    networks: tuple[tuple[str, str], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every sentence of the notice itself, in order."""
        found = [self.title, self.lead, self.words["as_of"]]
        for part in self.sections:
            found += [part.title, *part.said, *part.items, *(cell for row in part.rows for cell in row), *part.after]
        return tuple(found)


def heard_on(brand: Brand, operator: Operator) -> tuple[str, ...]:
    """Where a brand listens: as its sources say, else as notice.yaml does."""
    return operator.networks if brand.networks is None else tuple(sorted(brand.networks))


def notice(settings: Settings, lang: str) -> Notice:
    """The notice of a brand in one of LANGUAGES."""
    wording = WORDINGS[lang]
    titles = [(name, _title(name, wording)) for name in settings.networks]
    networks = tuple(sorted(titles, key=lambda one: one[1].casefold()))
    words = _filled(settings, wording, [title for _, title in networks])
    first = [_plain(words, name, keys) for name, keys in _first(settings).items()]
    sections = (
        *first[:-1],
        replace(first[-1], after=(*first[-1].after, *_fewer(wording, settings))),
        _kept(words, wording, settings),
        *(_plain(words, name, keys) for name, keys in _then(settings).items()),
        _signals(words, wording, settings.networks),
        _rights(words, settings.operator),
    )
    return Notice(
        lang=lang, title=words["title"], lead=words["lead"], sections=sections, words=words, networks=networks
    )


def language(accepted: str, asked: str = "", among: Sequence[str] = LANGUAGES) -> str:
    """The language to write in: the one that was asked for, else the reader's first that there is, else the first.

    `accepted` is an Accept-Language header (RFC 9110); what cannot be read in it is passed over.
    """
    if asked in among:
        return asked
    wanted = []
    for place, part in enumerate(accepted[:500].split(",")):
        said = re.fullmatch(
            r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,20})?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*", part
        )
        if said and said[1].lower() in among and float(said[2] or 1) > 0:
            wanted.append((-float(said[2] or 1), place, said[1].lower()))
    return min(wanted)[2] if wanted else among[0]


def _title(network: str, wording: Wording) -> str:
    """What a network calls itself; for what is none, what it is called in the reader's language."""
    if network in ("blog", "wordpress", "isso", "file"):
        return wording.words["file" if network == "file" else "blog"]
    return PLATFORMS[network].title if network in PLATFORMS else network


def _filled(settings: Settings, wording: Wording, networks: Sequence[str]) -> dict[str, str]:
    """The words of a language with the settings in their places; those of one code are filled in when it is given."""
    brand, operator, kept = settings.brand, settings.operator, settings.brand.retention
    values = {
        "brand": brand.name,
        "controller": operator.controller or brand.name,
        "address": operator.address,
        "contact": operator.contact,
        "officer": operator.officer,
        "authority": operator.authority,
        "outside": operator.outside,
        "public": operator.public,
        "recipients": "; ".join(operator.recipients),
        "networks": ", ".join(networks),
        "names": ", ".join(_once((brand.name, *brand.names))),
        "handles": ", ".join("@" + handle for handle in brand.handles),
        "queries": str(len(brand.queries)),
        "topics": ", ".join(topic.name for topic in brand.topics),
        "limit": str(brand.limits.a_person_a_day),
        "date": wording.day(settings.day),
        "open": wording.span(kept.open_hours * 3600),
        "resolved": wording.span(kept.resolved_hours * 3600),
        "sealed": wording.span(kept.sealed_hours * 3600),
        "answered": wording.span(settings.answered),
        "code": wording.span(LASTS),
        "epsilon": plain(BUDGET),
        "epochs": str(EPOCHS),
        **{str(kind): str(TERMS[kind].threshold) for kind in Kind},
        **{later: "{" + later + "}" for later in ("account", "network", "until", "most")},
    }
    return {key: said.format_map(values) for key, said in wording.words.items()}


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Names without those that fold to one before them."""
    return tuple({fold(name): name for name in reversed(names)}.values())[::-1]


def _cares(settings: Settings) -> bool:
    """Whether a complaint that was not said to the brand may be opened: by its rules, and on one of its networks."""
    rules = settings.brand.etiquette.rules
    wanted = any(rule.then in (Action.CARE, Action.REPLY) for rule in rules)
    return wanted and any(platform(network).care.value for network in settings.networks)


def _some(**keys: object) -> tuple[str, ...]:
    """The keys of which the value holds something; `__` stands for a full stop."""
    return tuple(key.replace("__", ".") for key, value in keys.items() if value)


def _first(settings: Settings) -> dict[str, Keys]:
    """The sections before the table: the keys of their paragraphs and of their lists."""
    brand, operator = settings.brand, settings.operator
    who = _some(who__address=operator.address, who__contact=operator.contact, who__officer=operator.officer)
    where = _some(
        heard__names=True, heard__handles=brand.handles, heard__queries=brand.queries, heard__where=settings.networks
    )
    return {
        "short": ((), ("short.1", "short.2", "short.3")),
        "who": (("who.said", *_some(incomplete=not operator.contact)), who),
        "heard": ((), where, ("heard.source",)),
        "why": ((), _some(why__answer=True, why__care=_cares(settings), why__warn=True), ("why.basis", "why.limit")),
    }


def _then(settings: Settings) -> dict[str, Keys]:
    """The sections between the table and the signals."""
    brand, operator = settings.brand, settings.operator
    others = "seen.others" if operator.recipients else "seen.nobody"
    figures = ("figures.said", "figures.small") if operator.figures else ("figures.none",)
    return {
        "labels": (("labels.said", *_some(labels__topics=brand.topics), "labels.sensitive", "labels.people"), ()),
        "never": ((), ("never.1", "never.2", "never.3", "never.4", "never.5")),
        "figures": (figures, ()),
        "seen": ((), ("seen.desk", "seen.network", others, *_some(seen__outside=operator.outside))),
    }


def _plain(words: Mapping[str, str], name: str, keys: Keys) -> Section:
    said, items, after = (tuple(words[key] for key in some) for some in (*keys, (), ())[:3])
    return Section(id=name, title=words[name], said=said, items=items, after=after)


def _kept(words: Mapping[str, str], wording: Wording, settings: Settings) -> Section:
    care = ("sealed",) if _cares(settings) else ()
    names = ("case", *care, "rest", "answered", "refused", "stopped", "code")
    rows = tuple((words[f"kept.{name}"], words[f"kept.{name}.term"]) for name in names)
    kept = settings.brand.retention
    longest = max(kept.open_hours, kept.resolved_hours, kept.sealed_hours if care else 0)
    less = {name: platform(name).keep_hours.value for name in settings.networks}
    shorter = [
        _of_networks(
            wording, "kept.shorter", [name for name in less if less[name] == hours], wording.span(hours * 3600)
        )
        for hours in sorted({hours for hours in less.values() if hours < longest})
    ]
    return Section(id="kept", title=words["kept"], rows=rows, after=(*shorter, words["kept.gone"]))


def _fewer(wording: Wording, settings: Settings) -> list[str]:
    """What networks allow fewer answers to one person than the brand does, a sentence for each number."""
    limits = settings.brand.limits
    less = {name: answers_a_day(limits, name) for name in settings.networks}
    return [
        _of_networks(wording, "why.fewer", [name for name in less if less[name] == count], str(count))
        for count in sorted({count for count in less.values() if count < limits.a_person_a_day})
    ]


def _of_networks(wording: Wording, key: str, networks: Sequence[str], most: str) -> str:
    named = ", ".join(_title(name, wording) for name in networks)
    return wording.words[key].format(networks=named, most=most)


def _signals(words: Mapping[str, str], wording: Wording, networks: Sequence[str]) -> Section:
    items = [words["signals.any"]]
    for network in networks:
        own = words.get("signals.mastodon" if network in OPT_IN_NETWORKS else f"signals.{network}")
        if network != "file":
            items.append(own or wording.words["signals.other"].format(network=_title(network, wording)))
    return Section(id="signals", title=words["signals"], said=(words["signals.said"],), items=_once(items))


def _rights(words: Mapping[str, str], operator: Operator) -> Section:
    complain = "rights.complain" if operator.authority else "rights.complain.any"
    keys = ("rights.object", "rights.access", "rights.erase", complain)
    after = (words["rights.how"],) if operator.contact else ()
    return Section(id="rights", title=words["rights"], items=tuple(words[key] for key in keys), after=after)
