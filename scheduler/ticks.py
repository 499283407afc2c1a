"""What the clock does at each tick: render, plan, dispatch, sweep. Each is short, and safe to run again.

A tick that works long is three transactions: claim under a lease, work with none open, record if the lease is ours.
"""

from __future__ import annotations

import logging
import os
import socket
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import SQLAlchemyError

from playlists.errors import PlaylistError
from scheduler.compose import Centre
from scheduler.errors import LoaError
from scheduler.furnishing import media_facts
from scheduler.services import audit, dispatch, plan_ahead, settlement
from scheduler.services.bulletins import approvals, recordings
from scheduler.services.glossary import standing
from tts.engine import Engine
from tts.errors import TtsError
from tts.rendering import Rendered, render

RENDER_LEASE = timedelta(minutes=10)
PLAN_AT_LEAST_EVERY = timedelta(minutes=1)
SET_ASIDE = timedelta(seconds=10)

_diagnostics = logging.getLogger("loa.clock")


def own_name() -> str:
    """Return a name for this process that no other has had: whose lease it is."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class RenderTick:
    """Gives the bulletin that has waited longest its voice, one in each tick."""

    def __init__(self, centre: Centre, engines: Sequence[Engine], owner: str) -> None:
        self._centre = centre
        self._engines = engines
        self._owner = owner

    def run(self, now: datetime) -> bool:
        """Render one bulletin; return whether there was one."""
        today = now.astimezone(self._centre.settings.tz).date()
        with self._centre.writers.begin() as session:
            reader = standing.reader_on(session, today)
            work = recordings.claim_rendering(session, owner=self._owner, now=now, lease=RENDER_LEASE, reader=reader)
        if work is None:
            return False
        try:
            main = self._speak(work.paragraphs, title=work.title, reading_sha256=work.reading_sha256)
            headline = self._speak((work.headline,), title=work.title) if work.headline else None
        except TtsError as error:
            with self._centre.writers.begin() as session:
                recordings.record_failure(session, work=work, owner=self._owner, failure=str(error), now=now)
            return True
        with self._centre.writers.begin() as session:
            recordings.record_rendering(
                session, work=work, owner=self._owner, rendered=main, headline=headline, now=now
            )
        return True

    def _speak(
        self, paragraphs: Sequence[Sequence[str]], *, title: str, reading_sha256: str = ""
    ) -> recordings.RenderedSound:
        rendered = render(
            paragraphs,
            engines=self._engines,
            title=title,
            reading_sha256=reading_sha256,
            cache_dir=self._centre.settings.speech_cache_dir,
        )
        self._centre.media.put(rendered.mastered.mp3)
        return _sound(rendered)


def _sound(rendered: Rendered) -> recordings.RenderedSound:
    return recordings.RenderedSound(
        media=media_facts(rendered.mastered),
        engine=rendered.engine,
        voice=rendered.voice,
        draft_voice=rendered.draft,
        causes=rendered.causes,
    )


class PlanTick:
    """Turns published slots into airings; looks again when anything was written, and every minute."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._seen: tuple[int, datetime] | None = None

    def run(self, now: datetime) -> None:
        """Plan ahead unless nothing can have changed."""
        with self._centre.readers() as session:
            written = audit.head(session).seq
        if self._seen is not None and self._seen[0] == written and now - self._seen[1] < PLAN_AT_LEAST_EVERY:
            return
        settings = self._centre.settings
        with self._centre.writers.begin() as session:
            plan_ahead.plan_ahead(session, now=now, days_ahead=settings.days_ahead, default_zone=settings.zone)
        self._seen = (written, now)


class DispatchTick:
    """Signs for each station that needs it what it may play.

    A station whose rundown fails is set aside for a while: it neither stops the others nor fills the diagnostics.
    """

    def __init__(self, centre: Centre, key: Ed25519PrivateKey) -> None:
        self._centre = centre
        self._key = key
        self._through = 0
        self._aside: dict[str, datetime] = {}

    def run(self, now: datetime) -> None:
        """Issue the rundowns whose content changed; each station in a transaction of its own."""
        with self._centre.readers() as session:
            due = dispatch.stations_due(session, zone=self._centre.settings.zone, now=now, since=self._through)
        again = [station_id for station_id, until in self._aside.items() if until <= now]
        for station_id in dict.fromkeys((*due.station_ids, *again)):
            if self._aside.get(station_id, now) > now:
                continue
            self._aside.pop(station_id, None)
            try:
                self._issue(station_id, now)
            except (LoaError, PlaylistError, SQLAlchemyError):
                _diagnostics.exception("the rundown of station %s could not be issued", station_id)
                self._aside[station_id] = now + SET_ASIDE
        self._through = due.through

    def _issue(self, station_id: str, now: datetime) -> None:
        settings = self._centre.settings
        with self._centre.writers.begin() as session:
            dispatch.issue_rundown(
                session,
                station_id=station_id,
                key=self._key,
                zone=settings.zone,
                days_ahead=settings.days_ahead,
                valid_days=settings.rundown_valid_days,
                approval_cutoff_s=settings.approval_cutoff_s,
                now=now,
            )


class SweepTick:
    """Lets approvals expire and settles what became of airings."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def run(self, now: datetime) -> None:
        """Sweep once."""
        settings = self._centre.settings
        with self._centre.writers.begin() as session:
            approvals.expire(session, today=now.astimezone(settings.tz).date(), now=now)
        allowance = timedelta(seconds=settings.reporting_allowance_s)
        with self._centre.writers.begin() as session:
            settlement.settle(session, now=now, reporting_allowance=allowance)
