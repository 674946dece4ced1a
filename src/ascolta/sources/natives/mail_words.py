"""What somebody wrote themselves in a mail: without what they quote, their signature, and what their program adds."""

import html
import re
from collections.abc import Iterator

_TAG = re.compile(r"<(?P<end>/?)(?P<name>!|[a-zA-Z][a-zA-Z0-9]*)(?P<more>[^<>]*)>")
_SKIPPED = frozenset({"style", "script", "head", "title", "blockquote", "template", "noscript"})
_BROKEN = frozenset({"br", "p", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_REST = re.compile(
    r"gmail_quote|divRplyFwdMsg|appendonsend|moz-cite-prefix|yahoo_quoted|protonmail_quote", re.IGNORECASE
)

_WROTE = re.compile(
    r"^(?:on|am|le|el|il|op|em|no dia)\b.{3,300}?(?:wrote|schrieb.{0,100}|a écrit|escribi[oó]|"
    r"ha scritto|schreef.{0,100}|escreveu)\s*[:：]$",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"^(?:on|am|le|el|il|op|em|no dia)\b.{3,200}$", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^(?:-{3,}|_{20,}|={3,}).{0,60}$|^begin forwarded message:$|^anfang der weitergeleiteten nachricht:$|"
    r"^début du message (?:transféré|réexpédié)\s*:$|^inicio del mensaje reenviado:$|^inizio messaggio inoltrato:$",
    re.IGNORECASE,
)
_ORIGINAL_SAID = re.compile(
    r"original|message|nachricht|mensaje|mensagem|messaggio|bericht|forwarded|weitergeleitet|transféré|reenviado|"
    r"inoltrato|doorgestuurd|encaminhada",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\*?(?:from|von|de|da|van)\s?\*?[:：]\*?\s*(?P<who>.{1,300})$", re.IGNORECASE)
_FIELD = re.compile(
    r"^\*?(?:from|von|de|da|van|sent|gesendet|envoyé|enviado|inviato|verzonden|date|datum|fecha|data|to|an|à|para|a|aan|"
    r"cc|subject|betreff|objet|asunto|oggetto|assunto|onderwerp)\s?\*?[:：]\*?.{0,500}$",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"^(?:(?:sent|get outlook) (?:from|for)|(?:von meinem .{2,40} gesendet)|gesendet (?:von|mit)|envoyé (?:de|depuis)|"
    r"enviado (?:desde|do|da|a partir)|inviato da|verzonden (?:vanaf|met|vanuit))\b.{0,80}$|"
    r"^von meinem .{2,40} gesendet$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>\"',;:]+@[^\s<>\"',;:]+")


def unmarked(markup: str, *, quotes: bool = False) -> str:
    """The words of a mail in HTML, with its line breaks, without what it quotes unless that is wanted.

    Each character is looked at once.
    """
    skipped = _SKIPPED - {"blockquote"} if quotes else _SKIPPED
    pieces, at, inside, depth = list[str](), 0, "", 0
    for tag in _TAG.finditer(markup):
        if not depth:
            pieces.append(re.sub(r"\s+", " ", markup[at : tag.start()]))
        at, name = tag.end(), tag["name"].lower()
        if depth:
            depth += (-1 if tag["end"] else 1) if name == inside else 0
        elif not quotes and not tag["end"] and _REST.search(tag["more"]):
            return _straight(pieces)
        elif name in skipped and not tag["end"] and not tag["more"].endswith("/"):
            inside, depth = name, 1
        elif name in _BROKEN:
            pieces.append("\n")
    if not depth:
        pieces.append(re.sub(r"\s+", " ", markup[at:]))
    return _straight(pieces)


def own_words(text: str) -> str:
    """The text without quotes, without the lines that introduce them, and without the signature."""
    kept: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line == "--" or _is_header_block(lines, at) or _is_original(lines, at):
            break
        if (ends := _introduces(lines, at)) is not None:
            if not _is_quote_ahead(lines, ends + 1):
                break
            at = ends + 1
            continue
        if not line.startswith(">") and not _SENT_FROM.match(line):
            kept.append(lines[at].rstrip())
        at += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def forwarded(text: str) -> tuple[str, str]:
    """Who is said to have written what was passed on, empty if nobody is, and what they wrote."""
    lines = text.split("\n")
    for at in range(min(len(lines), 200)):
        bare = lines[at].strip().lstrip("> ")
        found = _FROM.match(bare)
        if found and _is_header_block([line.strip().lstrip("> ") for line in lines[at : at + 6]], 0):
            rest = [line.strip().removeprefix(">").strip() for line in lines[at:]]
            while rest and (not rest[0] or _FIELD.match(rest[0])):
                rest.pop(0)
            address = _ADDRESS.search(found["who"])
            return (address.group() if address else found["who"].strip(' *"'))[:200], "\n".join(rest).strip()
    return "", text.strip()


def _straight(pieces: list[str]) -> str:
    lines = (line.strip() for line in html.unescape("".join(pieces)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _introduces(lines: list[str], at: int) -> int | None:
    """The line on which "On … somebody wrote:" ends, if it begins here; programs break it over two or three."""
    if not _BEGINS.match(lines[at].strip()[:400]):
        return None
    said = ""
    for here in range(at, min(at + 3, len(lines))):
        said = f"{said} {lines[here].strip()[:400]}".strip()
        if _WROTE.match(said):
            return here
    return None


def _is_quote_ahead(lines: list[str], at: int) -> bool:
    following = next(_filled(lines, at), "")
    return following.startswith(">")


def _is_original(lines: list[str], at: int) -> bool:
    """Whether a line of dashes begins what others wrote."""
    line = lines[at].strip()
    if not _ORIGINAL.match(line):
        return False
    return bool(_ORIGINAL_SAID.search(line)) or _FROM.match(next(_filled(lines, at + 1), "")) is not None


def _is_header_block(lines: list[str], at: int) -> bool:
    """Whether "From: …" stands here, with two other lines of a head after it."""
    if not _FROM.match(lines[at].strip()[:400]):
        return False
    return sum(bool(_FIELD.match(line[:600])) for line, _ in zip(_filled(lines, at), range(4), strict=False)) >= 3


def _filled(lines: list[str], at: int) -> Iterator[str]:
    return (line.strip() for line in lines[at : at + 12] if line.strip())
