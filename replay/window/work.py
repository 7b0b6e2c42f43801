"""Something that takes long and is done once, beside the window."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class Work(Generic[_Result]):
    """A function, called in a thread of its own that ends with it.

    unwanted is called with what comes of it when nobody waits for that any more, be it in the thread.
    Errors: what the function raises, from take().
    """

    def __init__(self, do: Callable[[], _Result], *, unwanted: Callable[[_Result], None] = lambda _: None) -> None:
        self._do = do
        self._unwanted = unwanted
        self._news = threading.Lock()
        self._results: list[_Result] = []
        self._error: Exception | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sealcast-work", daemon=True)
        self._thread.start()

    def take(self) -> _Result | None:
        """Return what came of it, once."""
        with self._news:
            if self._error:
                raise self._error
            return self._results.pop() if self._results else None

    def close(self) -> None:
        """Wait no longer; the thread is left behind."""
        with self._news:
            self._closed = True
            left, self._results = self._results, []
        for result in left:
            self._unwanted(result)

    def _run(self) -> None:
        try:
            result = self._do()
        except Exception as error:  # noqa: BLE001 - it is raised where somebody waits
            with self._news:
                self._error = error
            return
        with self._news:
            if not self._closed:
                self._results.append(result)
                return
        self._unwanted(result)
