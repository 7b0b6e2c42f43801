"""Who may do what: a table of roles and actions.  SPEC.md A1, A5.

Nothing else grants a right.  The table says how far a right reaches; how near a thing is to somebody is a question of
facts (nearness), and the two are compared.  It holds for people on pages; tokens of the REST API come with that.
"""

from collections.abc import Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

from portal_core.errors import NotAllowedError, NotFoundError


class Role(Enum):
    """Of a login; somebody who is manager and agent has two logins (SPEC B1)."""

    COMPANY_MANAGER = "company manager"
    API_MANAGER = "API manager"
    TEAM_MANAGER = "team manager"
    AGENT = "agent"


class Action(Enum):
    """What may be allowed."""

    SIGN_IN_TO_CONSOLE = "sign in to the agent console"
    SIGN_IN_TO_PAGES = "sign in to the management pages"
    SEE_OWN_SETTINGS = "see and change one's own settings"
    ADD_AGENT = "add an agent"
    EDIT_AGENT = "change an agent"
    MAKE_PORTAL = "make a portal"
    CHANGE_PORTAL = "change a portal"
    SEE_PORTAL_SETTINGS = "see a portal's settings"
    SET_PASSPHRASE = "set a portal's passphrase"  # noqa: S105 - an action
    MAKE_CODE = "make a session code"
    REVOKE_CODE = "revoke a session code"
    TAKE_SESSION = "take the session of a code"
    SEE_RUNNING_SESSIONS = "see running sessions"
    PLAY_RECORDINGS = "play recordings on the server"
    PUSH_RECORDING = "push a recording to a portal"


class Reach(IntEnum):
    """How far a right reaches."""

    NOTHING = 0
    OWN = 1
    TEAMS = 2
    ACCOUNT = 3


class Nearness(IntEnum):
    """How near a thing is to somebody."""

    OWN = 1  # he, what he made, his sessions; of portals those that his team is assigned to
    TEAMS = 2  # of a team that he manages
    ACCOUNT = 3  # of his account
    ELSEWHERE = 4  # of another account: for him it is not there


_NO, _OWN, _TEAMS, _ALL = Reach
RIGHTS: Final[Mapping[Action, Mapping[Role, Reach]]] = {
    action: dict(zip(Role, reaches, strict=True))
    for action, reaches in {
        # company manager, API manager, team manager, agent
        Action.SIGN_IN_TO_CONSOLE: (_NO, _NO, _NO, _OWN),
        Action.SIGN_IN_TO_PAGES: (_OWN, _OWN, _OWN, _NO),
        Action.SEE_OWN_SETTINGS: (_OWN, _OWN, _OWN, _OWN),
        Action.ADD_AGENT: (_ALL, _NO, _TEAMS, _NO),
        Action.EDIT_AGENT: (_ALL, _NO, _TEAMS, _NO),
        Action.MAKE_PORTAL: (_ALL, _NO, _NO, _NO),
        Action.CHANGE_PORTAL: (_ALL, _NO, _NO, _NO),
        Action.SEE_PORTAL_SETTINGS: (_ALL, _NO, _TEAMS, _NO),
        Action.SET_PASSPHRASE: (_ALL, _NO, _NO, _NO),
        Action.MAKE_CODE: (_NO, _NO, _NO, _OWN),
        Action.REVOKE_CODE: (_ALL, _NO, _TEAMS, _OWN),
        Action.TAKE_SESSION: (_NO, _NO, _NO, _OWN),
        Action.SEE_RUNNING_SESSIONS: (_ALL, _NO, _TEAMS, _OWN),
        Action.PLAY_RECORDINGS: (_ALL, _NO, _TEAMS, _NO),
        Action.PUSH_RECORDING: (_OWN, _NO, _OWN, _OWN),
    }.items()
}
# What an agent may as well who was granted access to the Management Center.  SPEC.md A1, B7.
GRANTED: Final[Mapping[Action, Reach]] = {Action.SIGN_IN_TO_PAGES: Reach.OWN, Action.PLAY_RECORDINGS: Reach.OWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever asks.  granted counts for agents only, manages for team managers."""

    id: Hashable
    account_id: Hashable
    role: Role
    granted: bool = False
    manages: AbstractSet[Hashable] = frozenset()  # teams and their subteams


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongs:
    """Whose a thing is: people it is their own of, and teams it is of; a new thing counts as what it is to become."""

    account_id: Hashable
    people: AbstractSet[Hashable] = frozenset()
    teams: AbstractSet[Hashable] = frozenset()


def nearness(person: Person, thing: Belongs) -> Nearness:
    """Return how near a thing is to somebody."""
    if thing.account_id != person.account_id:
        return Nearness.ELSEWHERE
    if person.id in thing.people:
        return Nearness.OWN
    return Nearness.TEAMS if person.manages & thing.teams else Nearness.ACCOUNT


def reach(role: Role, action: Action, *, granted: bool = False) -> Reach:
    """Return how far somebody's right reaches."""
    more = GRANTED.get(action, Reach.NOTHING) if granted and role is Role.AGENT else Reach.NOTHING
    return max(RIGHTS[action][role], more)


def may(person: Person, action: Action, thing: Belongs) -> bool:
    """Say whether somebody may do that with the thing."""
    return nearness(person, thing) <= reach(person.role, action, granted=person.granted)


def require(person: Person, action: Action, thing: Belongs, *, what: str) -> None:
    """Refuse what somebody may not do; what names the thing.

    Errors: NotAllowedError; NotFoundError for a thing of another account, as if there were none.
    """
    if nearness(person, thing) is Nearness.ELSEWHERE:
        raise NotFoundError(what=what)
    if not may(person, action, thing):
        raise NotAllowedError(role=person.role.value, action=action.value)
