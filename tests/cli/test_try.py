"""suggest, try and teach, as their user meets them."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ascolta.core.parse import parse
from ascolta.core.post import Post
from ascolta.core.shelf import Shelf
from ascolta.core.text import fold
from ascolta.core.view import View, holds
from tests.cli.running import ACME, DAY, Said
from tests.conftest import ROOT
from tests.core.test_teach import BRAND, FRUIT

HOSTILE: list[dict[str, object]] = [
    {"id": "1", "text": "acme \x1b[31mred\x1b[0m and \u202eright to left", "author": "ann_secret"},
    {
        "id": "2\x1b[2J",
        "text": "ACME [bold]markup[/] :smile: \u2066acme",
        "author": {"handle": "bob", "name": "Bob Secret"},
    },
    {"id": "3", "text": "soup"},
    {"id": "4", "text": "x" * 5_000 + " acme " + "y" * 5_000},
    {"id": "5", "text": "a\u0301cme ﬁne Straße"},
]


def run(command: str, *words: str | Path, stdin: str = "", colour: bool = False) -> Said:
    """One command; a traceback is never an answer."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", "PYTHONUTF8": "1"}
    environment |= {"FORCE_COLOR": "1", "TERM": "xterm-256color"} if colour else {}
    called = [sys.executable, "-m", "ascolta", command, *map(str, words)]
    ended = subprocess.run(called, input=stdin.encode(), capture_output=True, env=environment, timeout=120)
    said = Said(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    assert "Traceback" not in said.err, said.err
    return said


def lines(posts: list[dict[str, object]]) -> str:
    return "".join(json.dumps(post) + "\n" for post in posts)


def test_try_counts_what_the_query_finds() -> None:
    """Posts read and found, each term's share of it, and a sample that the query holds for, as scripts read it."""
    said = run("try", "acme NEAR/9 (gate OR flight) NOT anvil", DAY, "--json", "-n", "25").json
    posts = [json.loads(line) for line in DAY.read_text(encoding="utf-8").splitlines()]
    query = parse(said["query"])
    views = [View(Post(id=post["id"], content=post["text"])) for post in posts if "text" in post]
    assert said["read"] == len(views)
    assert said["found"] == sum(holds(query, view) for view in views)
    assert said["share"] == pytest.approx(said["found"] / said["read"], abs=1e-5)
    terms = {term["term"]: term for term in said["terms"]}
    assert list(terms) == ["acme", "gate", "flight", "anvil"]
    assert terms["acme"]["only"] == said["found"]
    assert terms["acme"]["posts"] == sum(holds(parse("acme"), view) for view in views)
    assert len({post["id"] for post in said["sample"]}) == 25
    for post in said["sample"]:
        assert holds(query, View(Post(id=post["id"], content=post["text"])))
        assert {fold(post["text"][start:end]) for start, end in post["marks"]} <= {"acme", "gate", "flight"}


def test_a_sample_is_spread_and_always_the_same() -> None:
    """Two runs show the same posts, from all over the file; --first shows those at its beginning."""
    one, other = (run("try", "acme", DAY, "--json", "-n", "8").json["sample"] for _ in range(2))
    first = run("try", "acme", DAY, "--json", "-n", "8", "--first").json["sample"]
    assert one == other
    numbers, begin = ([int(post["id"][1:]) for post in posts] for posts in (one, first))
    assert numbers == sorted(numbers)
    assert numbers[-1] - numbers[0] > 1_000
    assert begin[-1] < numbers[1]
    assert "sample of" not in run("try", "acme", DAY, "-n", "0").out


def test_hostile_posts_are_shown_and_not_obeyed() -> None:
    """Control characters, direction marks, markup and long posts do no harm, and no author is printed."""
    said = run("try", "acme", stdin=lines(HOSTILE))
    assert said.code == 0
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out
    assert "«acme» \\u001b[31mred" in said.out
    assert "«ACME» [bold]markup[/] :smile: \\u2066«acme»" in said.out
    assert "«a\u0301cme» ﬁne" in said.out
    assert "ecret" not in said.out
    assert max(map(len, said.out.splitlines())) < 600
    assert "… " in said.out


def test_on_a_terminal_words_are_bold() -> None:
    """Where there is colour, the words are bold and underlined instead of between marks."""
    said = run("try", "acme", stdin=lines(HOSTILE[-1:]), colour=True)
    assert "\x1b[1;4ma\u0301cme\x1b[0m" in said.out
    assert "«" not in said.out


def test_try_says_what_is_wrong() -> None:
    """No query, a broken query, a file that is not there and - beside --live end with exit code 2 and a sentence."""
    assert "needs a query" in run("try").err
    for command in ("try", "match"):
        late = run(command, "acme polarity:negative", DAY)
        assert (late.code, late.out) == (2, "")
        assert "polarity: is known only after a post was found" in late.err
    broken = run("try", 'acme OR "', DAY)
    assert (broken.code, broken.err.splitlines()[-1].strip()) == (2, "^")
    for words in (("acme", "nowhere.jsonl"), ("--live", "nowhere.jsonl"), ("--live", "-")):
        said = run("try", *words)
        assert said.code == 2
        assert said.err.count("\n") <= 2


def test_an_empty_stream_is_tried_calmly() -> None:
    """No posts, no share, exit code 0."""
    said = run("try", "acme", "--json")
    assert said.code == 0
    assert (said.json["read"], said.json["found"], said.json["share"]) == (0, 0, None)


def test_a_line_that_cannot_be_read_is_set_aside() -> None:
    """Everything else is tried, and the exit code says that something was wrong."""
    said = run("try", "acme", "--json", stdin='{"id":"1","text":"acme"}\nnot json\n')
    assert said.code == 2
    assert said.json["found"] == 1


def test_live_answers_each_line() -> None:
    """Each line is a query to the same posts; a broken one is told; with no file it is the example's day."""
    said = run("try", "--live", "--json", stdin='acme\n\n"broken\nacme gate\n')
    assert said.code == 0
    assert "example brand's day" in said.err
    assert "never closed" in said.err
    both = [run("try", query, DAY, "--json").json for query in ("acme", "acme gate")]
    assert [(one["query"], one["found"], one["terms"]) for one in said.lines] == [
        (one["query"], one["found"], one["terms"]) for one in both
    ]


def test_a_second_query_over_ten_thousand_posts_is_fast() -> None:
    """With the posts in memory, a query not asked before is answered with its tally, not by reading all posts anew."""
    texts = [f"{text} number {row} of many, gate {row % 50}" for row in range(160) for text in BRAND + FRUIT][:10_000]
    shelf = Shelf(View(Post(id=str(row), content=text)) for row, text in enumerate(texts))
    times = []
    for number in range(5):
        query = parse(f"apple NEAR/{6 + number} (phone OR scree* OR battery OR orchard~1) NOT (cake OR gate{number})")
        began = time.process_time()
        found = shelf.find(query)
        shelf.tally(query)
        times.append(time.process_time() - began)
        assert found
    assert min(times) < 2, times


def test_suggest_prints_a_query_with_reasons() -> None:
    """What suggest prints for the example brand can be read, tried, and finds most of what the brand's queries find."""
    said = run("suggest", "--brand", ACME, "--posts", DAY)
    told = run("suggest", "--brand", ACME, "--posts", DAY, "--json").json
    assert said.code == 0
    assert str(parse(said.out)) == told["query"]
    assert said.out == told["text"] + "\n"
    assert all(part["why"] and parse(part["query"]) for part in told["parts"])
    assert run("try", said.out, DAY, "--json").json["found"] == told["found"] > 900


def test_suggest_says_what_is_wrong() -> None:
    """Without a name or a folder, and with a folder that is not there, suggest ends with exit code 2."""
    assert run("suggest").code == 2
    assert run("suggest", "!!!").code == 2
    gone = run("suggest", "Acme", "--brand", "nowhere")
    assert gone.code == 2
    assert "nowhere" in gone.err
    assert parse(run("suggest", "Lunaro Jets").out)


@pytest.fixture
def apples(tmp_path: Path) -> Path:
    """The posts about two kinds of apple, in a file: a0… is ours, b0… is not."""
    posts: list[dict[str, object]] = [
        {"id": f"{kind}{row}", "text": text, "author": f"u{kind}{row}"}
        for kind, texts in (("a", BRAND), ("b", FRUIT))
        for row, text in enumerate(texts)
    ]
    path = tmp_path / "apples.jsonl"
    path.write_text(lines([*posts, {"id": "c", "text": "pears only"}]), encoding="utf-8")
    return path


def ids(kind: str) -> str:
    return ",".join(f"{kind}{row}" for row in range(1, 32, 3))


def test_teach_proposes_a_query_with_its_figures(apples: Path) -> None:
    """The printed text is a query; the figures before and after, of examples left out and of all posts are told."""
    said = run("teach", "apple", apples, "--yes", ids("a"), "--no", ids("b"))
    told = run("teach", "apple", apples, "--yes", ids("a"), "--no", ids("b"), "--json").json
    assert said.code == 0
    assert str(parse(said.out)) == told["query"]
    assert told["read"] == 65
    assert told["before"] == {"query": "apple", "found": 64, "precision": 0.5, "recall": 1}
    assert told["after"]["precision"] > 0.7
    assert told["after"]["found"] == run("try", told["query"], apples, "--json").json["found"]
    assert told["left_out"]["parts"] == 22
    assert told["added"]
    assert "it has not seen" in said.out
    assert said.out.count("\n// ") >= 2 + len(told["added"])


def test_marks_may_stand_in_files(apples: Path, tmp_path: Path) -> None:
    """Ids in a file and lines of marks teach the same as ids on the command line."""
    (tmp_path / "yes.txt").write_text(ids("a").replace(",", "\n"), encoding="utf-8-sig")
    marks = [{"id": each, "yes": True} for each in ids("a").split(",")]
    marks += [{"id": each, "yes": False} for each in ids("b").split(",")]
    (tmp_path / "marks.jsonl").write_text(lines(marks), encoding="utf-8-sig")
    plain = run("teach", "apple", apples, "--yes", ids("a"), "--no", ids("b"))
    assert run("teach", "apple", apples, "--yes", tmp_path / "yes.txt", "--no", ids("b")).out == plain.out
    assert run("teach", "apple", apples, "--marked", tmp_path / "marks.jsonl").out == plain.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--yes", "a1"), "--no"),
        (("--yes", "a1,b2", "--no", "b2"), "both yes and no"),
        (("--yes", "a1", "--no", "zz9"), "zz9"),
        (("--marked", "nowhere.jsonl"), "nowhere.jsonl"),
    ],
)
def test_teach_says_what_is_wrong_with_marks(apples: Path, words: tuple[str, ...], expected: str) -> None:
    """Marks that are missing, contradict each other or name no post end with one sentence and exit code 2."""
    said = run("teach", "apple", apples, *words)
    assert said.code == 2
    assert said.out == ""
    assert expected in said.err


def test_a_broken_line_of_marks_is_named(apples: Path, tmp_path: Path) -> None:
    """The file and the line of a mark that cannot be read are told."""
    (tmp_path / "m.jsonl").write_text('{"id": "a1", "yes": true}\n{"id": "a2"}\n', encoding="utf-8")
    said = run("teach", "apple", apples, "--marked", tmp_path / "m.jsonl")
    assert said.code == 2
    assert "m.jsonl:2: " in said.err


def test_few_marks_are_called_few_and_the_next_are_named(apples: Path) -> None:
    """With fewer than ten examples it is said how sure the figures are, and which posts are best marked next."""
    yes, no = "a1,a7,a13,a19", "b1,b7,b13,b19"
    said = run("teach", "apple", apples, "--yes", yes, "--no", no)
    told = run("teach", "apple", apples, "--yes", yes, "--no", no, "--json").json
    assert "it has not seen" in said.out or "nothing was added" in said.out
    assert f"// mark next, as it is least clear what they are: {', '.join(told['mark_next'])}\n" in said.out
    assert len(told["mark_next"]) == 5
    assert not set(told["mark_next"]) & set(f"{yes},{no}".split(","))
    one = run("teach", "apple", apples, "--yes", "a1", "--no", "b1")
    assert "mark at least two posts of each kind" in one.out
    assert str(parse(one.out)) == "apple"


def test_teach_knows_the_signs_of_a_folder(apples: Path) -> None:
    """A brand's folder is read for what it asks for; a folder of several brands is refused with one sentence."""
    said = run("teach", "acme", DAY, "--yes", "a0021,a0035,a0049", "--no", "a0100,a1436,a0177", "--brand", ACME)
    assert said.code == 0
    assert parse(said.out)
    many = run("teach", "apple", apples, "--yes", "a1,a2", "--no", "b1,b2", "--brand", ROOT / "bench" / "airlines")
    assert many.code == 2
    assert "--brand" in many.err


def test_a_mistake_in_a_long_query_is_shown_without_all_of_it(apples: Path) -> None:
    """Of a very long line only what stands around the mistake is printed."""
    said = run("try", "a " * 60_000, apples)
    assert said.code == 2
    assert "100,000 characters" in said.err
    assert len(said.err) < 1_000


def test_hidden_tag_characters_are_shown_as_codes(tmp_path: Path) -> None:
    """Characters that nobody sees cannot hide words in what is printed; a flag that is made of them stays."""
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    posts: list[dict[str, object]] = [{"id": "1", "text": f"acme \U000e0041\U000e0042 {flag}"}]
    (tmp_path / "p.jsonl").write_text(lines(posts), encoding="utf-8")
    said = run("try", "acme", tmp_path / "p.jsonl").out
    assert "\\U000e0041\\U000e0042" in said
    assert "\U000e0041" not in said
    assert flag in said
