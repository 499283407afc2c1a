"""A bulletin's page: one revision with its sound, what changed in it, who did what, and the deeds that are open."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import LoaError
from scheduler.rules.approval import State
from scheduler.rules.permissions import Deed
from scheduler.services.bulletins import approvals, writing
from scheduler.services.bulletins.fields import KINDS, LANGUAGES
from scheduler.services.bulletins.page import BulletinPage, bulletin_page
from web import door, headers, spoken
from web.bulletins.blueprint import pages
from web.bulletins.manner import manner_words
from web.looks import look
from web.request_size import RECORDING_MOST


@pages.get("/<bulletin_id>")
def show(bulletin_id: str) -> str:
    """Show the newest revision, or the one of ``lan``, compared with the one before it or with ``so-voi``."""
    door.may(Deed.READ)
    return revision_page(read_page(bulletin_id))


@pages.get("/<bulletin_id>/am-thanh")
def sound(bulletin_id: str) -> str:
    """Answer the sound's part of the page; while it is being made the part asks again by itself."""
    door.may(Deed.READ)
    page = read_page(bulletin_id)
    return render_template("bulletins/_sound_here.html", page=page, again_url=again_url(page))


@pages.get("/<bulletin_id>/tien-do")
def progress(bulletin_id: str) -> str:
    """Answer the editor's part about the sound of what was handed over; while it is made the part asks again."""
    door.may(Deed.READ)
    page = read_page(bulletin_id)
    return render_template("bulletins/_sound_line.html", page=page, again_url=again_url(page))


@pages.post("/<bulletin_id>/tao-lai")
def render_again(bulletin_id: str) -> Response:
    """Queue the rendering of the submitted revision once more."""
    who = door.actor()
    with door.writing() as database:
        writing.request_rendering(database, who, bulletin_id=bulletin_id, now=door.now())
    flash("Máy đang tạo lại giọng. Bản âm thanh mới phải được nghe lại từ đầu.", "info")
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id), 303)


@pages.post("/<bulletin_id>/thu-hoi")
def withdraw(bulletin_id: str) -> Response | tuple[str, int]:
    """Take the standing approval back, with a reason."""
    who = door.may(Deed.WITHDRAW)
    reason = request.form.get("reason", "")
    try:
        with door.writing() as database:
            approvals.withdraw(database, who, bulletin_id=bulletin_id, reason=reason, now=door.now())
    except LoaError as refusal:
        return revision_page(read_page(bulletin_id), refusal=refusal, reason=reason), 422
    flash("Đã thu hồi. Cụm loa đang phát bản này sẽ dừng khi nhận lệnh.", "ok")
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id), 303)


def read_page(bulletin_id: str) -> BulletinPage:
    """Return the page of the revision that the address asks for (``lan``, ``so-voi``), as this person sees it."""
    with door.reading() as database:
        return bulletin_page(
            database,
            door.actor(),
            bulletin_id=bulletin_id,
            revision=request.args.get("lan", type=int),
            compare_with=request.args.get("so-voi", type=int),
            heard_needed_permille=door.settings().heard_permille,
        )


def revision_page(
    page: BulletinPage,
    *,
    refusal: LoaError | None = None,
    reason: str = "",
    voice_refusal: str = "",
    language: str = "",
    track: str = "main",
) -> str:
    """Render a revision's page; a refused form shows again with why."""
    who = door.actor()
    if page.may_record:
        headers.let_record()
    return render_template(
        "bulletins/show.html",
        page=page,
        rows=spoken.pairs(page.revision.paragraphs),
        refusal=refusal,
        reason=reason,
        is_draft=page.revision.state is State.DRAFT,
        waiting=next((number for number, state in page.revisions if state is State.SUBMITTED), None),
        standing=next((number for number, state in page.revisions if state is State.APPROVED), None),
        newest=page.revisions[-1][0],
        may_decide=who.may(Deed.APPROVE),
        language_options=[(code, look(code, "language").word) for code in LANGUAGES],
        announced=page.kind in KINDS,
        voice_refusal=voice_refusal,
        voice_language=language or page.revision.language,
        voice_track=track,
        most_bytes=RECORDING_MOST,
        again_url=again_url(page),
        manner_words=manner_words(page.revision.manner),
    )


def again_url(page: BulletinPage) -> str | None:
    """Where the rendering is asked for again; null when the revision does not wait or the viewer may not ask."""
    who = door.actor()
    may = who.may(Deed.APPROVE) or who.may(Deed.WRITE)
    if page.revision.state is not State.SUBMITTED or not may:
        return None
    return url_for("bulletins.render_again", bulletin_id=page.bulletin_id)
