"""What a brand does about a post: the first rule of its etiquette that fits, as far as the post's network allows it."""

from ascolta.core.brand import Brand
from ascolta.core.etiquette import PASSED_ON, Action, Decision, decide
from ascolta.core.label import says
from ascolta.core.platform import allowed, spoken_to
from ascolta.core.spoken import is_passed_on
from ascolta.core.text import fold
from ascolta.core.view import View


def decided(brand: Brand, view: View) -> Decision:
    """The decision on a post that was labelled; no etiquette goes beyond the terms of the post's network.

    Of words that are only passed on, nothing is made whatever the etiquette says.
    """
    if is_passed_on(view.post, brand):
        return PASSED_ON
    decision = decide(brand.etiquette, view)
    if decision.action is Action.SILENCE:
        return decision
    post = view.post

    def tagged() -> bool:
        return post.in_reply_to is not None or not view.handles.isdisjoint(brand.handles)

    return allowed(
        decision,
        post.network,
        addressed=spoken_to(post.network, addressed=says(view.labels, "addressed", "yes"), tagged=tagged),
        complaint=says(view.labels, "complaint", "yes"),
        approved=fold(post.network) in brand.approved,
    )
