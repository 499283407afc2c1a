"""Emergencies: what a revision orders, the airings that it released, what goes out first; ties of priorities."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FROZEN = (
    "bulletin_id, number, title, bulletin_class, language, valid_from, valid_to, directive_id, obligation_id, "
    "script, script_sha256, reading, reading_sha256, sentences, author_id, "
    "voice, speed_permille, sentence_pause_ms, paragraph_pause_ms"
)
# Each with its key: SQLite's INSERT OR REPLACE deletes the row that holds a key already, and asks no DELETE trigger.
FOREVER = {"release": "airing_id = NEW.airing_id", "tie_order": "id = NEW.id"}


def upgrade() -> None:
    """Apply."""
    op.add_column("revision", sa.Column("emergency", sa.Text(), nullable=True))
    op.add_column("airing", sa.Column("drill", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("airing", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    _freeze(f"{FROZEN}, emergency")
    _records()
    _urgent()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _records() -> None:
    op.create_table(
        "release",
        sa.Column("airing_id", sa.String(length=36), nullable=False),
        sa.Column("approval_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["airing_id"], ["airing.id"], name=op.f("fk_release_airing_id")),
        sa.ForeignKeyConstraint(["approval_digest"], ["approval.digest"], name=op.f("fk_release_approval_digest")),
        sa.PrimaryKeyConstraint("airing_id", name=op.f("pk_release")),
    )
    op.create_index(op.f("ix_release_approval_digest"), "release", ["approval_digest"], unique=False)
    op.create_table(
        "tie_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("airing_id", sa.String(length=36), nullable=False),
        sa.Column("bulletins", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["airing_id"], ["airing.id"], name=op.f("fk_tie_order_airing_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tie_order_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie_order")),
    )
    op.create_index(op.f("ix_tie_order_airing_id"), "tie_order", ["airing_id"], unique=False)


def _urgent() -> None:
    op.create_table(
        "urgent_dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("bulletin_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason IN ('emergency', 'withdrawal')", name=op.f("ck_urgent_dispatch_reason")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_urgent_dispatch_station_id")),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_urgent_dispatch_bulletin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_dispatch")),
    )
    op.create_index(
        "ix_urgent_dispatch_open",
        "urgent_dispatch",
        ["station_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _freeze(columns: str) -> None:
    """Put the guard of 0002 over ``columns``; on PostgreSQL the function that it calls stays."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER revision_frozen")
        op.execute(
            f"CREATE TRIGGER revision_frozen BEFORE UPDATE OF {columns} ON revision WHEN OLD.state <> 'draft' "
            "BEGIN SELECT RAISE(ABORT, 'revision: a submitted text is frozen'); END"
        )
        return
    op.execute("DROP TRIGGER revision_frozen ON revision")
    op.execute(
        f"CREATE TRIGGER revision_frozen BEFORE UPDATE OF {columns} ON revision "
        "FOR EACH ROW EXECUTE FUNCTION loa_revision_frozen()"
    )


def _guard_sqlite() -> None:
    for table, held in FOREVER.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: records only grow'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {held}) {refuse}"
        )


def _guard_postgresql() -> None:
    refuse = "EXECUTE FUNCTION loa_records_only_grow()"
    for table in FOREVER:
        op.execute(f"CREATE TRIGGER {table}_forever BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")


def downgrade() -> None:
    """Take back."""
    op.drop_index(
        "ix_urgent_dispatch_open",
        table_name="urgent_dispatch",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_table("urgent_dispatch")
    op.drop_index(op.f("ix_tie_order_airing_id"), table_name="tie_order")
    op.drop_table("tie_order")
    op.drop_index(op.f("ix_release_approval_digest"), table_name="release")
    op.drop_table("release")
    _freeze(FROZEN)
    op.drop_column("airing", "expires_at")
    op.drop_column("airing", "drill")
    op.drop_column("revision", "emergency")
