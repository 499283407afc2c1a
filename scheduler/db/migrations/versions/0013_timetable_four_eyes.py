"""Nobody publishes a change of the timetable of his or her own, whatever the program says."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OWN = "NEW.decision = 'published' AND NEW.decided_by = NEW.proposed_by"
WORDS = "four eyes: nobody publishes a change of his or her own"
DEEDS = ("INSERT", "UPDATE")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in DEEDS:
            op.execute(
                f"CREATE TRIGGER timetable_change_four_eyes_{deed.lower()} BEFORE {deed} ON timetable_change "
                f"WHEN {OWN} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION loa_timetable_change_four_eyes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {OWN} THEN RAISE EXCEPTION '{WORDS}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER timetable_change_four_eyes BEFORE {' OR '.join(DEEDS)} ON timetable_change "
        "FOR EACH ROW EXECUTE FUNCTION loa_timetable_change_four_eyes()"
    )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in DEEDS:
            op.execute(f"DROP TRIGGER timetable_change_four_eyes_{deed.lower()}")
        return
    op.execute("DROP FUNCTION loa_timetable_change_four_eyes() CASCADE")
