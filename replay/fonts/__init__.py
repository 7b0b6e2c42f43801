"""The fonts that come along, as paths of files."""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
REGULAR: Final = str(_HERE / "Inter-Regular.ttf")
SEMIBOLD: Final = str(_HERE / "Inter-SemiBold.ttf")
