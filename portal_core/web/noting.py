"""What somebody did who has signed in, as the audit log has it: who, when, and from where."""

from fastapi import Request

from portal_core.db import audit
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.db.database import Transaction
from portal_core.web.context import address_of, context_of
from portal_core.web.signed_in import SignedIn


def note(tx: Transaction, request: Request, me: SignedIn, what: What, about: rows.Fields | None = None) -> None:
    """Note it."""
    audit.add(
        tx,
        what,
        account_id=me.account_id,
        person_id=me.person_id,
        at_us=context_of(request).now_us(),
        about=about,
        address=address_of(request),
    )
