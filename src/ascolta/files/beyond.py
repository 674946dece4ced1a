"""Where a brand's files ask for more than its networks allow; what is asked too much is never done, so say it early.

A finding rests on a post that could be, which the rule would decide and to whose author the network lets nobody speak.
"""

from collections.abc import Iterator
from pathlib import Path

from ascolta.core.brand import Brand, Retention
from ascolta.core.etiquette import Action, Rule
from ascolta.core.implied import Proof
from ascolta.core.platform import PLATFORMS, platform
from ascolta.core.query import And, Field, Not, Query, any_of
from ascolta.core.witness import witness
from ascolta.files.problem import Problem
from ascolta.files.reading import read

ADDRESSED = Field("addressed", "yes")
UNASKED = (Action.REPLY, Action.HANDOVER)


def never_allowed(when: Query, then: Action) -> str:
    """Why no network allows what a rule asks for, whatever post it fits; empty if one may, or if no post can fit."""
    proof = Proof()
    if then is Action.SILENCE or proof.never(when) or not proof.excludes(when, ADDRESSED):
        return ""
    if then in UNASKED:
        return f"'{then}' is for posts that speak to the brand, and this rule fits none of them; write care or silence"
    open_to = [name for name, terms in PLATFORMS.items() if terms.care.value]
    if all(proof.excludes(when, Field("network", name)) for name in open_to):
        return (
            "'care' is for networks on which a person may help unasked, and this rule fits none of them; write silence "
            f"(care is possible on {', '.join(open_to)})"
        )
    return ""


def beyond_terms(brand: Brand, folder: Path) -> Iterator[Problem]:
    """What a brand's etiquette asks for beyond the terms of the networks that its sources bring."""
    path = str(folder / "etiquette.yaml")
    for place, rule in enumerate(brand.etiquette.rules):
        above = brand.etiquette.rules[:place]
        found = _unasked(rule, above, brand) if rule.then in UNASKED else _care(rule, above, brand)
        for severity, message in found:
            yield Problem(path=path, line=rule.line, severity=severity, message=f"rule '{rule.name}' {message}")


def _unasked(rule: Rule, above: tuple[Rule, ...], brand: Brand) -> Iterator[tuple[str, str]]:
    """A rule that speaks, or hands over, and also fits what was not said to us."""
    if _decides(rule, above, _one_of(brand.networks)):
        message = (
            f"({rule.then}) also fits posts that do not speak to the brand, which no network's terms allow, so that it "
            "becomes silence or care; put addressed:yes before all of its 'when', as in: addressed:yes (…)"
        )
        yield "error", message


def _care(rule: Rule, above: tuple[Rule, ...], brand: Brand) -> Iterator[tuple[str, str]]:
    """A rule that offers help where nobody may be approached."""
    if rule.then is not Action.CARE:
        return
    known = brand.networks
    forbidding = [name for name in sorted(PLATFORMS if known is None else known) if not platform(name).care.value]
    names = [name for name in forbidding if _decides(rule, above, [Field("network", name)])]
    if names:
        reasons = dict.fromkeys(platform(name).care.why for name in names)
        kept_out = " OR ".join(f"network:{name}" for name in names)
        message = (
            f"(care) also fits posts of {', '.join(names)}, where it becomes silence: {'; '.join(reasons)}; "
            f"so add to its 'when': NOT {kept_out if len(names) == 1 else f'({kept_out})'}"
        )
        yield "warning" if known is None else "error", message


def _decides(rule: Rule, above: tuple[Rule, ...], besides: list[Query]) -> bool:
    """Whether there can be a post that does not speak to us and that this rule, none above it, decides."""
    taken = [Not(other.when) for other in above]
    return witness(And((rule.when, Not(ADDRESSED), *besides, *taken))) is not None


def _one_of(networks: frozenset[str] | None) -> list[Query]:
    return [any_of([Field("network", name) for name in sorted(networks)])] if networks else []


def beyond_settings(brand: Brand, folder: Path) -> Iterator[Problem]:
    """What brand.yaml asks for in words and a network shortens."""
    path = folder / "brand.yaml"
    keys = {str(key.value): value for key, value in read(path, "the brand").pairs()}
    kept, limits = (
        {str(key.value): value.line for key, value in keys[name].pairs()} if name in keys else {}
        for name in ("retention", "limits")
    )
    for terms in (platform(name) for name in sorted(brand.networks or ()) if name in PLATFORMS):
        most, answers = terms.keep_hours, terms.a_person_a_day
        for name, hours in zip(("open", "resolved", "sealed"), _hours(brand.retention), strict=True):
            if name in kept and hours > most.value:
                message = f"'{name}' is {hours:g} h, but posts of {terms.name} go after {most.value:g} h: {most.why}"
                yield Problem(path=str(path), line=kept[name], severity="warning", message=message)
        if "a_person_a_day" in limits and brand.limits.a_person_a_day > answers.value:
            message = f"'a_person_a_day' is {brand.limits.a_person_a_day}, but on {terms.name} it is {answers.value}: "
            line = limits["a_person_a_day"]
            yield Problem(path=str(path), line=line, severity="warning", message=message + answers.why)


def _hours(retention: Retention) -> tuple[float, float, float]:
    return retention.open_hours, retention.resolved_hours, retention.sealed_hours
