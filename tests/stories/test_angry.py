"""The story of an angry customer, from a lost suitcase to the last byte that we held of her."""

from pathlib import Path

from ascolta.core.case import Status
from tests.stories.town import town

LOST = "@acmeair my suitcase is lost and nobody answers! call me on +34 612 345 678"


def test_an_angry_customer(tmp_path: Path) -> None:
    """She is answered once, by two people, about what she said last; then left alone, and forgotten when she goes."""
    with town(tmp_path) as it:
        # She complains to us. Her number is masked before anything is kept, and complaints take two people.
        post = it.says("lea_canary", LOST)
        it.passes(60)
        case = it.case()
        assert (case.decision.rule, case.decision.approve) == ("spoken-to-complaint", 2)
        assert "612" not in it.page("Ann")
        assert it.holds("612 345 678", "suitcase", "lea_canary") == []

        # Ann begins with the best draft: it owns the fault, and gives repair and next step. Bob sees that she writes.
        template, words = it.offers("Ann")[0]
        assert "sorry" in words.casefold()
        assert "https://acmeair.example/bags" in words
        it.does("Ann", "write", template=template)
        assert it.offers("Bob") == []
        assert "Ann is writing an answer" in it.page("Bob").replace("<strong>", "").replace("</strong>", "")
        assert it.does("Bob", "draft", note="I was quicker.") == 409
        it.does("Ann", "draft", note=words, template=template)

        # Ann alone cannot let it out, however often she tries.
        it.does("Ann", "approve")
        assert it.does("Ann", "approve") == 409
        assert it.speaks().sent == 0

        # Meanwhile she edits her post: what was written no longer answers it, and the approval falls.
        it.edits(post, "lea_canary", "@acmeair my suitcase is lost and nobody answers! they say it is in Porto")
        it.passes(60)
        assert it.case().status is Status.OPEN
        assert it.case().approved_by == ()

        # Bob would like to show what else he knows of her; the check keeps that in, and he cannot go against it alone.
        it.does("Bob", "draft", note="We saw that you are on your honeymoon, so sorry! – Bob")
        assert it.does("Ann", "approve") == 409
        it.does("Bob", "approve", note="she will be touched")
        assert it.case().status is Status.DRAFTED

        # A sound answer, and two people: said once, however often the outbox looks.
        template, words = it.offers("Bob")[0]
        it.does("Bob", "draft", note=words, template=template)
        it.does("Bob", "approve")
        it.does("Ann", "approve")
        assert it.case().status is Status.APPROVED
        assert [it.speaks().sent for _ in range(3)] == [1, 0, 0]
        assert it.said == [words]
        assert it.case().status is Status.SENT

        # She goes on about us to her friends: we answered already, so we keep silent.
        seen = len(it.store.cases())
        it.says("lea_canary", "acme air finally wrote back, but my suitcase is still lost, what a mess")
        it.passes(3_600)
        assert len(it.store.cases()) == seen

        # She speaks to us again, so a person may answer again, and not with the same words.
        it.says("lea_canary", "@acmeair still no suitcase, this is unacceptable")
        it.passes(3_600)
        assert len(it.store.cases()) == seen + 1
        assert it.offers("Ann")
        assert template not in [name for name, _ in it.offers("Ann")]

        # She deletes her account's posts: nothing is left of her, and the journal tells it all, unchanged.
        for number in range(1, it.posts + 1):
            it.deletes(f"p{number}")
        it.passes(60)
        assert it.store.cases() == []
        assert it.speaks().sent == 0
        acts = it.acts
        assert acts.count("sent") == 1
        assert acts.count("removed") == 2
        assert "overridden" in acts
        assert len(it.said) == 1
        folder = it.folder
    kept = b"".join(path.read_bytes() for path in (folder / "store").rglob("*") if path.is_file())
    assert [word for word in ("lea_canary", "suitcase", "612 345 678", "honeymoon") if word.encode() in kept] == []
