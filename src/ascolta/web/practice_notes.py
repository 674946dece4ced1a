"""What the figures of practice rest on, what they cannot tell, and what vouches for them, in words."""

from ascolta.core.conduct import Conduct
from ascolta.core.study import figure
from ascolta.stores.conduct import Vouched
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import ngettext, number


def source() -> str:
    """Where the expectations are from."""
    study = figure("when-spoken-to").source
    return _("What people expect: %(study)s. These are shares of people, and no targets.", study=study)


def own_notes() -> list[str]:
    """What the journal cannot tell."""
    return [
        _("Times run from when a case was opened here to when its answer went out, not from when the post was said."),
        _("The journal knows nobody. A second answer is seen within one case only; that a person got one in another"
          " case is prevented when it is sent, and cannot be counted afterwards."),
        _("What an answer said is not in the journal. It tells of an answer that went out against the check, and which"
          " rule that was; without such an approval, the check had found nothing."),
        _("A post that its author or the network took back before anybody answered asks for no answer, and is left"
          " out."),
    ]  # fmt: skip


def lacks(told: Conduct) -> list[str]:
    """What of a journal could not be counted."""
    found = []
    if told.untold:
        found.append(
            ngettext(
                "%(num)s case is of before the journal told what a case was opened for; it is not counted.",
                "%(num)s cases are of before the journal told what a case was opened for; they are not counted.",
                told.untold,
            )
        )
    if told.shared and len(told.brands) > 1:
        found.append(
            _("%(count)s mentions stand in entries that name no brand; they count for all brands together only.",
              count=number(told.shared))
        )  # fmt: skip
    if told.unreadable:
        found.append(
            _("%(count)s entries cannot be read; run `ascolta journal verify`.", count=number(told.unreadable))
        )
    return found


def signed(proof: Vouched) -> str:
    """What vouches for the journal, and whether it fits."""
    size, root = number(proof.size), proof.root
    if proof.fits is None:
        return _(
            "The journal holds %(size)s entries, root %(root)s. No checkpoint of it lies here.", size=size, root=root
        )
    if not proof.fits:
        return _(
            "The journal holds %(size)s entries, root %(root)s, and does not fit its newest checkpoint, of %(signed)s:"
            " run `ascolta journal verify`.",
            size=size, root=root, signed=number(proof.signed),
        )  # fmt: skip
    return _(
        "The journal holds %(size)s entries, root %(root)s. Its newest checkpoint, of %(signed)s entries, fits;"
        " key %(key)s.",
        size=size, root=root, signed=number(proof.signed), key=proof.key,
    )  # fmt: skip


def history_notes(*, checked: bool) -> list[str]:
    """What a public history cannot tell."""
    found = [
        _("One person in one thread is one talk; its clock runs from their first post that was said to the brand."),
        _("Private messages, calls and posts that were deleted are not in a public history, so more was answered than"
          " it shows. A set that was gathered by the brand's answers shows hardly any that got none."),
    ]  # fmt: skip
    if checked:
        found.append(
            _("Personal facts and hand-overs are found by the check of answers, which does not know here what facts the"
              " brand may state: it finds too many rather than too few.")
        )  # fmt: skip
    return found
