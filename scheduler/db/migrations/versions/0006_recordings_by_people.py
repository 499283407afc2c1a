"""A recording says for which words it was made and what its check remarked; one of a draft can be taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HANDED_IN = (
    "NOT EXISTS (SELECT 1 FROM recording t JOIN revision r ON r.id = t.revision_id "
    "WHERE t.id = NEW.recording_id AND r.state = 'draft')"
)
REFUSAL = "recording_removal: a track that was handed in stays"
GROWS = "recording_removal: records only grow"


def upgrade() -> None:
    """Apply."""
    op.add_column("recording", sa.Column("words_sha256", sa.String(length=64), nullable=True))
    op.add_column("recording", sa.Column("notes", sa.JSON(), nullable=True))
    op.create_table(
        "recording_removal",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recording_removal_person_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_recording_removal_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_recording_removal")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER recording_removal_no_{deed.lower()} BEFORE {deed} ON recording_removal "
            f"BEGIN SELECT RAISE(ABORT, '{GROWS}'); END"
        )
    op.execute(
        "CREATE TRIGGER recording_removal_no_replace BEFORE INSERT ON recording_removal WHEN EXISTS "
        "(SELECT 1 FROM recording_removal WHERE recording_id = NEW.recording_id) "
        f"BEGIN SELECT RAISE(ABORT, '{GROWS}'); END"
    )
    op.execute(
        f"CREATE TRIGGER recording_removal_of_draft BEFORE INSERT ON recording_removal WHEN {HANDED_IN} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE TRIGGER recording_removal_forever BEFORE UPDATE OR DELETE ON recording_removal "
        "FOR EACH ROW EXECUTE FUNCTION loa_records_only_grow()"
    )
    op.execute(
        "CREATE TRIGGER recording_removal_no_truncate BEFORE TRUNCATE ON recording_removal "
        "FOR EACH STATEMENT EXECUTE FUNCTION loa_records_only_grow()"
    )
    op.execute(
        "CREATE FUNCTION loa_recording_removal_of_draft() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {HANDED_IN} THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER recording_removal_of_draft BEFORE INSERT ON recording_removal "
        "FOR EACH ROW EXECUTE FUNCTION loa_recording_removal_of_draft()"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("recording_removal")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION loa_recording_removal_of_draft()")
    op.drop_column("recording", "notes")
    op.drop_column("recording", "words_sha256")
