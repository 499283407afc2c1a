"""Each row of the air log names its item in the rundown, as the station's entries do."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("log_row", sa.Column("item", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("log_row", "item")
