import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_core.live.effects import Keep, KeepPicture, Over, RecordingIs
from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.hub import Hub
from portal_core.live.messages import CUSTOMER_SCREEN, Hello, RefusedMessageError, Role, Why, parse
from portal_core.live.seats import MOST_OF_CUSTOMERS, MOST_REFUSALS, MOST_SEATS
from tests.portal_core.live.people import Person, Room

CUSTOMER, AGENT, OTHER = 1, 2, 3
SNAPSHOT = {"taken_us": 5, "source": "browser", "categories": []}


def room(*, recording: RecordingIs = RecordingIs.ON, late: int | None = None) -> Room:
    """Return a session with a customer and two agents; one may come later."""
    made = Room(Hub(recording=recording), Role.CUSTOMER, Role.AGENT, Role.AGENT)
    for seat in made.people:
        if seat != late:
            made.connect(seat)
    made.hear()
    return made


def kinds(made: Room, seat: int) -> list[object]:
    return [entry["kind"] for entry in made.people[seat].entries]


def picture(seq: int, *, keyframe: bool = False, size: int = 10) -> ScreenPacket:
    return ScreenPacket(
        kind=Kind.PICTURE, keyframe=keyframe, track=CUSTOMER_SCREEN, seq=seq, at_us=0, payload=bytes(size)
    )


def configuration(seq: int) -> ScreenPacket:
    return ScreenPacket(kind=Kind.CONFIGURATION, keyframe=False, track=CUSTOMER_SCREEN, seq=seq, at_us=0, payload=b"{}")


def test_everybody_hears_everything_in_one_order() -> None:
    made = room()
    made.say(CUSTOMER, "say", text="It is broken")
    made.say(AGENT, "say", text="What is?")
    made.hear()
    assert kinds(made, CUSTOMER) == ["joined", "joined", "joined", "line", "line"]
    logs = [[(one["n"], one["kind"]) for one in person.entries] for person in made.people.values()]
    assert logs[0] == logs[1] == logs[2]
    assert [one.entry.n for one in made.kept if isinstance(one, Keep)] == [1, 2, 3, 4, 5]
    assert made.hub.state == "live"


def test_it_waits_until_both_sides_are_there() -> None:
    made = Room(Hub(recording=RecordingIs.OFF), Role.CUSTOMER, Role.AGENT)
    made.connect(CUSTOMER)
    assert made.hub.state == "waiting"
    made.connect(AGENT)
    assert made.hub.state == "live"


def test_who_comes_late_hears_what_was_said() -> None:
    made = room(late=OTHER)
    made.say(CUSTOMER, "say", text="It is broken")
    made.connect(OTHER)
    assert kinds(made, OTHER) == ["joined", "joined", "line", "joined"]
    welcome = made.people[OTHER].heard[0]
    assert (welcome["you"], welcome["entry"], welcome["state"], welcome["recording"]) == (OTHER, 4, "live", "on")


@pytest.mark.parametrize(
    ("do", "fields"), [("say", {"text": "he is lost", "audience": "agents"}), ("mark", {"name": "here"})]
)
def test_what_is_for_agents_is_hidden_from_the_customer(do: str, fields: dict[str, object]) -> None:
    made = room()
    made.say(AGENT, do, **fields)
    made.hear()
    assert kinds(made, CUSTOMER)[-1] == "hidden"
    assert set(made.people[CUSTOMER].entries[-1]) == {"is", "n", "kind"}
    assert kinds(made, OTHER)[-1] != "hidden"


act = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 3)),
    st.tuples(st.just("lose"), st.integers(1, 3)),
    st.tuples(st.just("connect"), st.integers(1, 3)),
    st.tuples(st.just("hear"), st.integers(1, 3)),
)


@settings(max_examples=300)
@given(st.lists(act, max_size=60))
def test_whatever_breaks_nothing_is_lost_and_nothing_doubled(acts: list[tuple[str, int]]) -> None:
    made, said = room(), list[str]()
    for name, seat in acts:
        person = made.people[seat]
        if name == "say":
            said.append(f"{seat}: {len(said)}")
            made.say(seat, "say", text=said[-1])
        elif name == "hear":
            person.hear()
        elif name == "lose" and person.connected:
            made.lose(seat)
        elif name == "connect" and not person.connected:
            made.connect(seat)
    for seat, person in made.people.items():
        if not person.connected:
            made.connect(seat)
    made.hear()
    for person in made.people.values():
        assert not person.unconfirmed
        assert [one["n"] for one in person.entries] == list(range(1, len(made.hub.log) + 1))
        lines = [str(one["text"]) for one in person.entries if one["kind"] == "line"]
        assert sorted(lines) == sorted(said)
        for seat in made.people:
            mine = [one for one in lines if one.startswith(f"{seat}:")]
            assert mine == [one for one in said if one.startswith(f"{seat}:")]


def test_a_number_beyond_the_next_is_out_of_order_and_one_that_was_taken_is_dropped() -> None:
    made = room()
    made.send(CUSTOMER, "say", c=2, text="second")
    made.send(CUSTOMER, "say", c=1, text="first")
    made.send(CUSTOMER, "say", c=1, text="first")
    made.hear()
    assert made.people[CUSTOMER].heard[-2] == {"is": "refused", "why": "out_of_order", "c": 2}
    assert kinds(made, AGENT).count("line") == 1


def test_a_refused_message_has_used_its_number() -> None:
    made = room()
    made.send(CUSTOMER, "unshare", c=1, track="screen/customer")
    made.send(CUSTOMER, "say", c=2, text="on we go")
    made.hear()
    assert kinds(made, AGENT)[-1] == "line"


def test_who_says_too_much_is_slowed_down_and_loses_nothing() -> None:
    made = room()
    hub, refusals = made.hub, 0
    for c in range(1, 131):
        try:
            hub.receive(
                CUSTOMER, parse(f'{{"do": "say", "c": {c}, "text": "x"}}', role=Role.CUSTOMER), now_us=made.now_us
            )
        except RefusedMessageError as refused:
            assert refused.why in {Why.SLOW_DOWN, Why.OUT_OF_ORDER}
            refusals += 1
    assert refusals == 30


def test_a_screen_is_shown_to_all_but_whose_it_is() -> None:
    made = room()
    made.say(CUSTOMER, "share", track="screen/customer")
    for packet in (configuration(0), picture(1, keyframe=True), picture(2)):
        made.show(CUSTOMER, packet)
    assert [one.seq for one in made.people[AGENT].pictures] == [0, 1, 2]
    assert made.people[AGENT].pictures[1].at_us == made.now_us - 100_000
    assert made.people[CUSTOMER].pictures == []
    assert sum(isinstance(one, KeepPicture) for one in made.kept) == 3


def test_a_late_joiner_gets_the_configuration_the_keyframe_and_what_came_since() -> None:
    made = room(late=OTHER)
    made.say(CUSTOMER, "share", track="screen/customer")
    packets = [configuration(0), picture(1, keyframe=True), picture(2), picture(3, keyframe=True), picture(4)]
    for packet in packets:
        made.show(CUSTOMER, packet)
    made.connect(OTHER)
    assert [one.seq for one in made.people[OTHER].pictures] == [0, 3, 4]


def test_a_gap_asks_for_a_keyframe_at_most_once_a_second() -> None:
    made = room()
    made.say(CUSTOMER, "share", track="screen/customer")
    for packet in (configuration(0), picture(1, keyframe=True), picture(3), picture(4), picture(5)):
        made.show(CUSTOMER, packet)
    made.hear()
    asked = [one for one in made.people[CUSTOMER].heard if one["is"] == "keyframe"]
    assert asked == [{"is": "keyframe", "track": "screen/customer"}]
    assert [one.seq for one in made.people[AGENT].pictures] == [0, 1]
    made.tick(1_000_000)
    made.send(AGENT, "keyframe", track="screen/customer")
    made.hear()
    assert sum(one["is"] == "keyframe" for one in made.people[CUSTOMER].heard) == 2


@pytest.mark.parametrize("seat", [AGENT, OTHER])
def test_nobody_shows_a_track_that_is_not_his(seat: int) -> None:
    made = room()
    with pytest.raises(RefusedMessageError):
        made.hub.show(CUSTOMER, configuration(0), now_us=1)
    made.say(CUSTOMER, "share", track="screen/customer")
    with pytest.raises(RefusedMessageError):
        made.hub.show(seat, configuration(0), now_us=1)


def test_pictures_under_way_when_the_server_ends_a_sharing_are_no_fault_of_whoever_shared() -> None:
    made = room()
    made.say(CUSTOMER, "share", track="screen/customer")
    assert made.hub.show(CUSTOMER, configuration(0), now_us=1)
    made.hub.stop_sharing(now_us=2)
    for seq in range(2 * MOST_REFUSALS):
        assert made.hub.show(CUSTOMER, picture(1 + seq), now_us=3) == []
    with pytest.raises(RefusedMessageError):
        made.hub.show(AGENT, picture(1), now_us=3)


def test_that_he_cannot_share_a_customer_says_once() -> None:
    made = room()
    for _ in range(2):
        made.say(CUSTOMER, "cannot_share")
    made.hear()
    assert kinds(made, AGENT)[3:] == ["cannot_share"]
    assert [one["why"] for one in made.people[CUSTOMER].heard if one["is"] == "refused"] == ["not_now"]


@pytest.mark.parametrize(
    ("acts", "screenless"),
    [
        ([], False),
        ([(CUSTOMER, "cannot_share")], True),
        ([(CUSTOMER, "cannot_share"), (4, "come")], False),  # another browser of his, or a computer
        ([(CUSTOMER, "cannot_share"), (4, "come"), (4, "cannot_share")], True),
        ([(CUSTOMER, "cannot_share"), (AGENT, "screen/agent")], False),
        ([(CUSTOMER, "cannot_share"), (CUSTOMER, "screen/customer")], False),
    ],
)
def test_a_session_is_screenless_when_no_customer_could_share_and_nothing_was_shown(
    acts: list[tuple[int, str]],
    screenless: bool,  # noqa: FBT001 - a row
) -> None:
    made = room()
    for seat, act in acts:
        if act == "come":
            made.people[seat] = Person(made.hub.admit(Role.CUSTOMER, "again"))
            made.connect(seat)
        elif act == "cannot_share":
            made.say(seat, act)
        else:
            made.say(seat, "share", track=act)
    made.hear()
    assert made.hub.log.screenless is screenless


def test_diagnostics_are_taken_once_after_they_were_allowed() -> None:
    made = room()
    snapshot = {"snapshot": {"taken_us": 5, "source": "browser", "categories": []}}
    made.say(CUSTOMER, "diagnostics", **snapshot)
    made.say(CUSTOMER, "answer_diagnostics", allowed=True)
    assert kinds(made, AGENT)[3:] == []
    made.say(AGENT, "ask_diagnostics")
    made.say(CUSTOMER, "answer_diagnostics", allowed=True)
    made.say(CUSTOMER, "diagnostics", **snapshot)
    made.say(CUSTOMER, "diagnostics", **snapshot)
    made.hear()
    assert kinds(made, AGENT)[3:] == ["diagnostics_asked", "diagnostics_allowed", "snapshot"]
    assert kinds(made, CUSTOMER)[3:] == ["diagnostics_asked", "diagnostics_allowed", "hidden"]


def test_a_recording_is_paused_and_goes_on_and_says_so() -> None:
    made = room()
    made.say(CUSTOMER, "resume")
    made.say(CUSTOMER, "pause")
    made.say(AGENT, "pause")
    made.say(AGENT, "resume")
    made.hear()
    assert [one["state"] for one in made.people[CUSTOMER].entries if one["kind"] == "recording"] == ["paused", "on"]


def test_only_agents_hear_why_a_recording_stopped() -> None:
    made = room()
    made._do(made.hub.recording_is(RecordingIs.STOPPED, "the disk is full", now_us=5))
    made.hear()
    told = {seat: [one for one in person.heard if one["is"] == "recording"][-1] for seat, person in made.people.items()}
    assert "why" not in told[CUSTOMER]
    assert told[AGENT]["why"] == told[OTHER]["why"] == "the disk is full"


def test_who_stays_away_for_two_minutes_has_left_and_before_that_has_not() -> None:
    made = room()
    made.say(CUSTOMER, "share", track="screen/customer")
    made.lose(CUSTOMER)
    made.tick(119_900_000)
    assert made.hub.state == "live"
    made.tick(200_000)
    made.hear()
    assert kinds(made, AGENT)[-3:] == ["sharing", "left", "ended"]
    assert made.hub.state == "ended"
    assert made.people[AGENT].over is Over.ENDED
    made.connect(CUSTOMER)
    assert made.people[CUSTOMER].over is Over.LEFT
    assert kinds(made, CUSTOMER)[-1] == "ended"


def test_the_session_goes_on_while_there_is_an_agent() -> None:
    made = room()
    made.say(AGENT, "leave")
    assert made.people[AGENT].over is Over.LEFT
    assert made.hub.state == "live"
    made.say(OTHER, "leave")
    assert made.hub.state == "ended"


def test_closing_ends_it_for_all_with_the_outcome_for_agents() -> None:
    made = room()
    made.say(AGENT, "close", outcome="resolved", note="a cable")
    made.hear()
    assert kinds(made, OTHER)[-2:] == ["outcome", "ended"]
    assert kinds(made, CUSTOMER)[-2:] == ["hidden", "ended"]
    assert {person.over for person in made.people.values()} == {Over.ENDED}
    with pytest.raises(RefusedMessageError):
        made.hub.admit(Role.AGENT, "too late")


def test_a_page_of_another_protocol_and_one_that_says_nonsense_are_hung_up_on() -> None:
    made = room()
    made._do(made.hub.connect(AGENT, Hello(protocol=2, last=0, said=0), now_us=1))
    assert made.people[AGENT].over is Over.PROTOCOL
    for _ in range(MOST_REFUSALS):
        made.send(CUSTOMER, "dance")
    assert made.people[CUSTOMER].over is Over.PROTOCOL


def test_seats_are_bounded_and_customers_leave_room_for_agents() -> None:
    hub = Hub(recording=RecordingIs.OFF)
    for role, most in ((Role.CUSTOMER, MOST_OF_CUSTOMERS), (Role.AGENT, MOST_SEATS - MOST_OF_CUSTOMERS)):
        for _ in range(most):
            hub.admit(role, "one more")
        with pytest.raises(RefusedMessageError):
            hub.admit(role, "one too many")


def test_a_session_goes_on_from_its_log_after_the_server_was_killed() -> None:
    before = room()
    before.say(CUSTOMER, "say", text="before")
    before.hear()
    hub = Hub(recording=RecordingIs.ON, entries=before.hub.log, seats=before.hub.seats)
    for seat in hub.seats:
        seat.lose(before.now_us)
    after = Room(hub)
    after.people, after.now_us = before.people, before.now_us
    before.people[CUSTOMER].connected = False
    after.say(CUSTOMER, "say", text="while it was away")
    for seat_id in (CUSTOMER, AGENT, OTHER):
        after.connect(seat_id)
    after.hear()
    lines = [one["text"] for one in after.people[AGENT].entries if one["kind"] == "line"]
    assert lines == ["before", "while it was away"]
    assert hub.state == "live"


@pytest.mark.parametrize(
    ("before", "answer", "why"),
    [
        (["asked"], "answer_diagnostics", None),
        (["asked", "allowed"], "diagnostics", None),
        (["asked", "refused"], "answer_diagnostics", Why.NOT_NOW),
        ([], "diagnostics", Why.NOT_NOW),
    ],
)
def test_a_question_outlasts_the_server(before: list[str], answer: str, why: Why | None) -> None:
    first = room()
    for act in before:
        if act == "asked":
            first.say(AGENT, "ask_diagnostics")
        else:
            first.say(CUSTOMER, "answer_diagnostics", allowed=act == "allowed")
    hub = Hub(recording=RecordingIs.ON, entries=first.hub.log, seats=first.hub.seats)
    fields = {"allowed": True} if answer == "answer_diagnostics" else {"snapshot": SNAPSHOT}
    message = parse(json.dumps({"do": answer, "c": hub.seats[CUSTOMER].said + 1, **fields}), role=Role.CUSTOMER)
    if why is None:
        assert hub.receive(CUSTOMER, message, now_us=10**9)
    else:
        with pytest.raises(RefusedMessageError) as refused:
            hub.receive(CUSTOMER, message, now_us=10**9)
        assert refused.value.why is why


def test_nobody_leaves_a_session_that_has_ended() -> None:
    made = room()
    made.say(AGENT, "close", outcome="resolved", note="")
    for seat in made.hub.seats:
        seat.lose(0)
    assert made.hub.tick(now_us=10**12) == []
    assert kinds(made, CUSTOMER).count("left") == 0


def test_of_all_who_are_away_for_good_none_leaves_after_the_end() -> None:
    made = room()
    for seat in made.hub.seats:
        seat.lose(0)
    made.hub.tick(now_us=10**12)
    assert [entry.kind for entry in made.hub.log][-1] == "ended"
