"""Bech32 strings without the limit of 90 characters.  Source: BIP 173; SPEC.md §4.11.

A wrong letter is noticed before anybody wonders why a key does not fit.
"""

from typing import Final

from vault.errors import MalformedError, WrongKindError

PORTAL: Final = "sealcast-portal"
SIGNER: Final = "sealcast-signer"
RECOVERY: Final = "sealcast-recovery"
SERVER: Final = "sealcast-server"
SIZES: Final = {PORTAL: 1216, SIGNER: 32, RECOVERY: 32, SERVER: 32}

# The longest string: prefix, separator, 1 216 bytes in letters of five bits, checksum; and as many blanks.
MAX_CHARS: Final = 4096

_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {letter: value for value, letter in enumerate(_LETTERS)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_SIZE: Final = 6


def to_string(prefix: str, data: bytes) -> str:
    """Write bytes as a string of that kind, in lower case."""
    values = _regroup(data, 8, 5)
    checksum = _polymod(_expand(prefix) + values + [0] * _CHECKSUM_SIZE) ^ 1
    values += [(checksum >> 5 * (5 - at)) & 31 for at in range(_CHECKSUM_SIZE)]
    return prefix + "1" + "".join(_LETTERS[value] for value in values)


def from_string(prefix: str, text: str) -> bytes:
    """Read a string of that kind as a person typed it: blanks and line ends are ignored.

    Errors: WrongKindError for another prefix, MalformedError for anything mistyped.
    """
    typed = "".join(text[:MAX_CHARS].split())
    if not typed:
        raise MalformedError(what="key string", why="it is empty")
    if not typed.isascii() or typed not in (typed.lower(), typed.upper()) or len(text) > MAX_CHARS:
        raise MalformedError(
            what="key string", why="it mixes upper and lower case, holds foreign letters, or is too long"
        )
    found, one, letters = typed.lower().rpartition("1")
    if not one or len(letters) < _CHECKSUM_SIZE or any(letter not in _VALUES for letter in letters):
        raise MalformedError(what="key string", why="a letter in it cannot be right")
    values = [_VALUES[letter] for letter in letters]
    if _polymod(_expand(found) + values) != 1:
        raise MalformedError(what="key string", why="its checksum is wrong, so something was mistyped or left out")
    if found != prefix:
        raise WrongKindError(wanted=prefix + "1", found=found + "1")
    data = _bytes(values[:-_CHECKSUM_SIZE])
    if len(data) != SIZES[prefix]:
        raise MalformedError(what="key string", why="its length is wrong")
    return data


def _bytes(values: list[int]) -> bytes:
    spare_bits = len(values) * 5 % 8
    if spare_bits >= 5 or (values and values[-1] & ((1 << spare_bits) - 1)):
        raise MalformedError(what="key string", why="its last letter cannot be right")
    return bytes(_regroup(values, 5, 8)[: len(values) * 5 // 8])


def _regroup(values: bytes | list[int], width: int, target: int) -> list[int]:
    held = bits = 0
    out = []
    for value in values:
        held = (held << width | value) & 0xFFF
        bits += width
        while bits >= target:
            bits -= target
            out.append(held >> bits & ((1 << target) - 1))
    if bits:
        out.append(held << (target - bits) & ((1 << target) - 1))
    return out


def _expand(prefix: str) -> list[int]:
    return [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum
