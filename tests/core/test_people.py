"""Who may do what, how long sessions last, how long one waits after failed tries."""

import pytest

from ascolta.core.people import (
    ABROAD,
    AT_HOME,
    FREE,
    MAY,
    MOST,
    Factor,
    Member,
    Right,
    Role,
    Session,
    State,
    fingerprint,
    fit_password,
    guards,
    is_alone,
    is_ready,
    key_of,
    name_of,
    role_of,
    spelled,
    wait,
)
from ascolta.errors import PeopleError

ANN = Member(id=1, name="Ann", role=Role.ADMIN, state=State.ACTIVE, factor=Factor.ON, has_password=True)


def member(**changed: object) -> Member:
    """Ann, in another way."""
    values = {field: getattr(ANN, field) for field in Member.__slots__}
    return Member(**{**values, **changed})


def test_every_right_is_somebodys_and_an_admin_has_all() -> None:
    """No right is forgotten in the table, and an owner alone can do everything there is."""
    assert set().union(*MAY.values()) == set(Right) == set(MAY[Role.ADMIN])
    assert set(MAY) == set(Role)


def test_roles_grow_from_viewer_to_lead() -> None:
    """A viewer only looks; whoever may more may all that those before may; only an admin manages people."""
    assert MAY[Role.VIEWER] == {Right.LOOK}
    assert MAY[Role.VIEWER] < MAY[Role.AGENT] < MAY[Role.LEAD] < MAY[Role.ADMIN]
    assert [role for role in Role if Right.PEOPLE in MAY[role]] == [Role.ADMIN]
    assert Right.ANSWER not in MAY[Role.OFFICER]
    assert Right.OVERRIDE not in MAY[Role.AGENT]


@pytest.mark.parametrize("state", [State.INVITED, State.SUSPENDED])
def test_only_the_active_may_anything(state: State) -> None:
    """An admin who is suspended, or has not come yet, may not even look."""
    assert not any(member(state=state).may(right) for right in Right)


def test_a_session_ends_idle_and_whole() -> None:
    """It ends when it was not used for a while, and in the end however much it is used; abroad sooner than at home."""
    for terms in (ABROAD, AT_HOME):
        assert terms.is_good(Session(member=1, since=0, seen=0), terms.idle - 1)
        assert not terms.is_good(Session(member=1, since=0, seen=0), terms.idle)
        assert terms.is_good(Session(member=1, since=0, seen=terms.whole - 2), terms.whole - 1)
        assert not terms.is_good(Session(member=1, since=0, seen=terms.whole), terms.whole)
        assert not terms.is_good(Session(member=1, since=3_600, seen=3_600), 0)
    assert (ABROAD.idle, ABROAD.whole) < (AT_HOME.idle, AT_HOME.whole)


def test_waits_grow_and_stop_growing() -> None:
    """A few slips cost nothing; then each wait is twice the last, up to a quarter of an hour."""
    waits = [wait(failed) for failed in range(200)]
    assert waits[: FREE + 3] == [0.0] * (FREE + 1) + [5.0, 10.0]
    assert waits == sorted(waits)
    assert waits[-1] == MOST


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "Ann\u202e", "A\x00nn", "An\u2066n"])
def test_a_name_can_be_seen(name: str) -> None:
    """Empty, overlong and invisible names sign nothing."""
    with pytest.raises(PeopleError):
        name_of(name)


def test_names_that_look_alike_to_people_are_one() -> None:
    """Case and spaces make no other person."""
    assert key_of("  Ann   Lee ") == key_of("ann lee")
    assert name_of("  Ann   Lee ") == "Ann Lee"


def test_a_password_has_a_length_and_nothing_else_is_asked() -> None:
    """Short and endless ones are refused; spaces and any script are taken."""
    for bad in ("", "short", "x" * 11, "x" * 201):
        with pytest.raises(PeopleError, match="12 to 200"):
            fit_password(bad)
    assert fit_password("четыре слова подряд")


def test_roles_are_said_by_name() -> None:
    """Any case and a dash are understood; what is no role is told with those that are."""
    assert role_of(" Privacy-Officer ") is Role.OFFICER
    with pytest.raises(PeopleError, match="viewer, agent, lead, privacy officer, admin"):
        role_of("boss")


def test_a_desk_abroad_asks_more_of_everybody() -> None:
    """At home a name is enough; abroad it takes password and second factor, and an admin who has both to start."""
    bare = member(has_password=False, factor=Factor.NONE)
    assert is_ready(bare, abroad=False)
    assert not is_ready(member(name=""), abroad=False)
    for lacking in (bare, member(factor=Factor.BEGUN), member(has_password=False)):
        assert not is_ready(lacking, abroad=True)
        assert not guards([lacking])
    assert guards([bare, ANN])
    assert not guards([member(role=Role.LEAD), member(state=State.SUSPENDED)])


def test_alone_means_that_nobody_else_can_approve() -> None:
    """A viewer, an officer or an invitation that nobody took is no second person."""
    assert is_alone([ANN, member(role=Role.VIEWER), member(role=Role.OFFICER), member(state=State.INVITED)])
    assert not is_alone([ANN, member(role=Role.AGENT)])


def test_codes_are_read_as_people_write_them() -> None:
    """Spaces, dashes and small letters change nothing; a fingerprint is of 256 bit."""
    assert spelled(" ab-cd ef ") == "ABCDEF"
    assert len(fingerprint("x")) == 32
