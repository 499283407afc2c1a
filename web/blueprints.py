"""Every subject's pages, registered in one place; a wall stands between them: none imports another."""

from __future__ import annotations

from flask import Flask

from web import (
    accounts,
    airlog,
    approvals,
    auth,
    bulletins,
    calendar_feed,
    calendar_links,
    campaigns,
    directives,
    duty,
    emergencies,
    glossary,
    home,
    ledger,
    make_goods,
    priorities,
    sound,
    station_api,
    station_files,
    stations,
    takeaway,
    timetable,
    units,
)


def install(app: Flask) -> None:
    """Register the stations' API and the pages of each subject."""
    auth.csrf.exempt(station_api.api)
    app.register_blueprint(station_api.api)
    app.register_blueprint(home.pages)
    app.register_blueprint(directives.pages)
    app.register_blueprint(bulletins.pages)
    app.register_blueprint(approvals.pages)
    app.register_blueprint(glossary.pages)
    app.register_blueprint(sound.pages)
    app.register_blueprint(accounts.pages)
    app.register_blueprint(campaigns.pages)
    app.register_blueprint(timetable.pages)
    app.register_blueprint(duty.pages)
    app.register_blueprint(priorities.pages)
    app.register_blueprint(emergencies.pages)
    app.register_blueprint(station_files.pages)
    app.register_blueprint(stations.pages)
    app.register_blueprint(takeaway.pages)
    app.register_blueprint(units.pages)
    app.register_blueprint(airlog.pages)
    app.register_blueprint(calendar_feed.pages)
    app.register_blueprint(calendar_links.pages)
    app.register_blueprint(make_goods.pages)
    app.register_blueprint(ledger.pages)
