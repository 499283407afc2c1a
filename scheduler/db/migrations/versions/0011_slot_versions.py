"""A slot is its identity; what it is stands in its versions, and how it came about in a change."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OLD = sa.table(
    "slot",
    *(
        sa.column(name, kind)
        for name, kind in (
            ("id", sa.String()),
            ("station_id", sa.String()),
            ("programme_id", sa.String()),
            ("title", sa.String()),
            ("weekdays", sa.String()),
            ("starts", sa.Time()),
            ("max_duration_s", sa.Integer()),
            ("start_rule", sa.String()),
            ("grace_s", sa.Integer()),
            ("gain_cb", sa.Integer()),
            ("zone", sa.String()),
            ("valid_from", sa.Date()),
            ("valid_to", sa.Date()),
            ("proposed_by", sa.String()),
            ("proposed_at", sa.DateTime(timezone=True)),
            ("published_by", sa.String()),
            ("published_at", sa.DateTime(timezone=True)),
            ("ended_by", sa.String()),
            ("ended_at", sa.DateTime(timezone=True)),
        )
    ),
)
SLOT = sa.table("slot", sa.column("id", sa.String()))
CHANGE = sa.table(
    "timetable_change",
    *(
        sa.column(name, sa.String())
        for name in ("id", "title", "note", "steps", "proposed_by", "decided_by", "decision")
    ),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("proposed_at", "decided_at")),
)
VERSION = sa.table(
    "slot_version",
    *(sa.column(name, sa.String()) for name in ("slot_id", "content", "published_by", "change_id")),
    sa.column("number", sa.Integer()),
    sa.column("published_at", sa.DateTime(timezone=True)),
)
FACTS = (
    "title", "weekdays", "starts", "max_duration_s", "start_rule", "grace_s", "gain_cb", "zone", "valid_from",
    "valid_to", "proposed_by", "proposed_at", "published_by", "published_at", "ended_by", "ended_at", "programme_id",
    "station_id",
)  # fmt: skip


def upgrade() -> None:
    """Apply."""
    bind = op.get_bind()
    old = bind.execute(sa.select(OLD).order_by(OLD.c.id)).all()
    _only_identities([row.id for row in old if row.published_at is not None])
    for change, rows in _changes(old):
        bind.execute(CHANGE.insert(), change)
        for row in rows:
            if row.published_at is not None:
                bind.execute(VERSION.insert(), _versions(row, change["id"]))
    for name, condition in (
        ("ix_airing_one_off", "slot_id IS NULL"),
        ("ix_airing_called_off", "cancel_reason IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "airing", ["starts_at"], sqlite_where=where, postgresql_where=where)


def _only_identities(published: list[str]) -> None:
    """Leave of the table its key, and of its rows those that were ever published: airings name them."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        # The table can't lose columns with foreign keys, so it is made anew; airings find their slots again at once.
        op.execute("PRAGMA defer_foreign_keys = ON")
        op.drop_table("slot")
        op.create_table(
            "slot", sa.Column("id", sa.String(length=36), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_slot")
        )
        if published:
            bind.execute(SLOT.insert(), [{"id": identity} for identity in published])
        return
    op.execute("DELETE FROM slot WHERE published_at IS NULL")
    for name in FACTS:
        op.drop_column("slot", name)


def _changes(old: Sequence[sa.Row[Any]]) -> list[tuple[dict[str, Any], list[sa.Row[Any]]]]:
    """Return what was proposed together as one change each, with its slots."""
    found = []
    for key, rows in groupby(sorted(old, key=_together), key=_together):
        together = list(rows)
        first = together[0]
        published = first.published_at is not None
        given_up = not published and first.ended_at is not None
        found.append(
            (
                {
                    "id": str(uuid5(UUID(first.id), "change")),
                    "title": key[0],
                    "note": "",
                    "steps": _canonical([{"do": "add", "slot": row.id, "content": _content(row)} for row in together]),
                    "proposed_by": first.proposed_by,
                    "proposed_at": first.proposed_at,
                    "decision": "published" if published else "withdrawn" if given_up else None,
                    "decided_by": first.published_by if published else first.ended_by if given_up else None,
                    "decided_at": first.published_at if published else first.ended_at if given_up else None,
                },
                together,
            )
        )
    return found


def _together(row: sa.Row[Any]) -> tuple[str, ...]:
    end = (row.ended_by, row.ended_at) if row.published_at is None else (None, None)
    told = (row.proposed_by, row.proposed_at, row.published_by, row.published_at, *end)
    return row.title, *(str(each) for each in told)


def _versions(row: sa.Row[Any], change_id: str) -> list[dict[str, Any]]:
    first = {
        "slot_id": row.id,
        "number": 1,
        "content": _canonical(_content(row)),
        "published_by": row.published_by,
        "published_at": row.published_at,
        "change_id": change_id,
    }
    if row.ended_at is None:
        return [first]
    end = {"number": 2, "content": None, "published_by": row.ended_by, "published_at": row.ended_at, "change_id": None}
    return [first, {"slot_id": row.id, **end}]


def _content(row: sa.Row[Any]) -> dict[str, Any]:
    """The slot as ``loa.slot/1``."""
    starts = row.starts
    return {
        "type": "loa.slot/1",
        "title": row.title,
        "scope": {"everyone": False, "units": [], "stations": [row.station_id], "languages": []},
        "calendar": {
            "first": row.valid_from.isoformat(),
            "last": row.valid_to.isoformat() if row.valid_to else None,
            "weekdays": sorted({int(digit) for digit in row.weekdays}),
            "every_weeks": 1,
            "month_days": [],
            "month_weekdays": [],
            "holidays": "as-usual",
            "skipped": [],
            "added": [],
        },
        "start": starts.strftime("%H:%M:%S") if starts.second else starts.strftime("%H:%M"),
        "max_duration_s": row.max_duration_s,
        "zone": row.zone,
        "programme": row.programme_id,
        "owner": None,
        "start_rule": row.start_rule,
        "grace_s": row.grace_s,
        "gain_cb": row.gain_cb,
        "night_gain_cb": None,
        "moved": [],
    }


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def downgrade() -> None:
    """Take back, as long as there is no slot: what slots are now has no room in the old columns."""
    bind = op.get_bind()
    if bind.execute(sa.select(sa.func.count()).select_from(SLOT)).scalar():
        raise RuntimeError("slots with versions cannot go back to one row a station")
    op.drop_index("ix_airing_called_off", table_name="airing")
    op.drop_index("ix_airing_one_off", table_name="airing")
    references = {
        "station_id": "station", "programme_id": "programme", "proposed_by": "person", "published_by": "person",
        "ended_by": "person",
    }  # fmt: skip
    for column in OLD.c:
        if column.name == "id":
            continue
        kind = column.type.compile(bind.dialect) if not isinstance(column.type, sa.String) else "VARCHAR(200)"
        target = references.get(column.name)
        also = f" CONSTRAINT fk_slot_{column.name} REFERENCES {target} (id)" if target else ""
        op.execute(f"ALTER TABLE slot ADD COLUMN {column.name} {kind}{also}")
    op.create_index(op.f("ix_slot_programme_id"), "slot", ["programme_id"])
    op.create_index(op.f("ix_slot_station_id"), "slot", ["station_id"])
