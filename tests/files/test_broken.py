"""Deliberately broken files, each with the one sentence that `ascolta check` must say."""

from pathlib import Path

import pytest

from ascolta.errors import FileError
from ascolta.files.check import check
from ascolta.labels import label

BRAND = "brand: acme\nname: Acme Air\nhandles: ['@acmeair']\n"
QUERIES = "queries:\n  - name: name\n    find: acme OR @acmeair\n"
RULES = (
    "etiquette: acme\nrules:\n  - name: a\n    when: addressed:yes\n    then: reply\n    why: they asked\n"
    "    approve: two\n"
)
PLAN = "plan: p\ntitle: P\nowner: me\nsteps:\n  - step: s\n    who: w\n    do: d\n    within: 5 min\n"

BROKEN = {
    "unknown key in a rule": (
        {"etiquette.yaml": RULES.replace("    when:", "    wen:")},
        "etiquette.yaml:4: unknown key 'wen', did you mean 'when'?",
    ),
    "rule without then": (
        {"etiquette.yaml": RULES.replace("    then: reply\n", "")},
        "etiquette.yaml:3: item 1 of 'rules' has no 'then'; add it",
    ),
    "unknown action": (
        {"etiquette.yaml": RULES.replace("then: reply", "then: replay")},
        (
            "etiquette.yaml:5: 'then' cannot be 'replay', did you mean 'reply'?; "
            "expected one of reply, care, handover, silence"
        ),
    ),
    "unknown field in when": (
        {"etiquette.yaml": RULES.replace("addressed:yes", "adressed:yes")},
        (
            "etiquette.yaml:4: 'when', column 1: unknown field 'adressed:', did you mean 'addressed'?; "
            "to find words, put them in quotation marks"
        ),
    ),
    "topic without words": (
        {"brand.yaml": BRAND + "topics:\n  - name: refunds\n"},
        "brand.yaml:5: the topic 'refunds' has neither 'words' nor 'like'; say which words tell it, or give examples",
    ),
    "topic that may not be one": (
        {"brand.yaml": BRAND + "topics:\n  - name: health\n    words: [ill]\n"},
        "brand.yaml:5: 'health' is a matter that is never a topic; choose what the brand itself does",
    ),
    "topic word without a letter": (
        {"brand.yaml": BRAND + "topics:\n  - name: refunds\n    words: ['*']\n"},
        "brand.yaml:6: '*' holds no word; write a word or a phrase, such as refund* or money back",
    ),
    "topic twice": (
        {"brand.yaml": BRAND + "topics:\n  - {name: bags, words: [bag]}\n  - {name: bags, words: [case]}\n"},
        "brand.yaml:6: there is a topic 'bags' already; keep one",
    ),
    "label that cannot be moved": (
        {"brand.yaml": BRAND + "labels: {zzz: 0.5}\n"},
        "brand.yaml:4: unknown key 'zzz'; known are addressed, complaint, offensive",
    ),
    "label said never": (
        {"brand.yaml": BRAND + "labels: {addressed: 1.5}\n"},
        "brand.yaml:4: 'addressed' must be between 0.01 and 0.99",
    ),
    "bracket never closed, in a block": (
        {
            "etiquette.yaml": RULES.replace(
                "when: addressed:yes", "when: |\n      addressed:yes\n      (complaint:yes OR spam"
            )
        },
        "etiquette.yaml:6: 'when', column 15: '(' is never closed; expected ')' at the end",
    ),
    "two rules of one name": (
        {"etiquette.yaml": RULES + RULES.split("rules:\n")[1]},
        "etiquette.yaml:8: rule 'a' stands twice (first at line 3); give one another name",
    ),
    "sensitive matters answered": (
        {"etiquette.yaml": RULES.replace("addressed:yes", "sensitive:health")},
        (
            "etiquette.yaml:5: sensitive matters may lead to handover or silence only: "
            "networks and the law forbid anything else"
        ),
    ),
    "approve by three": (
        {"etiquette.yaml": RULES.replace("two", "three")},
        "etiquette.yaml:7: 'approve' cannot be 'three'; expected one of one, two, 1, 2",
    ),
    "rules are no list": (
        {"etiquette.yaml": "etiquette: acme\nrules: none\n"},
        "etiquette.yaml:2: 'rules' must be a list; begin each item with '- '",
    ),
    "an alert in an etiquette": (
        {"etiquette.yaml": RULES.replace("addressed:yes", "stream:complaint")},
        "etiquette.yaml:4: 'when', an etiquette cannot ask about alerts (stream:, state:); plans can",
    ),
    "empty etiquette": ({"etiquette.yaml": "# nothing\n"}, "etiquette.yaml:1: is empty; write the etiquette in it"),
    "tabs": (
        {"etiquette.yaml": "etiquette: acme\nrules:\n\t- name: a\n"},
        "etiquette.yaml:3: is not YAML: found character 'a tab' that cannot start any token; indent with spaces",
    ),
    "quotation mark never closed": (
        {"queries.yaml": "queries:\n  - name: 'a\n    find: acme\n"},
        "queries.yaml:4: is not YAML: found unexpected end of stream; look at indentation, colons and quotation marks",
    ),
    "not UTF-8": ({"queries.yaml": b"queries:\n  - name: \xff\n"}, "queries.yaml:2: is not UTF-8; save it as UTF-8"),
    "an alias": (
        {"queries.yaml": "queries: &a\n  - name: x\n    find: *a\n"},
        "queries.yaml:1: aliases (& and *) are not understood; write it out",
    ),
    "a key twice": (
        {"brand.yaml": BRAND + "name: Other\n"},
        "brand.yaml:4: 'name' stands twice; keep one",
    ),
    "a label in a stored query": (
        {"queries.yaml": QUERIES.replace("acme OR", "complaint:yes OR")},
        "queries.yaml:3: 'find', complaint: is known only after a post was found; ask about it in etiquette.yaml",
    ),
    "a handle with a blank": (
        {"brand.yaml": BRAND.replace("@acmeair", "@acme air")},
        "brand.yaml:3: 'handles', '@acme air' is no account; write it as in '@acmeair' (with quotation marks)",
    ),
    "a brand called in capitals": (
        {"brand.yaml": BRAND.replace("brand: acme", "brand: Acme Air")},
        "brand.yaml:1: 'brand' is a short name of small letters, digits and hyphens, such as acme-air",
    ),
    "kept too long": (
        {"brand.yaml": BRAND + "retention: {sealed: 30 d}\n"},
        "brand.yaml:4: 'sealed' can be 72 hours at the most: what is not needed is not kept",
    ),
    "no length of time": (
        {"brand.yaml": BRAND + "retention: {open: long}\n"},
        "brand.yaml:4: 'open' must be a length of time, such as 90 s, 15 min, 2 h or 30 d",
    ),
    "a limit that is no number": (
        {"brand.yaml": BRAND + "limits: {an_hour: many}\n"},
        "brand.yaml:4: 'an_hour' must be a number",
    ),
    "a plan without steps": (
        {"plans/p.yaml": PLAN.split("steps:")[0] + "steps: []\n"},
        "plans/p.yaml:4: the plan has no steps; add what to do first",
    ),
    "a plan that asks about posts": (
        {"plans/p.yaml": PLAN.replace("owner: me", "owner: me\nwhen: complaint:yes")},
        (
            "plans/p.yaml:4: 'when', a plan can ask about stream:, state:, topic:, brand:, grade:, organised:, "
            "brands:, once_in_days:, count:, peak:, doubling:, complaints:, negatives:, copies: of an alert only"
        ),
    ),
    "no queries at all": (
        {"queries.yaml": "queries: []\n"},
        "queries.yaml:1: there are no queries; without one nothing is found",
    ),
    "deep nesting": (
        {"queries.yaml": "queries: " + "[" * 3_000 + "]" * 3_000},
        "queries.yaml:1: is nested deeper than 20; simplify it",
    ),
    "no queries file": (
        {"queries.yaml": None},
        "queries.yaml: there is no such file; `ascolta init FOLDER` writes one to begin with",
    ),
}


def folder(path: Path, changed: dict[str, str | bytes | None]) -> Path:
    """A brand's folder with some of its files changed; None takes one out."""
    files: dict[str, str | bytes | None] = {
        "brand.yaml": BRAND,
        "queries.yaml": QUERIES,
        "etiquette.yaml": RULES,
        "plans/p.yaml": PLAN,
        **changed,
    }
    for name, content in files.items():
        if content is not None:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(("changed", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_gives_its_sentence(
    tmp_path: Path, changed: dict[str, str | bytes | None], sentence: str
) -> None:
    """The sentence names file and line, says what is wrong, and what to do."""
    with pytest.raises(FileError) as caught:
        check(folder(tmp_path, changed), label)
    assert str(caught.value) == f"{tmp_path}/{sentence}"


FOUND = {
    "a sound folder": ({}, []),
    "fits that does not fit": (
        {"etiquette.yaml": RULES + "    fits: ['flying acme today']\n"},
        [("error", "rule 'a' should fit «flying acme today», but no rule fits")],
    ),
    "spares that fits": (
        {"etiquette.yaml": RULES + "    spares: ['@acmeair where is my bag?']\n"},
        [("error", "rule 'a' should spare «@acmeair where is my bag?», but it fits")],
    ),
    "a rule that cannot be reached": (
        {
            "etiquette.yaml": RULES
            + RULES.split("rules:\n")[1].replace("name: a", "name: b").replace(":yes", ":yes complaint:yes")
        },
        [("error", "rule 'b' can never be reached: 'a' above it already decides all that it fits")],
    ),
    "a rule that contradicts itself": (
        {"etiquette.yaml": RULES.replace("addressed:yes", "addressed:yes addressed:no")},
        [("error", "rule 'a' can never be reached: no post can fit it")],
    ),
    "speaking above a ban": (
        {"etiquette.yaml": RULES + "  - {name: b, when: 'offensive:yes', then: silence, why: no}\n"},
        [
            (
                "warning",
                (
                    "rule 'b' (silence) stands below 'a' (reply), which speaks first where both fit; "
                    "move it up if it should hold there too"
                ),
            )
        ],
    ),
    "a query asked of every post": (
        {"queries.yaml": QUERIES + "  - name: slow\n    find: lang:es\n"},
        [("warning", "query 'slow' is asked of every post; add a word that a post must contain")],
    ),
    "the same query twice": (
        {"queries.yaml": QUERIES + "  - name: again\n    find: ACME or @acmeair\n".replace("or", "OR")},
        [("warning", "query 'again' finds the same as 'name'; keep one")],
    ),
    "no plan for complaints": (
        {"plans/p.yaml": PLAN.replace("owner: me", "owner: me\nwhen: stream:all")},
        [("warning", "no plan fits an alert on complaints; write one in plans/, with when: stream:complaint")],
    ),
    "steps out of order": (
        {"plans/p.yaml": PLAN + "  - {step: t, who: w, do: d, within: 90 s}\n"},
        [("warning", "plan 'p': step 't' is due before 's', which stands above it")],
    ),
}


@pytest.mark.parametrize(("changed", "problems"), FOUND.values(), ids=FOUND)
def test_check_finds_what_its_author_did_not_mean(
    tmp_path: Path, changed: dict[str, str | bytes | None], problems: list[tuple[str, str]]
) -> None:
    """Each kind of problem is found, and nothing is found in a sound folder."""
    report = check(folder(tmp_path, changed), label)
    assert [(problem.severity, problem.message) for problem in report.problems] == problems
