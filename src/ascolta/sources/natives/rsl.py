"""Really Simple Licensing 1.0: whether a document reserves what it covers."""

from xml.etree import ElementTree

NAMESPACE = "{https://rslstandard.org/rsl}"
MAX_SIZE = 1_000_000


def reserves(document: str) -> bool:
    """Whether an `<rsl>` document reserves anything; one that cannot be read does.

    It does not only if every content in it permits all uses, prohibits none and asks for nothing in return.
    """
    if len(document) > MAX_SIZE or "<!DOCTYPE" in document or "<!ENTITY" in document:
        return True
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - no entities, and bounded
    except (ElementTree.ParseError, ValueError):
        return True
    contents = root.findall(f"{NAMESPACE}content")
    return root.tag != f"{NAMESPACE}rsl" or not contents or not all(map(_is_open, contents))


def _is_open(content: ElementTree.Element) -> bool:
    for licence in content.findall(f"{NAMESPACE}license"):
        permits = [word for part in _of(licence, "permits") for word in (part.text or "").split()]
        paid = any(part.get("type") not in (None, "free") for part in licence.findall(f"{NAMESPACE}payment"))
        if "all" in permits and not list(_of(licence, "prohibits")) and not paid:
            return True
    return False


def _of(licence: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [part for part in licence.findall(f"{NAMESPACE}{name}") if part.get("type") == "usage"]
