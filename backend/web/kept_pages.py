"""Pages that are the same for everyone, kept for a minute: building a large one takes as long as fifty small ones."""

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta

from backend.clock import Clock

KEPT_FOR = timedelta(minutes=1)
AT_MOST = 200


class KeptPages:
    """The texts of pages by a key that names all they depend on, but for what may be a minute old."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[Hashable, tuple[datetime, str]] = {}

    async def get(self, key: Hashable, build: Callable[[], Awaitable[str]]) -> str:
        """The page under this key, built anew when there is none or it is older than a minute."""
        now = self._clock()
        built_at, page = self._kept.get(key, (now, None))
        if page is None or not timedelta(0) <= now - built_at < KEPT_FOR:
            page = await build()
            if len(self._kept) >= AT_MOST:
                self._kept.clear()
            self._kept[key] = (now, page)
        return page
