"""A revision says how it is to be spoken, frozen with its text; a rendering tells how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FROZEN = (
    "bulletin_id, number, title, bulletin_class, language, valid_from, valid_to, directive_id, obligation_id, "
    "script, script_sha256, reading, reading_sha256, sentences, author_id"
)
MANNER = ("voice", "speed_permille", "sentence_pause_ms", "paragraph_pause_ms")
PROGRESS = ("engine_at_work", "sentences_done", "sentences_total")


def upgrade() -> None:
    """Apply."""
    op.add_column("revision", sa.Column("voice", sa.String(length=100), nullable=True))
    op.add_column("revision", sa.Column("speed_permille", sa.Integer(), nullable=False, server_default="1000"))
    op.add_column("revision", sa.Column("sentence_pause_ms", sa.Integer(), nullable=True))
    op.add_column("revision", sa.Column("paragraph_pause_ms", sa.Integer(), nullable=True))
    op.add_column("render_request", sa.Column("engine_at_work", sa.String(length=32), nullable=True))
    op.add_column("render_request", sa.Column("sentences_done", sa.Integer(), nullable=True))
    op.add_column("render_request", sa.Column("sentences_total", sa.Integer(), nullable=True))
    _freeze(f"{FROZEN}, {', '.join(MANNER)}")


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


def downgrade() -> None:
    """Take back."""
    _freeze(FROZEN)
    for column in PROGRESS:
        op.drop_column("render_request", column)
    for column in MANNER:
        op.drop_column("revision", column)
