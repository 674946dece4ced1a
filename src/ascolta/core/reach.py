"""Which rules of an etiquette can never be reached, and which let the brand speak before a rule that forbids it.

Every rule is a boolean expression over few atoms, so the answer is found by trying all cases. Atoms of one label that
takes one value (complaint is yes or no) exclude each other; words, handles and the like are free.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from ascolta.core.etiquette import Action, Rule
from ascolta.core.label import MANY, VOCABULARY
from ascolta.core.query import And, Field, Not, Or, Query, leaves

MAX_CASES = 1 << 16
SINGLE = frozenset({name for name in VOCABULARY if name not in MANY} | {"network", "lang"})
SPEAKING = frozenset({Action.REPLY, Action.CARE})

Case = frozenset[Query]
"""The atoms that are true; all others are false."""


def unreachable(rules: tuple[Rule, ...]) -> list[tuple[Rule, list[Rule]]]:
    """Rules that never decide, each with the rules above that take all its cases (empty: it contradicts itself).

    A rule with too many atoms to try is left out of the answer.
    """
    found = []
    for place, rule in enumerate(rules):
        above = list(rules[:place])
        cases = _cases([rule, *above])
        if cases is None:
            continue
        fitting = [case for case in cases if _true(rule.when, case)]
        if all(any(_true(other.when, case) for other in above) for case in fitting):
            takers = [other for other in above if any(_true(other.when, case) for case in fitting)]
            found.append((rule, takers))
    return found


def speaks_before_refusal(rules: tuple[Rule, ...]) -> list[tuple[Rule, Rule]]:
    """Pairs of a rule that lets the brand speak and a later one that forbids it, where both can fit one post."""
    found = []
    for place, refusal in enumerate(rules):
        if refusal.then in SPEAKING:
            continue
        for speaking in rules[:place]:
            if speaking.then in SPEAKING:
                cases = _cases([speaking, refusal])
                if cases and any(_true(speaking.when, c) and _true(refusal.when, c) for c in cases):
                    found.append((speaking, refusal))
    return found


def decides(rules: tuple[Rule, ...], place: int, also: Query) -> bool:
    """Whether the rule at a place decides some post for which `also` holds; False if too many cases would be tried."""
    rule = rules[place]
    asked = replace(rule, when=And((rule.when, also)))
    cases = _cases([asked, *rules[:place]])
    return cases is not None and any(
        _true(asked.when, case) and not any(_true(other.when, case) for other in rules[:place]) for case in cases
    )


def _cases(rules: list[Rule]) -> list[Case] | None:
    atoms = list(dict.fromkeys(leaf for rule in rules for leaf in leaves(rule.when)))
    choices = list(_choices(atoms))
    size = 1
    for choice in choices:
        size *= len(choice)
    return [frozenset().union(*case) for case in product(*choices)] if size <= MAX_CASES else None


def _choices(atoms: list[Query]) -> Iterator[list[Case]]:
    groups: dict[str, list[Query]] = {}
    for atom in atoms:
        if isinstance(atom, Field) and atom.name in SINGLE:
            groups.setdefault(atom.name, []).append(atom)
        else:
            yield [frozenset(), frozenset({atom})]
    for name, group in groups.items():
        whole = len(group) == len(VOCABULARY.get(name, ())) > 0
        yield [*(frozenset({atom}) for atom in group), *([] if whole else [frozenset[Query]()])]


def _true(query: Query, case: Case) -> bool:
    match query:
        case And(parts):
            return all(_true(part, case) for part in parts)
        case Or(parts):
            return any(_true(part, case) for part in parts)
        case Not(part):
            return not _true(part, case)
    return query in case
