"""The check of replies, asked of drafts before anybody sees them: what could not go out is not proposed."""

from ascolta.core.drafting.options import Voice
from ascolta.core.drafting.thread import Thread
from ascolta.core.speaking import Fact, Severity, Standing, Talk, Turn, check


def talk_of(thread: Thread, voice: Voice, day: int) -> Talk:
    """What the check is told of a thread: its post, what is known of it, and the facts that may be stated on a day."""
    language = thread.language
    said = [fact.in_language(language) for fact in voice.facts.facts if fact.holds(day)]
    return Talk(
        lang=language,
        brand=voice.brand,
        thread=(Turn(by="customer", text=thread.text),),
        facts=tuple(Fact(statement=statement, lang=language) for statement in said if statement),
        name=thread.name,
        standing=Standing(
            addressed="yes" in thread.said("addressed"), complaint="yes" in thread.said("complaint"), by_machine=True
        ),
    )


def against(text: str, talk: Talk) -> str:
    """Why a draft could not go out; empty if it could."""
    return next((finding.why for finding in check(text, talk) if finding.severity is Severity.BLOCK), "")


def prepare(voice: Voice) -> None:
    """Have the check read its words for each language of a voice, so that no draft waits for them."""
    for language in {template.language for template in voice.templates}:
        check("Hello.", Talk(lang=language, thread=(Turn(by="customer", text="Hello."),)))
