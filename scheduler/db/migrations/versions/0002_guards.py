"""The database's own guards: four eyes, frozen texts, records that only grow."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FOREVER = (
    "ledger_entry",
    "as_run_entry",
    "as_run_evidence",
    "approval",
    "approval_end",
    "contributor",
    "medium",
    "recording",
    "audit_event",
    "bulletin",
    "settlement",
    "log_row",
)
FROZEN = (
    "bulletin_id, number, title, bulletin_class, language, valid_from, valid_to, directive_id, obligation_id, "
    "script, script_sha256, reading, reading_sha256, sentences, author_id"
)
EYES = (
    "EXISTS (SELECT 1 FROM contributor c WHERE c.bulletin_id = NEW.bulletin_id AND c.person_id = NEW.approver_id) "
    "OR EXISTS (SELECT 1 FROM revision r WHERE r.bulletin_id = NEW.bulletin_id "
    "AND (r.author_id = NEW.approver_id OR r.submitted_by = NEW.approver_id)) "
    "OR EXISTS (SELECT 1 FROM recording t JOIN revision r ON r.id = t.revision_id "
    "WHERE r.bulletin_id = NEW.bulletin_id AND t.made_by = NEW.approver_id)"
)


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    for table in FOREVER:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: records only grow'); END"
            )
    op.execute(
        f"CREATE TRIGGER approval_four_eyes BEFORE INSERT ON approval WHEN {EYES} "
        "BEGIN SELECT RAISE(ABORT, 'four eyes: a contributor cannot approve'); END"
    )
    op.execute(
        f"CREATE TRIGGER revision_frozen BEFORE UPDATE OF {FROZEN} ON revision WHEN OLD.state <> 'draft' "
        "BEGIN SELECT RAISE(ABORT, 'revision: a submitted text is frozen'); END"
    )
    op.execute(
        "CREATE TRIGGER revision_no_delete BEFORE DELETE ON revision WHEN OLD.state <> 'draft' "
        "BEGIN SELECT RAISE(ABORT, 'revision: records only grow'); END"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION loa_records_only_grow() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: records only grow', TG_TABLE_NAME; END $$"
    )
    for table in FOREVER:
        op.execute(
            f"CREATE TRIGGER {table}_forever BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION loa_records_only_grow()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION loa_records_only_grow()"
        )
    op.execute(
        "CREATE FUNCTION loa_four_eyes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {EYES} THEN RAISE EXCEPTION 'four eyes: a contributor cannot approve'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER approval_four_eyes BEFORE INSERT ON approval FOR EACH ROW EXECUTE FUNCTION loa_four_eyes()"
    )
    op.execute(
        "CREATE FUNCTION loa_revision_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'revision: a submitted text is frozen'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER revision_frozen BEFORE UPDATE OF {FROZEN} ON revision FOR EACH ROW "
        "WHEN (OLD.state <> 'draft') EXECUTE FUNCTION loa_revision_frozen()"
    )
    op.execute(
        "CREATE TRIGGER revision_no_delete BEFORE DELETE ON revision FOR EACH ROW "
        "WHEN (OLD.state <> 'draft') EXECUTE FUNCTION loa_records_only_grow()"
    )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        for table in FOREVER:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        for name in ("approval_four_eyes", "revision_frozen", "revision_no_delete"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        for function in ("loa_records_only_grow", "loa_four_eyes", "loa_revision_frozen"):
            op.execute(f"DROP FUNCTION {function}() CASCADE")
