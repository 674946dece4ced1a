"""templates/*.yaml: ways to answer, by language, kind of post and topic. Those that are shipped, and a brand's own."""

import re
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from ascolta.core.drafting.template import Kind, Template, read
from ascolta.files.reading import Value
from ascolta.files.reading import read as read_file

KINDS = tuple(str(kind) for kind in Kind)
SHIPPED = ("de", "en", "es", "fr", "it", "nl", "pt")
_ID = re.compile(r"[a-z0-9][a-z0-9/_-]{0,60}")


@lru_cache(maxsize=1)
def shipped() -> tuple[Template, ...]:
    """The templates that come with the program, in seven languages."""
    found: list[Template] = []
    for language in SHIPPED:
        with as_file(files("ascolta.files") / "default" / "templates" / f"{language}.yaml") as path:
            found += load_templates(path)[0]
    return tuple(found)


def load_templates(path: Path) -> tuple[tuple[Template, ...], str]:
    """The templates in a file, and the language in which they stand instead of the shipped ones, if they do.

    Raises FileError.
    """
    keys = read_file(path, "the templates").mapping(("language", "templates"), ("instead_of_shipped",))
    language = keys["language"].text()
    if not re.fullmatch(r"[a-z]{2,3}", language):
        keys["language"].fail("'language' is a code of two or three small letters, such as en, es or fr")
    found: dict[str, Template] = {}
    for item in keys["templates"].items():
        template = _template(item, language)
        if template.id in found:
            item.fail(f"the template '{template.id}' stands twice (first at line {found[template.id].line})")
        found[template.id] = template
    instead = "instead_of_shipped" in keys and keys["instead_of_shipped"].one_of(("true", "false")) == "true"
    return tuple(found.values()), language if instead else ""


def load_own(folder: Path) -> tuple[Template, ...]:
    """The shipped templates with those of a brand's folder, where one of the same id replaces it. Raises FileError."""
    own: dict[str, Template] = {}
    instead: set[str] = set()
    for path in sorted((folder / "templates").glob("*.yaml")):
        templates, language = load_templates(path)
        instead.add(language)
        for template in templates:
            if template.id in own:
                read_file(path, "the templates").fail(
                    f"the template '{template.id}' stands in {Path(own[template.id].path).name} already", template.line
                )
            own[template.id] = template
    kept = [one for one in shipped() if one.id not in own and one.language not in instead]
    return (*own.values(), *kept)


def _template(item: Value, language: str) -> Template:
    keys = item.mapping(("id", "for", "say"), ("topics",))
    identity = keys["id"].text()
    if not _ID.fullmatch(identity):
        keys["id"].fail("'id' is a short name of small letters, digits, hyphens and /, such as en/refund-late")
    said = keys["say"].text()
    try:
        read(said)
    except ValueError as error:
        keys["say"].fail(f"'say' cannot be used: {error}")
    kinds = keys["for"].texts()
    for kind in kinds:
        if kind not in KINDS:
            keys["for"].fail(f"'for' cannot be '{kind}'; expected some of {', '.join(KINDS)}")
    if not kinds:
        keys["for"].fail("'for' is empty; say what it answers, such as [complaint]")
    return Template(
        id=identity,
        language=language,
        kinds=tuple(Kind(kind) for kind in kinds),
        say=said,
        topics=keys["topics"].texts() if "topics" in keys else (),
        path=item.path,
        line=item.line,
    )
