"""Portals: types, settings, addresses."""

import json
from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_core.errors import BadSettingsError
from portal_core.portals import (
    FOR_EVER,
    MAX_GREETING,
    TYPES,
    Beginning,
    Consent,
    Mode,
    Place,
    Plain,
    PortalSettings,
    PortalType,
    Recording,
    address_of,
    recording_notice,
)

ALL = set(Mode)
LEAST: dict[str, Plain] = {"name": "Support", "mode": "phone", "type": "SmartPin"}


def parsed(**more: Plain) -> PortalSettings:
    return PortalSettings.parse({**LEAST, **more}, modes=ALL)


def faults(plain: Mapping[str, Plain], *, modes: set[Mode] | None = None) -> set[str]:
    with pytest.raises(BadSettingsError) as caught:
        PortalSettings.parse(plain, modes=ALL if modes is None else modes)
    assert all(why in str(caught.value) for why in caught.value.faults.values())
    return set(caught.value.faults)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("type_", PortalType)
def test_every_cell_of_mode_and_type(mode: Mode, type_: PortalType) -> None:
    allowed = (mode.value, type_.value) in {
        ("web", "SmartMatch"), ("web", "SmartBox"), ("web", "SmartButton"),
        ("phone", "SmartPin"),
        ("queue", "SmartBox"),
    }  # fmt: skip
    assert (type_ in TYPES[mode]) is allowed
    plain = {**LEAST, "mode": mode.value, "type": type_.value}
    if allowed:
        settings = PortalSettings.parse(plain, modes={mode})
        assert (settings.mode, settings.type, settings.takes_codes) == (mode, type_, mode is Mode.PHONE)
        assert faults(plain, modes=ALL - {mode}) == {"mode"}
    else:
        assert faults(plain) == {"type"}


def test_what_is_not_said_has_its_default() -> None:
    assert parsed() == PortalSettings(
        name="Support",
        mode=Mode.PHONE,
        type=PortalType.SMART_PIN,
        greeting="",
        begins=Beginning.WEB_CHAT,
        code_life_minutes=30,
        active_codes=8,
        recording=Recording.WHEN_POSSIBLE,
        consent=Consent.NOTICE,
        places=frozenset({Place.SERVER}),
        keep_days=90,
    )


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("name", "  Help \n desk ", "Help desk"),
        ("greeting", "Hello,\r\n\twelcome", "Hello,\n\twelcome"),
        ("greeting", "x" * MAX_GREETING, "x" * MAX_GREETING),
        ("begins", "request to share", Beginning.REQUEST_TO_SHARE),
        ("code_life_minutes", "5", 5),
        ("code_life_minutes", 1440, 1440),
        ("active_codes", "1", 1),
        ("active_codes", " 8 ", 8),
        ("recording", "required", Recording.REQUIRED),
        ("consent", "box", Consent.BOX),
        ("places", ("agent",), frozenset({Place.AGENT})),
        ("keep_days", "1", 1),
        ("keep_days", 3650, 3650),
        ("keep_days", FOR_EVER, None),
    ],
)
def test_what_is_right_is_taken(field: str, typed: Plain, value: object) -> None:
    assert getattr(parsed(**{field: typed}), field) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", 7),
        ("name", "a\0b"),
        ("mode", "fax"),
        ("mode", 1),
        ("type", "SmartFax"),
        ("type", ("SmartPin",)),
        ("greeting", "x" * (MAX_GREETING + 1)),
        ("greeting", "a\0b"),
        ("greeting", 7),
        ("begins", ""),
        ("begins", "Web Chat"),
        ("code_life_minutes", 4),
        ("code_life_minutes", 1441),
        ("code_life_minutes", ""),
        ("code_life_minutes", "30.0"),
        ("code_life_minutes", "-30"),
        ("code_life_minutes", "\u0663\u0660"),
        ("code_life_minutes", "9" * 5_000),
        ("active_codes", 0),
        ("active_codes", 9),
        ("active_codes", True),
        ("recording", "on"),
        ("consent", "none"),
        ("places", "server"),
        ("places", ("moon",)),
        ("places", ()),
        ("places", 1),
        ("keep_days", 0),
        ("keep_days", 3651),
        ("keep_days", "forever"),
        ("colour", "red"),
    ],
)
def test_what_is_wrong_is_named(field: str, typed: Plain) -> None:
    assert faults({**LEAST, field: typed}) == {field}


def test_places_of_another_shape_are_wrong_too() -> None:
    plain = json.loads('{"name": "Support", "mode": "phone", "type": "SmartPin", "places": [["server"], 7]}')
    assert faults(plain) == {"places"}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    assert faults({"keep_days": 0, "consent": "no", "places": ()}) == {
        "name", "mode", "type", "keep_days", "consent", "places",
    }  # fmt: skip


@pytest.mark.parametrize("recording", Recording)
@pytest.mark.parametrize("places", [places for size in range(4) for places in combinations(Place, size)])
def test_every_combination_of_recording_and_places(recording: Recording, places: tuple[Place, ...]) -> None:
    plain: dict[str, Plain] = {"recording": recording.value, "places": [one.value for one in places]}
    if recording is not Recording.OFF and not places:
        assert faults({**LEAST, **plain}) == {"places"}
    else:
        assert parsed(**plain).places == (frozenset() if recording is Recording.OFF else set(places))


@pytest.mark.parametrize(
    "contradiction",
    [
        {"type": PortalType.SMART_BOX},
        {"recording": Recording.OFF},
        {"places": frozenset()},
    ],
)
def test_settings_that_contradict_each_other_do_not_exist(contradiction: dict[str, object]) -> None:
    values: dict[str, object] = {"name": "Support", "mode": Mode.PHONE, "type": PortalType.SMART_PIN} | contradiction
    with pytest.raises(ValueError, match="contradict"):
        PortalSettings(**values)  # type: ignore[arg-type] # wrong on purpose


KINDS = st.sampled_from([(mode.value, type_.value) for mode in Mode for type_ in sorted(TYPES[mode], key=str)])
SETTINGS: st.SearchStrategy[dict[str, Plain]] = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Support", "Käse & Brot", "日本"]),
        "greeting": st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=50),
        "begins": st.sampled_from([one.value for one in Beginning]),
        "code_life_minutes": st.integers(5, 1440),
        "active_codes": st.integers(1, 8),
        "recording": st.sampled_from([one.value for one in Recording]),
        "consent": st.sampled_from([one.value for one in Consent]),
        "places": st.lists(st.sampled_from([one.value for one in Place]), min_size=1),
        "keep_days": st.one_of(st.integers(1, 3650), st.just(FOR_EVER)),
    }
)


@given(SETTINGS, KINDS)
def test_settings_come_back_from_a_row(drawn: dict[str, Plain], kind: tuple[str, str]) -> None:
    settings = PortalSettings.parse(drawn | {"mode": kind[0], "type": kind[1]}, modes=ALL)
    assert PortalSettings.parse(json.loads(json.dumps(settings.to_plain())), modes=ALL) == settings


@pytest.mark.parametrize(
    ("more", "holds", "lacks"),
    [
        ({"recording": "off"}, ["not recorded"], ["kept"]),
        ({}, ["where that is possible", "server for 90 days"], ["your own", "agent's"]),
        ({"recording": "required", "keep_days": FOR_EVER}, ["is recorded:", "as long as"], ["possible", "days"]),
        ({"places": ("customer", "agent")}, ["agent's computer and on your own"], ["server", "days"]),
    ],
)
def test_a_customer_is_told_whether_and_where(more: dict[str, Plain], holds: list[str], lacks: list[str]) -> None:
    told = recording_notice(parsed(**more))
    assert all(one in told for one in holds)
    assert not any(one in told for one in lacks)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Support", "support"),
        ("Help  Desk (EU)", "help-desk-eu"),
        ("Münchner Büro", "munchner-buro"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("Łódź Øst Þór", "lodz-ost-thor"),
        ("Istanbul İI \u0131", "istanbul-ii-i"),
        ("ﬁle № 7", "file-no-7"),
        ("\uff11\uff12\uff13", "123"),
        ("日本", "portal"),
        ("--- ...", "portal"),
        ("", "portal"),
        ("../../etc", "etc"),
        ("x" * 39 + " y", "x" * 39),
        ("y" * 100, "y" * 40),
    ],
)
def test_an_address_is_made_of_the_name(name: str, address: str) -> None:
    assert address_of(name, taken=set()) == address


@pytest.mark.parametrize(
    ("taken", "address"),
    [
        ({"support-2"}, "support"),
        ({"support"}, "support-2"),
        ({"support", "support-2", "support-3"}, "support-4"),
    ],
)
def test_an_address_is_nobody_elses(taken: set[str], address: str) -> None:
    assert address_of("Support", taken=taken) == address


@given(st.lists(st.text(max_size=60), max_size=8))
def test_addresses_are_plain_and_unique_whatever_the_names(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        address = address_of(name, taken=taken)
        assert address not in taken
        assert address.replace("-", "").isalnum()
        assert address.isascii()
        assert address == address.lower().strip("-")
        taken.add(address)
