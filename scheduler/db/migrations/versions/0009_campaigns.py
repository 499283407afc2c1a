"""Campaigns and what was decided on them, places of templates, why an airing holds an item, goals that aren't met."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Each with its keys: SQLite's INSERT OR REPLACE deletes the row that holds a key already, and asks no DELETE trigger.
FOREVER = {
    "campaign": ("id",),
    "campaign_bulletin": ("campaign_id, ordinal", "campaign_id, bulletin_id"),
    "campaign_step": ("campaign_id, step",),
}
# Four eyes: who proposed a campaign does not publish it.
OWN = "NEW.step = 'published' AND EXISTS (SELECT 1 FROM campaign c WHERE c.id = NEW.campaign_id AND c.proposed_by = NEW.person_id)"  # noqa: E501 - one condition
OWN_WORDS = "four eyes: a proposer cannot publish"


def upgrade() -> None:
    """Apply."""
    _campaigns()
    _plan()
    for column in (
        "why TEXT",
        "campaign_id VARCHAR(36) CONSTRAINT fk_airing_item_campaign_id REFERENCES campaign (id)",
    ):
        op.execute(f"ALTER TABLE airing_item ADD COLUMN {column}")
    op.create_index(op.f("ix_airing_item_campaign_id"), "airing_item", ["campaign_id"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=True),
        sa.Column("change_id", sa.String(length=36), nullable=True),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_campaign_days")),
        sa.CheckConstraint("per_day >= 1", name=op.f("ck_campaign_per_day")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_campaign_obligation_id")),
        sa.ForeignKeyConstraint(["change_id"], ["timetable_change.id"], name=op.f("fk_campaign_change_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_campaign_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(op.f("ix_campaign_last_day"), "campaign", ["last_day"])
    op.create_table(
        "campaign_bulletin",
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bulletin_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_bulletin_campaign_id")),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_campaign_bulletin_bulletin_id")),
        sa.PrimaryKeyConstraint("campaign_id", "ordinal", name=op.f("pk_campaign_bulletin")),
        sa.UniqueConstraint("campaign_id", "bulletin_id", name=op.f("uq_campaign_bulletin_campaign_id_bulletin_id")),
    )
    op.create_index(op.f("ix_campaign_bulletin_bulletin_id"), "campaign_bulletin", ["bulletin_id"])
    op.create_table(
        "campaign_step",
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "step IN ('published', 'refused', 'withdrawn', 'ended')", name=op.f("ck_campaign_step_step")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_step_campaign_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_campaign_step_person_id")),
        sa.PrimaryKeyConstraint("campaign_id", "step", name=op.f("pk_campaign_step")),
    )


def _plan() -> None:
    op.create_table(
        "programme_place",
        sa.Column("programme_id", sa.String(length=36), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("longest_s", sa.Integer(), nullable=True),
        sa.Column("campaigns", sa.Text(), nullable=True),
        sa.Column("sting_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint("kind IN ('rotation', 'headlines', 'notices')", name=op.f("ck_programme_place_kind")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_place_programme_id")),
        sa.ForeignKeyConstraint(["sting_id"], ["bulletin.id"], name=op.f("fk_programme_place_sting_id")),
        sa.PrimaryKeyConstraint("programme_id", "ordinal", name=op.f("pk_programme_place")),
        sa.UniqueConstraint("programme_id", "kind", name=op.f("uq_programme_place_programme_id_kind")),
    )
    op.create_table(
        "goal_unmet",
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("bulletin_id", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("why_not", sa.String(length=24), nullable=False),
        sa.Column("omission", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_goal_unmet_station_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_goal_unmet_campaign_id")),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_goal_unmet_bulletin_id")),
        sa.PrimaryKeyConstraint(
            "station_id", "local_date", "campaign_id", "bulletin_id", "language", name=op.f("pk_goal_unmet")
        ),
    )
    op.create_index(op.f("ix_goal_unmet_campaign_id"), "goal_unmet", ["campaign_id"])


def _guard_sqlite() -> None:
    for table, keys in FOREVER.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: records only grow'); END"
        held = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {_same(key)})" for key in keys)
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {held} {refuse}")
    op.execute(
        f"CREATE TRIGGER campaign_step_four_eyes BEFORE INSERT ON campaign_step WHEN {OWN} "
        f"BEGIN SELECT RAISE(ABORT, '{OWN_WORDS}'); END"
    )


def _same(key: str) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in key.split(", "))


def _guard_postgresql() -> None:
    refuse = "EXECUTE FUNCTION loa_records_only_grow()"
    for table in FOREVER:
        op.execute(f"CREATE TRIGGER {table}_forever BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
    op.execute(
        "CREATE FUNCTION loa_campaign_step_four_eyes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {OWN} THEN RAISE EXCEPTION '{OWN_WORDS}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER campaign_step_four_eyes BEFORE INSERT ON campaign_step "
        "FOR EACH ROW EXECUTE FUNCTION loa_campaign_step_four_eyes()"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_airing_item_campaign_id"), table_name="airing_item")
    with op.batch_alter_table("airing_item") as table:
        table.drop_column("campaign_id")
        table.drop_column("why")
    for name in ("goal_unmet", "programme_place", "campaign_step", "campaign_bulletin", "campaign"):
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION loa_campaign_step_four_eyes()")
