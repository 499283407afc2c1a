"""What the clock does at each tick: render, plan, dispatch, sweep. Each is short, and safe to run again.

A tick that works long is three transactions: claim under a lease, work with none open, record if the lease is ours.
"""

from __future__ import annotations

import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from playlists.errors import PlaylistError
from scheduler.compose import Centre
from scheduler.errors import LoaError
from scheduler.files import StoreClosed
from scheduler.furnishing import media_facts
from scheduler.services import audit, dispatch, plan_ahead, settlement
from scheduler.services.bulletins import approvals, recordings
from scheduler.services.bulletins.progress import Progress, note_progress
from scheduler.services.emergencies import urgent
from scheduler.services.glossary import standing
from scheduler.services.make_goods.needless import call_off_needless
from tts.assembly import Pauses
from tts.casting import Chosen
from tts.engine import Engine
from tts.errors import TtsError
from tts.mastering import Mastered
from tts.rendering import Rendered, render

RENDER_LEASE = timedelta(minutes=10)
PLAN_AT_LEAST_EVERY = timedelta(minutes=1)
PLANNED_AT_ONCE = 50
"""Stations whose days are planned in one transaction."""
SET_ASIDE = timedelta(seconds=10)
URGENT_SET_ASIDE = timedelta(seconds=1)
TOLD_EVERY_S = 1.0

_diagnostics = logging.getLogger("loa.clock")


def own_name() -> str:
    """Return a name for this process that no other has had: whose lease it is."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class RenderTick:
    """Gives the bulletin that has waited longest its voice, one in each tick.

    With ``emergencies_only`` it looks at nothing else: such a tick runs beside the other, so that an emergency never
    waits for the end of an ordinary rendering.
    """

    def __init__(
        self,
        centre: Centre,
        engines: Sequence[Engine],
        owner: str,
        *,
        emergencies_only: bool = False,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._centre = centre
        self._emergencies_only = emergencies_only
        self._engines = engines
        self._owner = owner
        self._stopwatch = stopwatch

    def run(self, now: datetime) -> bool:
        """Render one bulletin; return whether there was one."""
        today = now.astimezone(self._centre.settings.tz).date()
        with self._centre.writers.begin() as session:
            reader = standing.reader_on(session, today)
            work = recordings.claim_rendering(
                session,
                owner=self._owner,
                now=now,
                lease=RENDER_LEASE,
                reader=reader,
                emergencies_only=self._emergencies_only,
            )
        if work is None:
            return False
        try:
            rendered = self._speak(work, now)
            self._keep(rendered)
        except (TtsError, StoreClosed) as error:
            with self._centre.writers.begin() as session:
                recordings.record_failure(session, work=work, owner=self._owner, failure=str(error), now=now)
            return True
        with self._centre.writers.begin() as session:
            recordings.record_rendering(
                session,
                work=work,
                owner=self._owner,
                rendered=_sound(rendered, rendered.mastered),
                headline=_sound(rendered, rendered.headline) if rendered.headline else None,
                now=now,
            )
        return True

    def _keep(self, rendered: Rendered) -> None:
        for mastered in (rendered.mastered, rendered.headline):
            if mastered is not None:
                self._centre.media.put(mastered.mp3)

    def _speak(self, work: recordings.RenderWork, now: datetime) -> Rendered:
        settings, manner = self._centre.settings, work.manner
        return render(
            work.paragraphs,
            headline=work.headline,
            engines=self._engines,
            chosen=Chosen.parse(manner.voice) if manner.voice is not None else None,
            speed=manner.speed_permille / 1000,
            pauses=Pauses(
                sentence_ms=_or(manner.sentence_pause_ms, settings.pause_sentence_ms),
                paragraph_ms=_or(manner.paragraph_pause_ms, settings.pause_paragraph_ms),
            ),
            title=work.title,
            reading_sha256=work.reading_sha256,
            cache_dir=settings.speech_cache_dir,
            progress=_Teller(self._centre.writers, work, self._owner, now, self._stopwatch).tell,
        )


class _Teller:
    """Writes how far a rendering is, about once a second: a page that waits reads it."""

    def __init__(
        self,
        writers: sessionmaker[Session],
        work: recordings.RenderWork,
        owner: str,
        started: datetime,
        stopwatch: Callable[[], float],
    ) -> None:
        self._writers = writers
        self._work = work
        self._owner = owner
        self._started = started
        self._stopwatch = stopwatch
        self._from = stopwatch()
        self._told: tuple[str, float] | None = None

    def tell(self, engine: str, done: int, total: int) -> None:
        """Write it when the engine is another, all is spoken, or a second has passed since the last time."""
        at = self._stopwatch()
        if self._told is not None and self._told[0] == engine and done < total and at - self._told[1] < TOLD_EVERY_S:
            return
        self._told = engine, at
        try:
            with self._writers.begin() as session:
                note_progress(
                    session,
                    request_id=self._work.request_id,
                    attempts=self._work.attempts,
                    owner=self._owner,
                    progress=Progress(engine, done, total),
                    now=self._started + timedelta(seconds=at - self._from),
                    lease=RENDER_LEASE,
                )
        except SQLAlchemyError:
            _diagnostics.warning("how far rendering %s is could not be told", self._work.request_id, exc_info=True)


def _or(chosen_ms: int | None, usual_ms: int) -> int:
    return usual_ms if chosen_ms is None else chosen_ms


def _sound(rendered: Rendered, mastered: Mastered) -> recordings.RenderedSound:
    return recordings.RenderedSound(
        media=media_facts(mastered),
        engine=rendered.engine,
        voice=rendered.voice,
        draft_voice=rendered.draft,
        causes=rendered.causes,
    )


class PlanTick:
    """Turns the timetable into airings: at all stations at the start and at midnight, else where something changed.

    It looks again when anything was written, and every minute. Of many stations it plans some at a time and the rest
    at its next runs, so that whoever else writes isn't kept waiting.
    """

    def __init__(self, centre: Centre, *, at_once: int = PLANNED_AT_ONCE) -> None:
        self._centre = centre
        self._at_once = at_once
        self._seen: tuple[int, datetime] | None = None
        self._planned: plan_ahead.Planned | None = None

    def run(self, now: datetime) -> None:
        """Plan ahead unless nothing can have changed."""
        with self._centre.readers() as session:
            written = audit.head(session).seq
        if self._seen is not None and self._seen[0] == written and now - self._seen[1] < PLAN_AT_LEAST_EVERY:
            return
        settings = self._centre.settings
        with self._centre.writers.begin() as session:
            _, planned = plan_ahead.plan_what_changed(
                session,
                now=now,
                days_ahead=settings.days_ahead,
                default_zone=settings.zone,
                hours=settings.hours,
                cutoff=timedelta(seconds=settings.approval_cutoff_s),
                before=self._planned,
                most=self._at_once,
            )
        # Only now: what a run saw that came to nothing must be looked at again.
        self._planned = planned
        self._seen = (written, now) if not planned.waiting else None


class DispatchTick:
    """Signs for each station that needs it what it may play: urgent ones first, and between any two others again.

    A station whose rundown fails is set aside for a while: it neither stops the others nor fills the diagnostics.
    """

    def __init__(
        self, centre: Centre, key: Ed25519PrivateKey, *, stopwatch: Callable[[], float] = time.monotonic
    ) -> None:
        self._centre = centre
        self._key = key
        self._stopwatch = stopwatch
        self._through = 0
        self._aside: dict[str, datetime] = {}
        self._urgent_aside: dict[str, datetime] = {}

    def run(self, now: datetime) -> None:
        """Issue the rundowns whose content changed; each station in a transaction of its own."""
        began = self._stopwatch()
        self._first_the_urgent(now)
        with self._centre.readers() as session:
            due = dispatch.stations_due(session, zone=self._centre.settings.zone, now=now, since=self._through)
        again = [station_id for station_id, until in self._aside.items() if until <= now]
        for station_id in dict.fromkeys((*due.station_ids, *again)):
            if self._aside.get(station_id, now) > now:
                continue
            self._aside.pop(station_id, None)
            self._first_the_urgent(now + timedelta(seconds=self._stopwatch() - began))
            if not self._issued(station_id, now):
                self._aside[station_id] = now + SET_ASIDE
        self._through = due.through

    def _first_the_urgent(self, now: datetime) -> None:
        with self._centre.readers() as session:
            waiting = urgent.waiting(session)
        for station_id in waiting:
            if self._urgent_aside.get(station_id, now) <= now and not self._issued(station_id, now):
                self._urgent_aside[station_id] = now + URGENT_SET_ASIDE

    def _issued(self, station_id: str, now: datetime) -> bool:
        try:
            self._issue(station_id, now)
        except (LoaError, PlaylistError, SQLAlchemyError):
            _diagnostics.exception("the rundown of station %s could not be issued", station_id)
            return False
        return True

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
                after_interruption=settings.after_interruption,
                now=now,
            )


class SweepTick:
    """Lets approvals expire, settles what became of airings, and calls off make-goods that this makes needless."""

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
            call_off_needless(session, now=now)
