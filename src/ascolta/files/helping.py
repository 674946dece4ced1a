"""advocates.yaml: what a brand may ask of people who agree to help, and in which words if not in ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ascolta.core.advocate import YEAR, Scope
from ascolta.core.asking import KEYS, LANGUAGES
from ascolta.core.days import DAY
from ascolta.core.platform import ALSO, platform
from ascolta.core.request import odd_places
from ascolta.core.text import fold
from ascolta.files.reading import Value, read

FILE = "advocates.yaml"
MOST, SOONEST, LATEST = 12, DAY, 365 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Helping:
    """What advocates.yaml says: scopes by name, and words by language and key in place of ours."""

    scopes: Mapping[str, Scope] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def load_helping(folder: Path) -> Helping:
    """What a brand's folder says about advocates; nothing if it has no such file. Raises FileError."""
    path = folder / FILE
    if not path.exists():
        return Helping()
    keys = read(path, "what advocates may be asked").mapping(("advocates", "scopes"), KEYS)
    keys["advocates"].text()
    scopes: dict[str, Scope] = {}
    for item in keys["scopes"].items():
        scope = _scope(item)
        if scope.name in scopes:
            item.fail(f"another scope is called '{scope.name}' too; give one another name")
        scopes[scope.name] = scope
    words: dict[str, dict[str, str]] = {}
    for key in KEYS:
        for language, value in _texts(keys[key]).items() if key in keys else ():
            if odd := odd_places(key, value.text()):
                value.fail(f"'{key}' in '{language}': {odd}")
            words.setdefault(language, {})[key] = value.text()
    return Helping(scopes=scopes, words=words)


def _scope(item: Value) -> Scope:
    keys = item.mapping(("scope", "for", "networks"), ("topics", "at_most", "within", "lasts", "reward"))
    networks = tuple(dict.fromkeys(_network(value) for value in _several(keys["networks"])))
    if not networks:
        keys["networks"].fail("'networks' is empty; name where advocates may be asked and briefed")
    reward = {language: value.text() for language, value in _texts(keys["reward"]).items()} if "reward" in keys else {}
    purpose = {language: value.text() for language, value in _texts(keys["for"]).items()}
    _check_reward(keys, networks, purpose, reward)
    return Scope(
        name=keys["scope"].text(),
        purpose=purpose,
        networks=networks,
        topics=keys["topics"].texts() if "topics" in keys else (),
        most=int(keys["at_most"].number(1, MOST)) if "at_most" in keys else 1,
        within=_between(keys["within"], SOONEST, LATEST) if "within" in keys else 30 * DAY,
        lasts=_between(keys["lasts"], SOONEST, YEAR) if "lasts" in keys else YEAR,
        reward=reward,
        line=item.line,
    )


def _check_reward(
    keys: Mapping[str, Value], networks: tuple[str, ...], purpose: Mapping[str, str], reward: Mapping[str, str]
) -> None:
    """A reward is said in every language in which people are asked, and is nowhere where a network forbids it."""
    if not reward:
        return
    for network in networks:
        terms = platform(network).rewards
        if not terms.value:
            keys["reward"].fail(f"{terms.why} (on {network}); take out 'reward', or this network")
    for language in purpose:
        if language not in reward:
            keys["reward"].fail(f"'reward' is not said in '{language}', in which people are asked; add it")


def _texts(value: Value) -> dict[str, Value]:
    found = value.mapping((), LANGUAGES)
    if not found:
        value.fail(f"{value.what} is empty; write it in each language in which people may be asked, such as en: …")
    return found


def _several(value: Value) -> list[Value]:
    return value.items() if isinstance(value.node.value, list) else [value]


def _network(value: Value) -> str:
    name = fold(value.text())
    return ALSO.get(name, name)


def _between(value: Value, least: float, most: float) -> float:
    seconds = value.seconds()
    if not least <= seconds <= most:
        value.fail(f"{value.what} must be between {least / DAY:g} d and {most / DAY:g} d")
    return seconds
