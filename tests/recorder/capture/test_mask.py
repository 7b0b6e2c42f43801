import pytest

from recorder.capture.frame import Region
from recorder.capture.mask import By, Mask, PrivateWindow, WindowTold, private_regions
from recorder.errors import CaptureError

TEXTS = [
    ("10,20,300x400", Region(10, 20, 310, 420)),
    ("window:Bank.*", PrivateWindow(by=By.TITLE, text="Bank.*")),
    ("window:a:b", PrivateWindow(by=By.TITLE, text="a:b")),
    ("class:KeePassXC", PrivateWindow(by=By.CLASS, text="KeePassXC")),
    ("id:0x1a00003", PrivateWindow(by=By.ID, text="0x1a00003")),
    ("id:27262979", PrivateWindow(by=By.ID, text="27262979")),
]


@pytest.mark.parametrize(("text", "what"), TEXTS)
def test_a_mask_is_read_and_written(text: str, what: Region | PrivateWindow) -> None:
    assert Mask.parse(text) == Mask(what)
    assert str(Mask(what)) == text


@pytest.mark.parametrize(
    "text", ["", "Bank", "window:", "window:(", "class:", "class:[", "id:", "id:bank", "1,2,3", "1,2,0x0", "title:Bank"]
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        Mask.parse(text)


TOLD = WindowTold(
    id=0x1A00003, titles=("Statement - Bank of Nowhere",), classes=("Navigator", "firefox"), transient_for=0
)
FITS = [
    ("window:bank", True),
    ("window:^Statement", True),
    ("window:^Bank", False),
    ("class:firefox", True),
    ("class:FIRE.*", True),
    ("class:fire", False),
    ("id:0x1a00003", True),
    ("id:0x1a00004", False),
]


@pytest.mark.parametrize(("text", "fits"), FITS)
def test_a_window_fits_by_title_class_or_id(text: str, fits: bool) -> None:  # noqa: FBT001 - a row of the table
    what = Mask.parse(text).what
    assert isinstance(what, PrivateWindow)
    assert what.fits(TOLD) is fits


def test_masks_must_touch_the_screen() -> None:
    screen = Region(0, 0, 100, 100)
    inside, across = Mask(Region(5, 5, 6, 6)), Mask(Region(90, 90, 200, 200))
    assert private_regions([inside, Mask.parse("window:x"), across], screen) == [inside.what, across.what]
    with pytest.raises(CaptureError):
        private_regions([inside, Mask(Region(100, 0, 110, 10))], screen)
