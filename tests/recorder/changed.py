"""Bytes that hypothesis changes, for parsers that read them or refuse them on purpose."""

from collections.abc import Sequence

from hypothesis import strategies as st


def changed(draw: st.DrawFn, data: bytes, *, values: Sequence[int], others: Sequence[bytes]) -> bytes:
    """Return it after one to four changes: a bit, a byte that is one of the values, a cut, a piece of others, a gap."""
    body = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(body) - 1)))
        match draw(st.sampled_from(["flip", "set", "cut", "splice", "drop"])):
            case "flip" if body:
                body[at] ^= 1 << draw(st.integers(0, 7))
            case "set" if body:
                body[at] = draw(st.sampled_from(values))
            case "cut":
                del body[at:]
            case "splice":
                other = draw(st.sampled_from(others))
                start = draw(st.integers(0, len(other)))
                body[at:at] = other[start : start + draw(st.integers(0, 400))]
            case "drop":
                del body[at : at + draw(st.integers(0, 40))]
    return bytes(body)
