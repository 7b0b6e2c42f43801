"""Who may do what, cell by cell."""

from itertools import product

import pytest

from portal_core.errors import NotAllowedError, NotFoundError
from portal_core.roles import (
    GRANTED,
    RIGHTS,
    Action,
    Belongs,
    Nearness,
    Person,
    Reach,
    Role,
    may,
    nearness,
    reach,
    require,
)

# The table once more, as people say it: for each action, who may do it with what is his own, his teams', his account's.
# c company manager, p API manager, t team manager, a agent, g agent who was granted access.
ALLOWED: dict[Action, tuple[str, str, str]] = {
    Action.SIGN_IN_TO_CONSOLE: ("ag", "", ""),
    Action.SIGN_IN_TO_PAGES: ("cptg", "", ""),
    Action.SEE_OWN_SETTINGS: ("cptag", "", ""),
    Action.ADD_AGENT: ("ct", "ct", "c"),
    Action.EDIT_AGENT: ("ct", "ct", "c"),
    Action.MAKE_PORTAL: ("c", "c", "c"),
    Action.CHANGE_PORTAL: ("c", "c", "c"),
    Action.SEE_PORTAL_SETTINGS: ("ct", "ct", "c"),
    Action.SET_PASSPHRASE: ("c", "c", "c"),
    Action.MAKE_CODE: ("ag", "", ""),
    Action.REVOKE_CODE: ("ctag", "ct", "c"),
    Action.TAKE_SESSION: ("ag", "", ""),
    Action.SEE_RUNNING_SESSIONS: ("ctag", "ct", "c"),
    Action.PLAY_RECORDINGS: ("ctg", "ct", "c"),
    Action.PUSH_RECORDING: ("ctag", "", ""),
}
PEOPLE = {
    "c": Person(id=1, account_id=7, role=Role.COMPANY_MANAGER),
    "p": Person(id=1, account_id=7, role=Role.API_MANAGER),
    "t": Person(id=1, account_id=7, role=Role.TEAM_MANAGER, manages={3, 4}),
    "a": Person(id=1, account_id=7, role=Role.AGENT),
    "g": Person(id=1, account_id=7, role=Role.AGENT, granted=True),
}
THINGS = {
    Nearness.OWN: Belongs(account_id=7, people={1}, teams={9}),
    Nearness.TEAMS: Belongs(account_id=7, people={2}, teams={4, 9}),
    Nearness.ACCOUNT: Belongs(account_id=7, people={2}, teams={9}),
    Nearness.ELSEWHERE: Belongs(account_id=8, people={1}, teams={3}),
}


def test_the_table_is_whole() -> None:
    assert set(ALLOWED) == set(RIGHTS) == set(Action)
    assert all(set(row) == set(Role) for row in RIGHTS.values())
    assert {person.role for person in PEOPLE.values()} == set(Role)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("near", [Nearness.OWN, Nearness.TEAMS, Nearness.ACCOUNT])
def test_every_cell(who: str, action: Action, near: Nearness) -> None:
    person = PEOPLE[who]
    thing = THINGS[near]
    # Only a team manager has teams; for everybody else what is a team's is the account's.
    column = Nearness.ACCOUNT if near is Nearness.TEAMS and who != "t" else near
    allowed = who in ALLOWED[action][column - 1]
    assert may(person, action, thing) is allowed
    if allowed:
        require(person, action, thing, what="thing")
    else:
        with pytest.raises(NotAllowedError) as caught:
            require(person, action, thing, what="thing")
        assert (caught.value.role, caught.value.action) == (person.role.value, action.value)


@pytest.mark.parametrize(("who", "action"), list(product(PEOPLE, Action)))
def test_what_belongs_to_another_account_is_not_there(who: str, action: Action) -> None:
    assert not may(PEOPLE[who], action, THINGS[Nearness.ELSEWHERE])
    with pytest.raises(NotFoundError) as caught:
        require(PEOPLE[who], action, THINGS[Nearness.ELSEWHERE], what="portal")
    assert caught.value.what == "portal"


@pytest.mark.parametrize("near", Nearness)
def test_how_near_a_thing_is_to_a_team_manager(near: Nearness) -> None:
    assert nearness(PEOPLE["t"], THINGS[near]) is near


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.AGENT])
@pytest.mark.parametrize("action", Action)
def test_only_agents_are_granted_more(role: Role, action: Action) -> None:
    assert reach(role, action, granted=True) is RIGHTS[action][role]


@pytest.mark.parametrize("action", Action)
def test_a_grant_never_takes_away(action: Action) -> None:
    without = reach(Role.AGENT, action)
    assert reach(Role.AGENT, action, granted=True) is max(without, GRANTED.get(action, Reach.NOTHING))
