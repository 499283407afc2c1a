"""The names that a row of the air log freezes: titles of revisions, and who approved."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.accounts import Person
from scheduler.db.bulletins import Approval, Revision

_AT_ONCE = 500


class Names:
    """Titles and approvers, read once for the bulletins that are learned."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: set[str] = set()
        self._titles: dict[tuple[str, int], str] = {}
        self._newest: dict[str, int] = {}
        self._approvers: dict[str, str] = {}

    def learn_bulletins(self, bulletin_ids: Iterable[str]) -> None:
        """Read what is to be known of ``bulletin_ids``."""
        new = sorted(set(bulletin_ids) - self._known)
        for first in range(0, len(new), _AT_ONCE):
            part = new[first : first + _AT_ONCE]
            self._learn(part)
        self._known |= set(new)

    def _learn(self, bulletin_ids: list[str]) -> None:
        titles = select(Revision.bulletin_id, Revision.number, Revision.title).where(
            Revision.bulletin_id.in_(bulletin_ids)
        )
        for row in self._session.execute(titles.order_by(Revision.number)):
            self._titles[row.bulletin_id, row.number] = row.title
            self._newest[row.bulletin_id] = row.number
        approvers = (
            select(Approval.digest, Person.display_name)
            .join(Person, Person.id == Approval.approver_id)
            .where(Approval.bulletin_id.in_(bulletin_ids))
        )
        self._approvers |= {row.digest: row.display_name for row in self._session.execute(approvers)}

    def title(self, bulletin_id: str, revision: int | None = None) -> str:
        """Return a revision's title; of no revision, that of the newest."""
        self.learn_bulletins([bulletin_id])
        number = revision if revision is not None else self._newest.get(bulletin_id, 0)
        return self._titles.get((bulletin_id, number), "")

    def approver(self, digest: str | None) -> str | None:
        """Return the display name of whoever gave an approval of a learned bulletin."""
        return self._approvers.get(digest) if digest is not None else None
