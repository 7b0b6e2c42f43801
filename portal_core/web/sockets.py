"""What sockets have in common: they end with the first thing that ends on them, and with the sign-in that opened them.

Opened once, a socket asks nobody again; so it is looked from time to time whether whoever opened it is still let in.
"""

import asyncio
import random
from collections.abc import Coroutine
from typing import Any, Final

from portal_core.db import models, sign_ins
from portal_core.sign_ins import SEEN_AGAIN_US
from portal_core.web.context import Context
from portal_core.web.signed_in import SignedIn

LOOK_AGAIN_S: Final = 5


async def first_of(*doing: Coroutine[Any, Any, None]) -> None:
    """Do several things until one of them ends, in whatever way; then the others end, too."""
    tasks = [asyncio.create_task(one) for one in doing]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def signed_out(ours: Context, me: SignedIn, *, active: bool) -> None:
    """Return when a sign-in has ended, or its person is let in no more.  active: what he does here keeps it going."""
    while await asyncio.to_thread(_holds, ours, me, active=active):  # noqa: ASYNC110 - another process may end it, too
        await asyncio.sleep(LOOK_AGAIN_S * random.uniform(0.5, 1))  # noqa: S311 - not all sockets at the same moment


def _holds(ours: Context, me: SignedIn, *, active: bool) -> bool:
    now_us = ours.now_us()
    try:
        with ours.db.look() as tx:
            row, person = tx.get(models.SignIn, me.sign_in_id), tx.get(models.Person, me.person_id)
        if row is None or person is None or not sign_ins.good(row, now_us=now_us):
            return False
        if active and now_us - row.seen_us >= SEEN_AGAIN_US:
            with ours.db.begin() as tx:
                sign_ins.seen(tx, row.id, now_us=now_us)
    except Exception:  # noqa: BLE001 - on a full disk sessions go on, and it is looked again
        return True
    else:
        return person.deleted_us is None and not person.first_password
