"""How a machine is asked: programs, files, texts that came out, and who asks for what on which system."""

import os
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recorder.capture.diagnostics import portable
from recorder.capture.diagnostics.probe import MissingError, clean, number, output_of, text_of
from recorder.capture.diagnostics.table import ORDER, probes


@given(st.text(st.characters()), st.integers(1, 50))
@example("\ud800\udcff\x00\r\x85\ufffe", 10)
def test_clean_text_is_text_to_every_format(text: str, limit: int) -> None:
    cleaned = clean(text, limit=limit)
    assert len(cleaned) <= limit
    element = ET.Element("value")
    element.text = cleaned
    assert (ET.fromstring(ET.tostring(element, "utf-8")).text or "") == cleaned


def test_programs_that_fail_say_why(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no-such-program is not installed"):
        output_of("no-such-program")
    with pytest.raises(MissingError, match="sh failed: no tea"):
        output_of("sh", "-c", "echo no milk >&2; echo no tea >&2; exit 3")
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/shell\n")
    broken.chmod(0o755)
    with pytest.raises(MissingError, match="could not be started"):
        output_of(str(broken))


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MissingError):
        text_of(tmp_path / "pipe")
    (tmp_path / "log").write_bytes(b"\xff one\ntwo\n")
    assert text_of(tmp_path / "log") == "\ufffd one\ntwo\n"
    assert text_of(tmp_path / "log", last=4) == "two\n"


def test_numbers_are_whole_or_none() -> None:
    assert [number(text) for text in ("12", "-3", "1.5", "", "x", None, "²")] == [12, -3, None, None, None, None, None]


@pytest.mark.parametrize("system", ["linux", "win32", "darwin", "freebsd14"])
def test_every_system_has_somebody_who_asks_for_each_category(system: str) -> None:
    assert tuple(probes(system)) == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_who_asks_for_a_category_tells_that_one(name: str) -> None:
    try:
        assert probes(sys.platform)[name]().name == name
    except MissingError as error:
        assert error.why


def test_psutil_tells_what_other_systems_are_asked() -> None:
    (own,) = (item for item in portable.processes().items if item["pid"] == os.getpid())
    program = Path("/proc/self/exe").readlink()
    assert (own["program"], own["name"], own["parent_pid"]) == (str(program), program.name, os.getppid())
    assert portable.network().missing
    assert portable.disks().missing
    try:
        assert 0 <= int(portable.power().items[0]["percent"]) <= 100
    except MissingError:
        assert not list(Path("/sys/class/power_supply").glob("BAT*"))


def test_a_system_nobody_knows_gets_a_reason() -> None:
    with pytest.raises(MissingError):
        probes("freebsd14")["drivers"]()
