"""The change of the timetable that a person is putting together."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "timetable_draft",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_timetable_draft_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_timetable_draft")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("timetable_draft")
