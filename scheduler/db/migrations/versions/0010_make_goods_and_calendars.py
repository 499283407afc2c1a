"""An airing may make another good; secret links to a station's calendar, kept by their hash."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LIVING_MAKE_GOOD = "make_good_of IS NOT NULL AND cancelled_at IS NULL"
LIVING_LINK = "ended_at IS NULL"


def upgrade() -> None:
    """Apply."""
    # Written out, because SQLite takes a reference with a new column and in no other way.
    op.execute(
        "ALTER TABLE airing ADD COLUMN make_good_of VARCHAR(36) "
        "CONSTRAINT fk_airing_make_good_of REFERENCES airing (id)"
    )
    op.create_index(
        "uq_airing_make_good_of",
        "airing",
        ["make_good_of"],
        unique=True,
        sqlite_where=sa.text(LIVING_MAKE_GOOD),
        postgresql_where=sa.text(LIVING_MAKE_GOOD),
    )
    op.create_table(
        "calendar_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_calendar_link_station_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_calendar_link_made_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_calendar_link_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_link_secret_hash")),
    )
    op.create_index(
        "uq_calendar_link_station_id",
        "calendar_link",
        ["station_id"],
        unique=True,
        sqlite_where=sa.text(LIVING_LINK),
        postgresql_where=sa.text(LIVING_LINK),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("calendar_link")
    op.drop_index("uq_airing_make_good_of", table_name="airing")
    op.drop_column("airing", "make_good_of")
