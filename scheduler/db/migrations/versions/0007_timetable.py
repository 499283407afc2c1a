"""The timetable as versions of slots, changes with their decision, operators' stances, corrections of holidays."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Each with its key: SQLite's INSERT OR REPLACE deletes the row that holds a key already, and asks no DELETE trigger.
FOREVER = {
    "slot_version": "slot_id = NEW.slot_id AND number = NEW.number",
    "timetable_stance": "id = NEW.id",
    "holiday_change": "id = NEW.id",
}
CHANGE = "timetable_change"
PROPOSED = "id, title, note, steps, proposed_by, proposed_at"


def upgrade() -> None:
    """Apply."""
    _changes()
    _records()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _changes() -> None:
    op.create_table(
        CHANGE,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("effect", sa.Text(), nullable=True),
        sa.Column("effect_digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_timetable_change_whole_decision"),
        ),
        sa.CheckConstraint(
            "decision IN ('published', 'refused', 'withdrawn')", name=op.f("ck_timetable_change_decision")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_timetable_change_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_timetable_change_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_change")),
    )
    op.create_index(
        "ix_timetable_change_open",
        CHANGE,
        ["proposed_at"],
        unique=False,
        sqlite_where=sa.text("decision IS NULL"),
        postgresql_where=sa.text("decision IS NULL"),
    )


def _records() -> None:
    op.create_table(
        "slot_version",
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("published_by", sa.String(length=36), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_slot_version_number")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_version_slot_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_slot_version_published_by")),
        sa.ForeignKeyConstraint(["change_id"], ["timetable_change.id"], name=op.f("fk_slot_version_change_id")),
        sa.PrimaryKeyConstraint("slot_id", "number", name=op.f("pk_slot_version")),
    )
    op.create_index(op.f("ix_slot_version_change_id"), "slot_version", ["change_id"], unique=False)
    op.create_table(
        "timetable_stance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("stance", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stance IN ('confirm', 'object')", name=op.f("ck_timetable_stance_stance")),
        sa.ForeignKeyConstraint(["change_id"], ["timetable_change.id"], name=op.f("fk_timetable_stance_change_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_timetable_stance_station_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_timetable_stance_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_stance")),
    )
    op.create_index(op.f("ix_timetable_stance_change_id"), "timetable_stance", ["change_id"], unique=False)
    op.create_table(
        "holiday_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_holiday_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday_change")),
    )
    op.create_index(op.f("ix_holiday_change_day"), "holiday_change", ["day"], unique=False)


def _guard_sqlite() -> None:
    for table, held in FOREVER.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: records only grow'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {held}) {refuse}"
        )
    refuse = f"BEGIN SELECT RAISE(ABORT, '{CHANGE}: records only grow'); END"
    op.execute(f"CREATE TRIGGER {CHANGE}_no_update BEFORE UPDATE OF {PROPOSED} ON {CHANGE} {refuse}")
    op.execute(f"CREATE TRIGGER {CHANGE}_no_second BEFORE UPDATE ON {CHANGE} WHEN OLD.decision IS NOT NULL {refuse}")
    op.execute(f"CREATE TRIGGER {CHANGE}_no_delete BEFORE DELETE ON {CHANGE} {refuse}")
    op.execute(
        f"CREATE TRIGGER {CHANGE}_no_replace BEFORE INSERT ON {CHANGE} "
        f"WHEN EXISTS (SELECT 1 FROM {CHANGE} WHERE id = NEW.id) {refuse}"
    )


def _guard_postgresql() -> None:
    refuse = "EXECUTE FUNCTION loa_records_only_grow()"
    for table in FOREVER:
        op.execute(f"CREATE TRIGGER {table}_forever BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
    op.execute(f"CREATE TRIGGER {CHANGE}_no_update BEFORE UPDATE OF {PROPOSED} ON {CHANGE} FOR EACH ROW {refuse}")
    op.execute(
        f"CREATE TRIGGER {CHANGE}_no_second BEFORE UPDATE ON {CHANGE} FOR EACH ROW "
        f"WHEN (OLD.decision IS NOT NULL) {refuse}"
    )
    op.execute(f"CREATE TRIGGER {CHANGE}_no_delete BEFORE DELETE ON {CHANGE} FOR EACH ROW {refuse}")
    op.execute(f"CREATE TRIGGER {CHANGE}_no_truncate BEFORE TRUNCATE ON {CHANGE} FOR EACH STATEMENT {refuse}")


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_holiday_change_day"), table_name="holiday_change")
    op.drop_table("holiday_change")
    op.drop_index(op.f("ix_timetable_stance_change_id"), table_name="timetable_stance")
    op.drop_table("timetable_stance")
    op.drop_index(op.f("ix_slot_version_change_id"), table_name="slot_version")
    op.drop_table("slot_version")
    op.drop_index(
        "ix_timetable_change_open",
        table_name=CHANGE,
        sqlite_where=sa.text("decision IS NULL"),
        postgresql_where=sa.text("decision IS NULL"),
    )
    op.drop_table(CHANGE)
