"""The district's own glossary, of which only an entry's end may be written later, once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLE = "glossary_entry"
FROZEN = "id, written, spoken, context, note, language, valid_from, valid_to, replaces_id, created_by, created_at"
# What an inserted row would take the place of: SQLite's INSERT OR REPLACE deletes it, and asks no DELETE trigger.
HELD = (
    f"EXISTS (SELECT 1 FROM {TABLE} g WHERE g.id = NEW.id OR (g.ended_at IS NULL AND NEW.ended_at IS NULL "
    "AND g.language = NEW.language AND g.written = NEW.written AND g.context = NEW.context "
    "AND g.valid_from = NEW.valid_from))"
)
FUNCTION = "loa_glossary_only_grows"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("written", sa.String(length=120), nullable=False),
        sa.Column("spoken", sa.String(length=400), nullable=False),
        sa.Column("context", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_glossary_entry_validity")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_glossary_entry_whole_end")),
        sa.ForeignKeyConstraint(["replaces_id"], ["glossary_entry.id"], name=op.f("fk_glossary_entry_replaces_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_glossary_entry_created_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_glossary_entry_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_entry")),
    )
    op.create_index(
        "uq_glossary_entry_standing",
        TABLE,
        ["language", "written", "context", "valid_from"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{TABLE}: records only grow'); END"
    op.execute(f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE OF {FROZEN} ON {TABLE} {refuse}")
    op.execute(f"CREATE TRIGGER {TABLE}_no_second_end BEFORE UPDATE ON {TABLE} WHEN OLD.ended_at IS NOT NULL {refuse}")
    op.execute(f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} {refuse}")
    op.execute(f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} WHEN {HELD} {refuse}")


def _guard_postgresql() -> None:
    op.execute(
        f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: records only grow', TG_TABLE_NAME; END $$"
    )
    refuse = f"EXECUTE FUNCTION {FUNCTION}()"
    op.execute(f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE OF {FROZEN} ON {TABLE} FOR EACH ROW {refuse}")
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_second_end BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        f"WHEN (OLD.ended_at IS NOT NULL) {refuse}"
    )
    op.execute(f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW {refuse}")
    op.execute(f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT {refuse}")


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"DROP FUNCTION {FUNCTION}() CASCADE")
    op.drop_table(TABLE)
