"""A session outside of any slot may name the template that it is filled from until it starts."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Written out, because SQLite takes a reference with a new column and in no other way.
    op.execute(
        "ALTER TABLE airing ADD COLUMN programme_id VARCHAR(36) "
        "CONSTRAINT fk_airing_programme_id REFERENCES programme (id)"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("airing", "programme_id")
