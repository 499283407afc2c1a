"""The database's own guards: four eyes, frozen texts, records that only grow."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Tables whose rows are never changed or deleted, each with its keys: SQLite's INSERT OR REPLACE deletes the row that
# holds a key already, and asks no DELETE trigger.
FOREVER = {
    "ledger_entry": ("seq", "prev", "hash"),
    "as_run_entry": ("id", "station_id, chain, n"),
    "as_run_evidence": ("id",),
    "approval": ("digest", "revision_id"),
    "approval_end": ("digest",),
    "contributor": ("bulletin_id, person_id, deed",),
    "medium": ("sha256",),
    "recording": ("id",),
    "audit_event": ("ledger_seq",),
    "bulletin": ("id", "house_key"),
    "settlement": ("id", "airing_id, ordinal"),
    "log_row": ("settlement_id, ordinal",),
}
REPLACEABLE = {
    **FOREVER,
    "revision": ("id", "bulletin_id, number"),
    "role_grant": ("id",),
    "rundown_issue": ("id", "station_id, sequence"),
    "ledger_head": ("id",),
}
FROZEN = (
    "bulletin_id, number, title, bulletin_class, language, valid_from, valid_to, directive_id, obligation_id, "
    "script, script_sha256, reading, reading_sha256, sentences, author_id"
)
# Four eyes are those of the bulletin to which the revision truly belongs, whatever the approval's row says.
BULLETIN = "(SELECT r.bulletin_id FROM revision r WHERE r.id = NEW.revision_id)"
EYES = (
    f"EXISTS (SELECT 1 FROM contributor c WHERE c.bulletin_id = {BULLETIN} AND c.person_id = NEW.approver_id) "
    f"OR EXISTS (SELECT 1 FROM revision r WHERE r.bulletin_id = {BULLETIN} "
    "AND (r.author_id = NEW.approver_id OR r.submitted_by = NEW.approver_id)) "
    "OR EXISTS (SELECT 1 FROM recording t JOIN revision r ON r.id = t.revision_id "
    f"WHERE r.bulletin_id = {BULLETIN} AND t.made_by = NEW.approver_id)"
)
UNFIT = (
    "NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = NEW.revision_id AND r.bulletin_id = NEW.bulletin_id "
    "AND r.state = 'submitted')"
)
BOTH_ROLES = (
    "NEW.role IN ('admin', 'approver') AND NEW.revoked_at IS NULL AND EXISTS (SELECT 1 FROM role_grant g "
    "WHERE g.person_id = NEW.person_id AND g.revoked_at IS NULL AND g.role IN ('admin', 'approver') "
    "AND g.role <> NEW.role)"
)
REWRITTEN = (
    "OLD.revoked_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.role <> OLD.role "
    "OR NEW.granted_at <> OLD.granted_at"
)
BACKWARD = "OLD.state <> 'draft' AND NEW.state <> OLD.state AND NEW.state IN ('draft', 'submitted')"
SUBMITTED = "OLD.state <> 'draft'"
PUBLISHED = "OLD.envelope IS NOT NULL"
FROZEN_TEXT = "revision: a submitted text is frozen"
# name: (table, when, condition, what the refusal says)
GUARDS = {
    "approval_four_eyes": ("approval", "INSERT", EYES, "four eyes: a contributor cannot approve"),
    "approval_fits": ("approval", "INSERT", UNFIT, "approval: only of its own bulletin, and of a submitted revision"),
    "role_grant_duties": ("role_grant", "INSERT", BOTH_ROLES, "role_grant: nobody is both admin and approver"),
    "revision_frozen": ("revision", f"UPDATE OF {FROZEN}", SUBMITTED, FROZEN_TEXT),
    "revision_onward": ("revision", "UPDATE OF state", BACKWARD, FROZEN_TEXT),
    "revision_no_delete": ("revision", "DELETE", SUBMITTED, "revision: records only grow"),
    "role_grant_frozen": ("role_grant", "UPDATE", REWRITTEN, "role_grant: records only grow"),
    "role_grant_no_delete": ("role_grant", "DELETE", "1 = 1", "role_grant: records only grow"),
    "rundown_issue_frozen": ("rundown_issue", "UPDATE", PUBLISHED, "rundown_issue: records only grow"),
    "rundown_issue_no_delete": ("rundown_issue", "DELETE", PUBLISHED, "rundown_issue: records only grow"),
    "ledger_head_onward": ("ledger_head", "UPDATE", "NEW.seq <= OLD.seq", "ledger_head: records only grow"),
    "ledger_head_no_delete": ("ledger_head", "DELETE", "1 = 1", "ledger_head: records only grow"),
}


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
    for table, keys in REPLACEABLE.items():
        held = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {_same(key)})" for key in keys)
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {held} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: records only grow, this one is there already'); END"
        )
    for name, (table, deed, condition, words) in GUARDS.items():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )


def _same(key: str) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in key.split(", "))


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
    for table in REPLACEABLE:
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION loa_records_only_grow()"
        )
    for name, (table, deed, condition, words) in GUARDS.items():
        passed = "OLD" if deed == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION loa_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{words}'; END IF; RETURN {passed}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION loa_{name}()")


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        names = [f"{table}_no_{deed}" for table in FOREVER for deed in ("update", "delete")]
        for name in (*names, *(f"{table}_no_replace" for table in REPLACEABLE), *GUARDS):
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name in ("records_only_grow", *GUARDS):
            op.execute(f"DROP FUNCTION loa_{name}() CASCADE")
