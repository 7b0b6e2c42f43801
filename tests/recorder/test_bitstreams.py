"""Keyframes that stand alone: parameter sets, sequence headers, invisible packets."""

from recorder.bitstreams import Independence, obu_types, parameter_sets, shown

SPS, PPS = b"\x00\x00\x00\x01\x67\x64\x00", b"\x00\x00\x01\x68\xee"
IDR = b"\x00\x00\x01\x65\x88\x84\x67"
SETS = b"\x00\x00\x00\x01\x67\x64\x00\x00\x00\x01\x68\xee"


def test_parameter_sets_before_a_picture_are_found() -> None:
    assert parameter_sets(b"\x00\x00\x00\x01\x09\xf0" + SPS + PPS + IDR) == SETS


def test_a_picture_without_them_has_none() -> None:
    assert parameter_sets(IDR) == b""
    assert parameter_sets(b"") == b""


def test_a_later_keyframe_gets_those_of_an_earlier_one() -> None:
    independence = Independence("h264", b"")
    first = independence.keyframe(SPS + PPS + IDR)
    assert first == SPS + PPS + IDR
    assert parameter_sets(independence.keyframe(IDR)) == parameter_sets(first)


def test_av1_gets_its_sequence_header_behind_the_delimiter() -> None:
    header, frame = b"\x0a\x01\xaa", b"\x32\x02\xbb\xcc"
    independence = Independence("av1", b"\x81\x01\x0c\x00" + header)
    assert independence.keyframe(frame) == header + frame
    assert independence.keyframe(b"\x12\x00" + frame) == b"\x12\x00" + header + frame
    assert independence.keyframe(b"\x12\x00" + header + frame) == b"\x12\x00" + header + frame


def test_obus_are_told_as_far_as_they_go() -> None:
    assert obu_types(b"\x12\x00\x0a\x01\xaa\x32\x02\xbb\xcc") == [2, 1, 6]
    assert obu_types(b"\x30rest without a size") == [6]
    assert obu_types(b"\x32\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") == [6]
    assert obu_types(b"") == []


def test_only_vp8_has_packets_without_a_picture() -> None:
    assert shown("vp8", b"\x10")
    assert not shown("vp8", b"\x00")
    assert shown("vp9", b"\x00")
