"""queries.yaml: sub-queries, queries in files of their own, and where in a file a finding stands."""

import re
import shlex
import time
import tracemalloc
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.lint import lint
from ascolta.core.parse import parse
from ascolta.errors import FileError, QueryError
from ascolta.files.brands import load_brands
from ascolta.files.check import check
from ascolta.files.queries import load_queries, read_queries
from ascolta.files.reading import Value
from ascolta.labels import label
from tests.cli.running import ascolta
from tests.conftest import ROOT
from tests.files.test_broken import QUERIES, folder


def queries(path: Path, terms: str, find: str = "acme @@air", **files: str) -> Path:
    """A queries.yaml with a section of sub-queries, and files beside it."""
    for name, text in files.items():
        (path / f"{name}.query").write_text(text, encoding="utf-8")
    made = path / "queries.yaml"
    made.write_text(f"terms:\n{terms}queries:\n  - name: name\n    find: {find}\n", encoding="utf-8")
    return made


def test_sub_queries_stand_for_their_text_in_any_order(tmp_path: Path) -> None:
    """@@name is what it stands for, in queries and in other sub-queries, whichever comes first."""
    path = queries(
        tmp_path, "  air: flight OR @@going NOT late\n  going: fly OR flew\n", "acme NEAR/5 @@going OR @@air"
    )
    [query] = load_queries(path)
    assert query.find == parse("acme NEAR/5 (fly OR flew) OR (flight OR fly OR flew NOT late)")


SAID = {
    "an unknown name": (
        "  air: fly OR @@goin\n  going: flew\n",
        ":2: 'air', column 8: there is no sub-query '@@goin', did you mean 'going'?",
    ),
    "an unknown name in a query": (
        "  sky: fly\n",
        ":5: 'find', column 6: there is no sub-query '@@air'; known are sky",
    ),
    "a circle": (
        "  air: fly OR @@sky\n  sky: late @@wind\n  wind: (@@air)\n",
        ":2: 'air', column 8: sub-queries go round in a circle: @@air → @@sky → @@wind → @@air",
    ),
    "a circle of one": (
        "  air: fly OR @@air\n",
        ":2: 'air', column 8: sub-queries go round in a circle: @@air → @@air",
    ),
    "a mistake in a sub-query": (
        "  air: |\n    fly OR\n    (flew\n",
        ":4: 'air', column 8: '(' is never closed; expected ')' at the end",
    ),
    "a quotation mark never closed": ('  air: fly "@@sky\n', ":2: 'air', column 5: the quotation mark"),
    "a name in capitals": (
        "  Air: fly\n",
        ":2: 'Air' is no name; write small letters, digits and _, such as our_name",
    ),
    "a name that is no text": ("  ? [a]\n  : fly\n", ":2: '["),
    "a name twice": ("  air: fly\n  air: flew\n", ":3: 'air' stands twice; keep one"),
    "a list": ("  - air\n", ":2: 'terms' must be names with values, such as 'name: …'"),
    "an empty sub-query": ("  air:\n", ":2: 'air' is empty; write something or take it out"),
    "a file outside": ("  air: {file: ../air.query}\n", ":2: '../air.query' lies outside of this folder"),
    "a file at the root": ("  air: {file: /etc/hostname}\n", ":2: '/etc/hostname' lies outside of this folder"),
    "no such file": ("  air: {file: air.query}\n", ":2: there is no file 'air.query' beside this one"),
    "a folder": ("  air: {file: .}\n", ":2: there is no file '.' beside this one"),
    "a name of a file that cannot be": ('  air: {file: "a\\0b"}\n', ":2: there is no file"),
    "another key": ("  air: {fill: air.query}\n", ":2: unknown key 'fill', did you mean 'file'?"),
}


@pytest.mark.parametrize(("terms", "sentence"), SAID.values(), ids=SAID)
def test_a_wrong_sub_query_gives_its_sentence(tmp_path: Path, terms: str, sentence: str) -> None:
    """Each mistake is told with file and line, and where there is a column, with a caret."""
    path = queries(tmp_path, terms)
    with pytest.raises(FileError) as caught:
        load_queries(path)
    assert str(caught.value).startswith(f"{path}{sentence}"), caught.value
    assert ("column" in sentence) == isinstance(caught.value, QueryError)


@pytest.mark.parametrize(
    ("find", "hint"),
    [
        ("@acmeair OR acme", "a text that begins with @ stands between ' and '"),
        ('"acme air" OR acme', "a text that begins with a quotation mark stands between ' and '"),
    ],
)
def test_a_query_that_yaml_cannot_read_gets_a_hint(tmp_path: Path, find: str, hint: str) -> None:
    """What is right for us and wrong for YAML is told with the way out."""
    with pytest.raises(FileError, match=rf"queries.yaml:5: is not YAML: .*; {hint}"):
        load_queries(queries(tmp_path, "  air: fly\n", find))


def test_sub_queries_cannot_grow_without_end(tmp_path: Path) -> None:
    """Sub-queries that double each other are refused at their line, soon and in little memory."""
    doubling = "".join(f"  t{place}: '@@t{place + 1} @@t{place + 1}'\n" for place in range(60)) + "  t60: fly\n"
    path = queries(tmp_path, doubling, "acme @@t0")
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(FileError, match=r"queries.yaml:47: 't45', column 7: with its sub-queries .* 20,000 terms"):
        load_queries(path)
    assert time.process_time() - begun < 20
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_all_queries_of_a_file_together_have_an_end_too(tmp_path: Path) -> None:
    """A big sub-query that every query repeats is refused when the file as a whole grows too long."""
    big = " OR ".join(f"w{place}" for place in range(9_000))
    path = queries(tmp_path, f"  big: {big}\n", "acme @@big")
    more = "".join(f"  - {{name: n{place}, find: 'n{place} OR @@big'}}\n" for place in range(200))
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    with pytest.raises(FileError, match=r"queries.yaml:\d+: .* more than 1,000,000 terms; split it"):
        load_queries(path)


def test_sub_queries_are_not_nested_without_end(tmp_path: Path) -> None:
    """A long chain of sub-queries is refused in a sentence, whatever it nests."""
    chain = "".join(f"  t{place}: 'x{place} OR (y @@t{place + 1})'\n" for place in range(900)) + "  t900: fly\n"
    with pytest.raises(FileError, match=r"queries.yaml:\d+: 't\d+', .*nested deeper than 120"):
        load_queries(queries(tmp_path, chain, "acme @@t0"))
    with pytest.raises(FileError, match=r"'find', .*nested deeper than 120"):
        load_queries(queries(tmp_path, "  air: fly\n", "a" + " NOT b OR c" * 2_000))


BIG = '// What people call it.\nacme OR\n  "acme air"\n    OR @@air // and flying\n'


def test_a_query_may_stand_in_a_file_beside(tmp_path: Path) -> None:
    """`find: {file: …}` reads a text file with comments, sub-queries included, whatever ends its lines."""
    for text in (BIG, BIG.replace("\n", "\r\n"), "\ufeff" + BIG):
        path = queries(tmp_path, "  air: {file: more.query}\n", "{file: big.query}", big=text, more="fly OR flew")
        [query] = load_queries(path)
        assert query.find == parse('acme OR "acme air" OR fly OR flew')


@pytest.mark.parametrize(
    ("text", "sentence", "caret"),
    [
        ("acme OR\n  (air OR\n  adressed:yes)\n", ":3: column 3: unknown field 'adressed:'", "  adressed:yes)\n  ^"),
        ("acme OR\n", ":2: column 1: the query ends too early", "\n^"),
        ("acme\nOR @@sky", ":2: column 4: there is no sub-query '@@sky', did you mean 'sky_'?", "OR @@sky\n   ^"),
        ("// nothing\n", ":1: column 1: the query is empty", "// nothing\n^"),
    ],
)
def test_a_mistake_in_a_file_beside_is_told_with_its_own_line(
    tmp_path: Path, text: str, sentence: str, caret: str
) -> None:
    """The message names the query's own file, its line and column; the caret stands below."""
    path = queries(tmp_path, "  sky_: fly\n", "{file: big.query}", big=text)
    with pytest.raises(QueryError) as caught:
        load_queries(path)
    assert str(caught.value).startswith(f"{tmp_path}/big.query{sentence}"), caught.value
    assert caught.value.caret() == caret


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """A symbolic link is where it leads to."""
    inside = tmp_path / "brand"
    inside.mkdir()
    (tmp_path / "secret").write_text("acme", encoding="utf-8")
    (inside / "big.query").symlink_to(tmp_path / "secret")
    (inside / "loop.query").symlink_to(inside / "loop.query")
    with pytest.raises(FileError, match="lies outside of this folder"):
        load_queries(queries(inside, "  a: b\n", "{file: big.query}"))
    with pytest.raises(FileError, match="there is no file"):
        load_queries(queries(inside, "  a: b\n", "{file: loop.query}"))


def test_an_etiquette_takes_no_file(tmp_path: Path) -> None:
    """A rule's `when` is short, and stands where one reads it."""
    rules = "etiquette: acme\nrules:\n  - {name: a, when: {file: x.query}, then: silence, why: w}\n"
    with pytest.raises(FileError, match="'when' must be a text"):
        load_brands(folder(tmp_path, {"etiquette.yaml": rules, "x.query": "acme"}))


STYLES = {
    "plain": "find:   acme OR\n   (sky OR  late:x)\n",
    "single": "find: 'acme OR ''sky'' OR late:x'\n",
    "double": 'find: "acme OR \\"s\\u006by\\" OR\\\n   \\t late:x"\n',
    "block": "find: |\n\n    acme OR\n    sky OR\n    late:x\n",
    "block with a comment": "find: |-  # what is heard\n  acme OR\n    sky OR late:x\n",
    "folded": "find: >\n    acme OR\n    sky OR\n\n    late:x\n",
}


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES)
def test_every_style_of_yaml_knows_its_places(text: str) -> None:
    """Whichever way YAML writes a query, its words are found again in the file."""
    said = Value("f", yaml.compose("# a brand\n" + text).value[0][1], "'find'").said()  # type: ignore[union-attr]
    for word in ("acme", "late"):
        where = said.where(said.text.index(word) + 1)
        assert where.excerpt[where.column - 1 :].startswith(word)
        assert where.excerpt == ("# a brand\n" + text).split("\n")[where.line - 1]
    with pytest.raises(FileError, match="unknown field 'late:'") as caught:
        said.query()
    assert caught.value.line == said.where(said.text.index("late") + 1).line


@given(
    st.text("ab \n\t'\"\\#:é東😀\u00a0", min_size=1, max_size=30).filter(lambda text: text.strip()),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_each_mark_of_a_query_stands_where_the_file_says(text: str, style: str | None, wide: bool) -> None:
    """For any text that YAML writes, each character is found at its place in the file, in order."""
    written = yaml.safe_dump(
        {"find": text}, default_style=style, allow_unicode=True, width=8 if wide else 1_000, indent=4
    )
    node = yaml.compose(written).value[-1][1]  # type: ignore[union-attr]
    said = Value("f", node, "'find'").said()
    places = [said.where(column) for column, char in enumerate(said.text, 1) if not char.isspace()]
    marks = [char for char in said.text if not char.isspace()]
    order = [(place.line, place.column) for place in places]
    assert order == sorted(set(order))
    for place, mark in zip(places, marks, strict=True):
        at = place.excerpt[place.column - 1 :]
        assert at.startswith((mark, "\\")) or (mark == "\u2028"), (written, place, mark)


TOLD = {
    "a part that adds nothing": (
        {"queries.yaml": QUERIES.replace("acme OR @acmeair", "'@acmeair OR acme OR \"acme air\"'")},
        [(3, 32, "warning", "query 'name': '\"acme air\"' adds nothing: 'acme' beside it")],
    ),
    "in a block": (
        {"queries.yaml": "queries:\n  - name: name\n    find: |\n      acme* OR\n        acmeair\n"},
        [
            (
                5,
                9,
                "warning",
                "query 'name': 'acmeair' adds nothing: 'acme*' beside it finds all that it finds; take one",
            )
        ],
    ),
    "nothing can be found": (
        {"queries.yaml": QUERIES.replace("acme OR @acmeair", "'\"acme air\" NOT acme'")},
        [(3, 27, "error", "query 'name': nothing can be found: 'NOT acme' takes away all that '\"acme air\"' finds")],
    ),
    "slow": (
        {"queries.yaml": QUERIES.replace("acme OR @acmeair", "acme OR lang:es")},
        [(3, 19, "warning", "query 'name': 'lang:es' makes the query be asked of every post; join it")],
    ),
    "a hashtag as a comment": (
        {"queries.yaml": QUERIES.replace("acme OR @acmeair", "acme #acmeair")},
        [(3, 16, "warning", "query 'name': YAML takes '#acmeair' for a comment; put the whole query between ' and '")],
    ),
    "a comment": ({"queries.yaml": QUERIES.replace("acme OR @acmeair", "acme # air")}, []),
    "a sub-query of no use": (
        {"queries.yaml": QUERIES + "terms:\n  air: fly\n  sky: '@@air'\n"},
        [
            (5, None, "warning", "sub-query '@@air' is needed by no query; take it out"),
            (6, None, "warning", "sub-query '@@sky' is needed by no query; take it out"),
        ],
    ),
    "within a sub-query, told once": (
        {"queries.yaml": QUERIES.replace("acme OR", "acme @@air OR") + "terms:\n  air: lang:es lang:en\n"},
        [
            (3, 22, "warning", "query 'name': AND (or words side by side) binds tighter than OR here"),
            (5, 16, "error", "sub-query '@@air': nothing can be found: 'lang:es' and 'lang:en' never hold together"),
        ],
    ),
    "a sub-query need not be fast": (
        {"queries.yaml": QUERIES.replace("acme OR @acmeair", "acme @@mine") + "terms:\n  mine: lang:es OR lang:en\n"},
        [],
    ),
    "in a file beside": (
        {
            "queries.yaml": QUERIES.replace("acme OR @acmeair", "{file: big.query}"),
            "big.query": "// all of it\nacme OR\n sky OR acme",
        },
        [(3, 9, "warning", "query 'name': 'acme' stands twice here; keep one")],
    ),
}


@pytest.mark.parametrize(("changed", "told"), TOLD.values(), ids=TOLD)
def test_check_tells_what_is_doubtful_at_its_place(
    tmp_path: Path,
    changed: dict[str, str | bytes | None],
    told: list[tuple[int, int | None, str, str]],
) -> None:
    """Line and column are those of the file, and nothing else is told."""
    found = sorted(check(folder(tmp_path, changed), label).problems, key=lambda problem: problem.line)
    assert [(one.line, one.column, one.severity) for one in found] == [one[:3] for one in told], found
    for problem, (_, _, _, message) in zip(found, told, strict=True):
        assert problem.message.startswith(message)


def test_a_brand_in_a_folder_of_another_name_is_told_by_its_path(tmp_path: Path) -> None:
    """What is found in a folder of brands names the folder, which need not be called as the brand is."""
    folder(tmp_path / "other", {"queries.yaml": QUERIES.replace("acme OR", "acme OR acme OR")})
    [problem] = check(tmp_path, label).problems
    assert problem.path == str(tmp_path / "other" / "queries.yaml")


def test_the_text_of_each_query_is_kept_for_the_linter(tmp_path: Path) -> None:
    """Queries and sub-queries come with their text, and with those that no query needs."""
    known = read_queries(queries(tmp_path, "  air: fly\n  old: @@air\n".replace("@@air", "'@@air'"), "acme @@air"))
    assert (known.said["name"].text, known.terms["old"].text, known.unused) == ("acme @@air", "@@air", ("old",))


def test_check_shows_the_line_with_a_caret(tmp_path: Path) -> None:
    """A finding is one line as compilers write it, then the line of the file, then a caret."""
    folder(tmp_path, {"queries.yaml": QUERIES.replace("acme OR @acmeair", "東京 OR acme* OR acmeair")})
    said = ascolta("check", tmp_path)
    line, excerpt, caret = said.err.splitlines()
    assert said.code == 0
    assert line.startswith(f"{tmp_path}/queries.yaml:3:26: warning: query 'name': 'acmeair' adds nothing")
    assert excerpt == "    find: 東京 OR acme* OR acmeair"
    assert caret == " " * 27 + "^"
    [problem] = ascolta("check", tmp_path, "--json").json["problems"]
    assert {name: problem[name] for name in ("line", "column", "severity", "excerpt")} == {
        "line": 3,
        "column": 26,
        "severity": "warning",
        "excerpt": excerpt,
    }


def test_check_ends_with_one_where_a_query_finds_nothing(tmp_path: Path) -> None:
    """An error of the linter is an error of the folder; what cannot be read ends with two and a caret."""
    folder(tmp_path, {"queries.yaml": QUERIES.replace("acme OR @acmeair", "acme lang:es lang:en")})
    assert ascolta("check", tmp_path).code == 1
    folder(
        tmp_path, {"queries.yaml": QUERIES.replace("acme OR @acmeair", "|\n      acme OR\n      (sky adressed:yes)")}
    )
    said = ascolta("check", tmp_path)
    assert said.code == 2
    message, line, caret = said.err.splitlines()
    assert message.startswith(f"{tmp_path}/queries.yaml:5: 'find', column 14: unknown field 'adressed:'")
    assert (line, caret) == ("(sky adressed:yes)", "     ^")


@pytest.mark.parametrize(
    ("query", "code", "lines"),
    [
        ("acme OR sky", 0, []),
        ("acme OR\n acme", 0, ["line 2, column 2: warning: 'acme' stands twice here; keep one", " acme", " ^"]),
        ("lang:es", 0, ["warning: the query is asked of every post; add a word that a post must contain"]),
        ("acme OR", 2, ["column 8: the query ends too early; expected a word, a phrase or '('", "acme OR", "       ^"]),
        ("acme NOT acme", 1, ["column 10: error: nothing can be found: ", "acme NOT acme", "         ^"]),
        ("acme @@air", 2, ["column 6: there is no sub-query '@@air'; none are defined here", "acme @@air", "     ^"]),
    ],
)
def test_one_query_can_be_looked_at_alone(query: str, code: int, lines: list[str]) -> None:
    """`check --query` needs no folder: 2 for what cannot be read, 1 for what finds nothing, else 0."""
    said = ascolta("check", "--query", query)
    assert said.code == code
    assert len(said.err.splitlines()) == len(lines)
    for told, expected in zip(said.err.splitlines(), lines, strict=True):
        assert told.startswith(expected)


PAGE = (ROOT / "docs" / "author" / "queries.md").read_text(encoding="utf-8")
WARNED = [line.split(" | ") for line in PAGE.partition("| for example |")[2].partition("\n\n")[0].splitlines()[2:]]


def blocks(kind: str) -> list[str]:
    """The examples of one kind on the page for authors."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def test_the_queries_of_the_page_for_authors_are_sound() -> None:
    """Each query shown to authors can be read and finds something; so can each file."""
    shown = [query for block in blocks("query") for query in block.splitlines()]
    assert len(shown) > 20
    for query in [*shown, *blocks("text")]:
        assert [found for found in lint(parse(query), query) if found.severity == "error"] == []


def test_the_files_of_the_page_for_authors_are_sound(tmp_path: Path) -> None:
    """Each queries.yaml shown to authors can be read."""
    (tmp_path / "short-name.query").write_text("acme NEAR/3 air", encoding="utf-8")
    assert len(blocks("yaml")) == 3
    for block in blocks("yaml"):
        (tmp_path / "queries.yaml").write_text(block, encoding="utf-8")
        assert load_queries(tmp_path / "queries.yaml")


def test_what_the_page_for_authors_shows_is_what_is_said() -> None:
    """Each command on the page gives the lines below it."""
    for block in blocks("console"):
        command, _, lines = block.partition("\n")
        said = ascolta(*shlex.split(command)[2:])
        assert said.err + said.out == lines


@pytest.mark.parametrize("row", WARNED, ids=[row[0] for row in WARNED])
def test_what_the_page_says_of_warnings_is_so(row: list[str]) -> None:
    """Each example gets its warning, and what is called better gets none."""
    said, examples, better = row
    pieces = [piece.strip() for part in said.strip("| ").split("…") for piece in part.split(", ")[:1]]
    for query in re.findall("`([^`]+)`", examples):
        messages = [found.message for found in lint(parse(query), query)]
        assert [message for message in messages if all(piece in message for piece in pieces)], messages
    for query in re.findall("`([^`]+)`", better):
        assert lint(parse(query), query) == []


def test_one_query_is_told_as_json() -> None:
    """For scripts the findings are one JSON value; a folder and a query at once are refused."""
    said = ascolta("check", "--query", "acme OR acme", "--json")
    assert said.json == {
        "query": "acme OR acme",
        "findings": [{"severity": "warning", "column": 9, "message": "'acme' stands twice here; keep one"}],
    }
    both = ascolta("check", ".", "--query", "acme")
    assert (both.code, both.err.strip()) == (2, "check takes a folder or --query, not both; leave one out")
