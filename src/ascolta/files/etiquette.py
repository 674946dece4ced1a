"""etiquette.yaml: how a brand behaves, as its author sees it."""

from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from ascolta.core.etiquette import Action, Etiquette, Rule
from ascolta.core.parse import parse
from ascolta.core.study import figure
from ascolta.core.terms import fields_of, of_alerts
from ascolta.files.beyond import never_allowed
from ascolta.files.reading import Value, read, read_said

ACTIONS = tuple(str(action) for action in Action)
APPROVE = {"one": 1, "two": 2, "1": 1, "2": 2}
OLDER = 0.5
"""Where more than this share of an audience is 55 or older, the stricter default holds."""


AGED = "older-audience"
"""The rule that is added where most of an audience is older."""

FILE = "etiquette.yaml"
"""The file of a brand's folder in which its etiquette stands."""


def load_etiquette(path: Path) -> Etiquette:
    """The etiquette in a file. Raises FileError."""
    return _etiquette(read(path, "the etiquette"))


def parsed_etiquette(text: str, path: Path) -> Etiquette:
    """The etiquette in a text that would stand in a file. Raises FileError, as for that file."""
    return _etiquette(read_said(path, text, "the etiquette"))


def own_etiquette(folder: Path, name: str, handle: str) -> Etiquette:
    """The etiquette of a brand's folder; the shipped one, with its name and account, where it has none of its own."""
    path = folder / FILE
    return load_etiquette(path) if path.exists() else default_etiquette(name, handle)


def _etiquette(value: Value) -> Etiquette:
    top = value.mapping(("etiquette", "rules"))
    rules = tuple(_rule(item) for item in top["rules"].items())
    names: dict[str, int] = {}
    for rule, item in zip(rules, top["rules"].items(), strict=True):
        if rule.name in names:
            item.fail(f"rule '{rule.name}' stands twice (first at line {names[rule.name]}); give one another name")
        names[rule.name] = rule.line
    return Etiquette(brand=top["etiquette"].text(), rules=rules)


def shipped_text(name: str, handle: str) -> str:
    """The file of the etiquette that is shipped, with a brand's name and account in its examples."""
    with as_file(files("ascolta.files") / "default" / FILE) as path:
        return path.read_text(encoding="utf-8").replace("{handle}", handle).replace("{words}", name)


def default_etiquette(name: str, handle: str) -> Etiquette:
    """The etiquette that is shipped, with a brand's name and account in its examples."""
    shipped = _shipped()

    def own(examples: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(said.replace("{handle}", handle).replace("{words}", name) for said in examples)

    return replace(shipped, rules=tuple(replace(r, fits=own(r.fits), spares=own(r.spares)) for r in shipped.rules))


@cache
def _shipped() -> Etiquette:
    """Read once: thousands of brands may have none of their own."""
    with as_file(files("ascolta.files") / "default" / FILE) as path:
        return load_etiquette(path)


def stricter(etiquette: Etiquette, over_55: tuple[tuple[str, float], ...]) -> Etiquette:
    """The etiquette with silence instead of care on networks where most of the audience is 55 or older."""
    networks = sorted(network for network, share in over_55 if share > OLDER)
    place = next((n for n, rule in enumerate(etiquette.rules) if rule.then is Action.CARE), None)
    if not networks or place is None:
        return etiquette
    percent = f"{figure('over-55-unheard').percent:g} %"
    found = Rule(
        name=AGED,
        when=parse(f"addressed:no ({' OR '.join(f'network:{network}' for network in networks)})"),
        then=Action.SILENCE,
        why=f"Most people here are 55 or older, and {percent} of them do not want to be listened to.",
        line=etiquette.rules[place].line,
    )
    return replace(etiquette, rules=(*etiquette.rules[:place], found, *etiquette.rules[place:]))


def _rule(item: Value) -> Rule:
    keys = item.mapping(("name", "when", "then", "why"), ("desk", "approve", "fits", "spares"))
    when, then = keys["when"].query(), Action(keys["then"].one_of(ACTIONS))
    asked = fields_of(when)
    if of_alerts(when):
        keys["when"].fail("'when', an etiquette cannot ask about alerts (stream:, state:); plans can")
    if "sensitive" in asked and then in (Action.REPLY, Action.CARE):
        keys["then"].fail(
            "sensitive matters may lead to handover or silence only: networks and the law forbid anything else"
        )
    never = never_allowed(when, then)
    if never:
        keys["then"].fail(never)
    return Rule(
        name=keys["name"].text(),
        when=when,
        then=then,
        why=keys["why"].text(),
        approve=APPROVE[keys["approve"].one_of(tuple(APPROVE))] if "approve" in keys else 1,
        desk=keys["desk"].text() if "desk" in keys else "care",
        fits=keys["fits"].texts() if "fits" in keys else (),
        spares=keys["spares"].texts() if "spares" in keys else (),
        line=item.line,
    )
