"""Sessions in which no customer could show a screen are told apart."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"


def upgrade() -> None:
    """Go there."""
    # Added and not by a copy of the table: other tables refer to it.
    op.add_column("session", sa.Column("screenless", sa.Boolean(), nullable=False, server_default=sa.false()))
