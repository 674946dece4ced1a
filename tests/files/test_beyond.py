"""`ascolta check` says where a brand's files ask for more than its networks allow, and only there."""

import json
from pathlib import Path

import pytest

from ascolta.errors import FileError
from ascolta.files.check import check
from ascolta.labels import label
from tests.cli.running import ascolta
from tests.files.test_broken import BRAND, folder


def rules(*said: tuple[str, str]) -> str:
    """An etiquette file of rules a, b, c … given by `when` and `then`; each takes four lines, the first from line 3."""
    lines = ["etiquette: acme", "rules:"]
    for name, (when, then) in zip("abcdef", said, strict=False):
        lines += [f"  - name: {name}", f"    when: {when}", f"    then: {then}", "    why: because"]
    return "\n".join(lines) + "\n"


def sources(*networks: str, more: str = "") -> str:
    """A brand.yaml with a rehearsal that brings posts of these networks."""
    said = f"    networks: [{', '.join(networks)}]\n" if networks else ""
    return f"{BRAND}sources:\n  - file: day.jsonl\n    rehearsal: true\n{said}{more}"


UNASKED = "also fits posts that do not speak to the brand"
CARE = "(care) also fits posts of "

FOUND = {
    "a reply to a network": ([("addressed:yes OR network:mastodon", "reply")], BRAND, [(3, "error", UNASKED)]),
    "a reply to complaints": ([("complaint:yes", "reply")], BRAND, [(3, "error", UNASKED)]),
    "a handover of grief": ([("sensitive:bereavement", "handover")], BRAND, [(3, "error", UNASKED)]),
    "a reply to words": ([("refund NEAR/3 now", "reply")], BRAND, [(3, "error", UNASKED)]),
    "what was not addressed is taken by a rule above": (
        [("addressed:no NOT is:reply", "silence"), ("complaint:yes NOT is:reply", "reply")],
        BRAND,
        [],
    ),
    "a rule above takes only a part": (
        [("addressed:no is:reply", "silence"), ("complaint:yes", "reply")],
        BRAND,
        [(7, "error", UNASKED)],
    ),
    "spoken to": ([("complaint:yes addressed:yes", "reply"), ("addressed:yes", "handover")], BRAND, []),
    "spoken to, said in a roundabout way": ([("NOT (addressed:no OR complaint:no)", "reply")], BRAND, []),
    "silence": ([("complaint:yes", "silence")], sources("bluesky"), []),
    "on a network that is not heard": ([("addressed:yes OR network:mastodon", "reply")], sources("x"), []),
    "on a network that is heard": (
        [("addressed:yes OR network:mastodon", "reply")],
        sources("x", "mastodon"),
        [(3, "error", UNASKED)],
    ),
    "care where no network is named": (
        [("complaint:yes", "care")],
        BRAND,
        [(3, "warning", CARE + "bluesky, facebook, instagram, reddit, where it becomes silence: Bluesky lets")],
    ),
    "care where it is forbidden": (
        [("complaint:yes", "care")],
        sources("x", "bluesky"),
        [
            (
                3,
                "error",
                CARE + "bluesky, where it becomes silence: Bluesky lets a brand speak only when it is tagged; so",
            )
        ],
    ),
    "care on a network that is not known": (
        [("complaint:yes", "care")],
        sources("blog"),
        [(3, "error", CARE + "blog, where it becomes silence: nobody is approached unasked where we do not know")],
    ),
    "care where it is allowed": ([("complaint:yes", "care")], sources("x", "mastodon", "file"), []),
    "care, kept out": ([("complaint:yes NOT network:bluesky", "care")], sources("x", "bluesky"), []),
    "care, for another network": ([("complaint:yes network:x", "care")], sources("x", "bluesky"), []),
    "care, taken above": (
        [("network:bluesky addressed:no", "silence"), ("complaint:yes", "care")],
        sources("x", "bluesky"),
        [],
    ),
    "care where we were spoken to": ([("complaint:yes addressed:yes", "care")], sources("bluesky"), []),
}


@pytest.mark.parametrize(("said", "brand", "told"), FOUND.values(), ids=FOUND)
def test_check_says_what_is_asked_too_much(
    tmp_path: Path, said: list[tuple[str, str]], brand: str, told: list[tuple[int, str, str]]
) -> None:
    """Each finding stands at the line of its rule, with what to do; nothing else is told."""
    folder(tmp_path, {"etiquette.yaml": rules(*said), "brand.yaml": brand})
    found = [one for one in check(tmp_path, label).problems if UNASKED in one.message or CARE in one.message]
    assert [(one.line, one.severity) for one in found] == [(line, severity) for line, severity, _ in told]
    for problem, (_, _, part) in zip(found, told, strict=True):
        assert part in problem.message
        assert Path(problem.path).name == "etiquette.yaml"


NEVER = {
    "a reply to what was not said to us": ("addressed:no complaint:yes", "reply", "'reply' is for posts that speak to"),
    "a handover of it": ("sensitive:health NOT addressed:yes", "handover", "'handover' is for posts that speak to"),
    "care on Bluesky": ("addressed:no network:bluesky", "care", "'care' is for networks on which a person may help"),
    "care on two such networks": (
        "addressed:no complaint:yes (network:facebook OR network:nowhere)",
        "care",
        "(care is possible on x, mastodon, activitypub, youtube, googleplay, wordpress, file)",
    ),
}


@pytest.mark.parametrize(("when", "then", "sentence"), NEVER.values(), ids=NEVER)
def test_what_no_network_ever_allows_is_refused(tmp_path: Path, when: str, then: str, sentence: str) -> None:
    """Such a rule does not even load: one sentence with file and line, exit code 2."""
    folder(tmp_path, {"etiquette.yaml": rules((when, then))})
    with pytest.raises(FileError) as caught:
        check(tmp_path, label)
    assert str(caught.value).startswith(f"{tmp_path}/etiquette.yaml:5: ")
    assert sentence in str(caught.value)
    assert ascolta("check", tmp_path).code == 2


def test_settings_beyond_a_network_are_told(tmp_path: Path) -> None:
    """What a network shortens is a warning at the line of the setting, and only if it is written there."""
    more = "retention:\n  open: 30 d\n  sealed: 24 h\nlimits: {a_person_a_day: 5}\n"
    folder(tmp_path, {"brand.yaml": sources("x", "reddit", more=more), "day.jsonl": ""})
    found = [(one.line, one.severity, one.message) for one in check(tmp_path, label).problems]
    assert [(line, severity) for line, severity, _ in found] == [(9, "warning"), (11, "warning"), (11, "warning")]
    assert found[0][2].startswith("'open' is 720 h, but posts of reddit go after 48 h: Reddit advises")
    assert found[1][2].startswith("'a_person_a_day' is 5, but on reddit it is 1: ")
    assert found[2][2].startswith("'a_person_a_day' is 5, but on x it is 3: ")
    folder(tmp_path, {"brand.yaml": sources("x", "reddit")})
    assert check(tmp_path, label).problems == ()


def test_the_command_ends_with_one_and_says_the_line(tmp_path: Path) -> None:
    """`ascolta check` prints file, line and what to do."""
    folder(tmp_path, {"etiquette.yaml": rules(("addressed:yes OR network:mastodon", "reply"))})
    said = ascolta("check", tmp_path)
    assert said.code == 1
    assert said.err.startswith(f"{tmp_path}/etiquette.yaml:3: error: rule 'a' (reply) {UNASKED}")
    assert "put addressed:yes before all of its 'when'" in said.err


def test_explain_says_that_the_network_forbids_it(tmp_path: Path) -> None:
    """The rule that fitted, the decision that came of it, and why it is less than the rule asked for."""
    folder(tmp_path, {"etiquette.yaml": rules(("complaint:yes", "care"))})
    post = {"id": "p7", "text": "three weeks and still no refund. never again acme", "network": "bluesky"}
    (tmp_path / "posts.jsonl").write_text(json.dumps(post) + "\n", encoding="utf-8")
    said = ascolta("explain", "p7", tmp_path / "posts.jsonl", "--brand", tmp_path)
    assert said.code == 0
    assert "✓ a: complaint:yes" in said.out
    assert "silence by a" in said.out
    assert "because. But Bluesky lets a brand speak only when it is tagged, so we keep silent." in said.out
