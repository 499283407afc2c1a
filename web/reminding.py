"""Deadlines that come near, for the first pages of those who write, approve and answer for what airs."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from scheduler.services.airtime.reminders import Reminder, reminders
from web import door


def install(app: Flask) -> None:
    """Give pages ``deadline_reminders("editor", …)``: what to remind a reader of who has one of these roles."""
    app.jinja_env.globals["deadline_reminders"] = _for_roles


def _for_roles(*roles: str) -> list[Reminder]:
    if not {role.value for role in door.actor().roles} & set(roles):
        return []
    settings = door.settings()
    with door.reading() as database:
        return reminders(
            database,
            days=settings.reminder_days,
            zone=settings.zone,
            allowance=timedelta(seconds=settings.reporting_allowance_s),
            now=door.now(),
        )
