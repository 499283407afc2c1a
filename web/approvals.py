"""The approver's desk: what waits, one bulletin with all that a decision needs, and the decision itself."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import units
from scheduler.services.bulletins import approvals, recordings, views, writing
from scheduler.services.bulletins.fields import SPOKEN_LANGUAGE
from scheduler.services.bulletins.page import BulletinPage, bulletin_page
from scheduler.services.emergencies.preview import ReleasePreview, release_preview
from scheduler.services.emergencies.release import Confirmed
from scheduler.services.emergencies.under_way import stations_of
from scheduler.services.item_room import item_room
from scheduler.services.make_goods.cases import requested_count
from web import door, measures, spoken
from web.bulletins.emergency import order_words
from web.bulletins.manner import manner_words
from web.doubts import Doubt, doubts
from web.make_good_offers import rules

ENDPOINT = "approvals.index"
REASONS = ("Sai nội dung", "Giọng chưa rõ", "Thiếu căn cứ", "Quá dài")
_ACTIONABLE = frozenset({None, "not-heard"})

pages = Blueprint("approvals", __name__, url_prefix="/cho-duyet")
pages.context_processor(measures.for_templates)


@pages.before_app_request
def count_waiting() -> None:
    """Tell the bars of a whole page how many bulletins wait for this person's decision."""
    who = g.get("actor")
    if who is None or not who.may(Deed.APPROVE) or request.headers.get("HX-Request") or request.endpoint == "static":
        return
    counts = g.setdefault("waiting", {})
    counts[ENDPOINT] = sum(1 for line in _queue() if _cause(line) in _ACTIONABLE)


@pages.get("")
def index() -> str:
    """List what waits: priority first, then the longest waiting."""
    door.may(Deed.APPROVE)
    with door.reading() as database:
        asked = requested_count(database, rules=rules(), now=door.now())
    return render_template("approvals/index.html", queue=_queue(), make_goods_asked=asked)


@pages.get("/<bulletin_id>")
def show(bulletin_id: str) -> Response | str:
    """Show the submitted revision with all that a decision needs."""
    door.may(Deed.APPROVE)
    page = _waiting(bulletin_id)
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id)) if page is None else _desk(page)


@pages.get("/<bulletin_id>/am-thanh")
def sound(bulletin_id: str) -> Response | str:
    """Answer the sound's and the decision's parts together, so that a digest is never newer than the sound shown."""
    door.may(Deed.APPROVE)
    page = _waiting(bulletin_id)
    return _go("bulletins.show", bulletin_id) if page is None else _part("approvals/_sound.html", page)


@pages.get("/<bulletin_id>/quyet-dinh")
def decision(bulletin_id: str) -> Response | str:
    """Answer the decision's part anew after listening; a page that shows an older bulletin is to be loaded again."""
    door.may(Deed.APPROVE)
    page = _waiting(bulletin_id)
    if page is None or page.shown != request.args.get("shown"):
        return _go("approvals.show", bulletin_id)
    return _part("approvals/_decision.html", page)


@pages.post("/nghe/<int:recording_id>")
def listened(recording_id: int) -> Response:
    """Note how much of a recording this person has heard."""
    who = door.may(Deed.APPROVE)
    share = request.form.get("share_permille", type=int)
    if share is None:
        raise InvalidInput(what="Phần đã nghe phải là số phần nghìn")
    with door.writing() as database:
        recordings.listened(
            database,
            who,
            recording_id=recording_id,
            share_permille=share,
            reached_end=request.form.get("reached_end") == "1",
            now=door.now(),
        )
    return Response(status=204)


@pages.post("/<bulletin_id>/duyet")
def approve(bulletin_id: str) -> Response | tuple[Response | str, int]:
    """Approve what the page showed; any difference is refused."""
    who = door.may(Deed.APPROVE)
    try:
        with door.writing() as database:
            approval = approvals.approve(
                database,
                who,
                bulletin_id=bulletin_id,
                shown=request.form.get("shown", ""),
                heard_needed_permille=door.settings().heard_permille,
                confirmed=request.form.get("confirmed") == "yes",
                release_confirmed=Confirmed(request.form.get("stations", type=int), request.form.get("there", "")),
                zone=door.settings().zone,
                today=door.today(),
                now=door.now(),
            )
            released = stations_of(database, approval.digest)
    except LoaError as refusal:
        return _again(bulletin_id, refusal)
    if released:
        flash(f"Đã duyệt và phát ngay tại {released} cụm loa.", "ok")
        return redirect(url_for("emergencies.index"), 303)
    flash("Đã duyệt. Bản tin được phát theo lịch.", "ok")
    return _next(bulletin_id)


@pages.post("/<bulletin_id>/tra-lai")
def return_(bulletin_id: str) -> Response | tuple[Response | str, int]:
    """Return the bulletin to its writer, with the reasons chosen and the words written."""
    who = door.may(Deed.APPROVE)
    chosen = [reason for reason in REASONS if reason in request.form.getlist("reason")]
    message = request.form.get("message", "").strip()
    told = ". ".join(part for part in ("; ".join(chosen), message) if part)
    try:
        with door.writing() as database:
            approvals.return_(database, who, bulletin_id=bulletin_id, reason=told, now=door.now())
    except LoaError as refusal:
        return _again(bulletin_id, refusal, chosen=chosen, message=message)
    flash("Đã trả lại cho người viết.", "ok")
    return _next(bulletin_id)


@pages.post("/<bulletin_id>/tao-lai")
def render_again(bulletin_id: str) -> Response:
    """Queue the rendering once more; the new recording must be heard from its beginning."""
    who = door.may(Deed.APPROVE)
    with door.writing() as database:
        writing.request_rendering(database, who, bulletin_id=bulletin_id, now=door.now())
    return redirect(url_for("approvals.show", bulletin_id=bulletin_id), 303)


def _queue() -> list[views.QueueLine]:
    """Return what waits, asked once in a request: its count in the bars, its list and its page agree."""
    if "queue" not in g:
        g.queue = _queue_now()
    return cast("list[views.QueueLine]", g.queue)


def _queue_now() -> list[views.QueueLine]:
    with door.reading() as database:
        return views.approval_queue(database, door.actor(), heard_needed_permille=door.settings().heard_permille)


def _cause(line: views.QueueLine) -> str | None:
    return line.hindrance.cause if line.hindrance else None


def _waiting(bulletin_id: str) -> BulletinPage | None:
    """Return the page of the revision that waits, null when none does; a newer draft beside it stays out of sight."""
    line = next((line for line in _queue() if line.bulletin_id == bulletin_id), None)
    if line is None:
        return None
    with door.reading() as database:
        return bulletin_page(
            database,
            door.actor(),
            bulletin_id=bulletin_id,
            revision=line.number,
            heard_needed_permille=door.settings().heard_permille,
        )


def _desk(
    page: BulletinPage, *, refusal: LoaError | None = None, chosen: list[str] | None = None, message: str = ""
) -> str:
    earlier = [line for line in page.history if line.deed == "revision-returned" and line.revision == page.previous]
    return render_template(
        "approvals/show.html",
        page=page,
        queue=_queue(),
        rows=spoken.pairs(page.revision.paragraphs),
        doubted=_doubted(page),
        returned_before=earlier[-1] if earlier else None,
        manner_words=manner_words(page.revision.manner),
        refusal=refusal,
        reason_options=[(reason, reason) for reason in REASONS],
        chosen=chosen or [],
        message=message,
        **_facts(page),
    )


def _doubted(page: BulletinPage) -> tuple[Doubt, ...]:
    """Return what looks wrong in the script, and whether its sound is too long; the rules know Vietnamese alone."""
    if page.revision.language != SPOKEN_LANGUAGE:
        return ()
    with door.reading() as database:
        known = [unit.name for unit in units.units_on(database, door.today())]
        room = item_room(
            database, page.bulletin_id, day=door.today(), now=door.now(), usual_s=door.settings().item_longest_s
        )
    lasts = next((track.duration_ms for track in page.tracks if track.track == "main"), None)
    return doubts(page.revision.script, known, lasts, page.revision.reading, room)


def _part(template: str, page: BulletinPage) -> str:
    return render_template(template, page=page, **_facts(page))


def _facts(page: BulletinPage) -> dict[str, object]:
    release = _release(page)
    return {
        "release": release,
        "release_words": order_words(release.order) if release is not None else {},
        "heard_needed": door.settings().heard_permille,
        "figures": approvals.figures_to_confirm(page.revision.title, page.revision.script),
        "again_url": url_for("approvals.render_again", bulletin_id=page.bulletin_id),
    }


def _release(page: BulletinPage) -> ReleasePreview | None:
    with door.reading() as database:
        return release_preview(
            database,
            bulletin_id=page.bulletin_id,
            revision=page.revision.number,
            zone=door.settings().zone,
            now=door.now(),
        )


def _again(
    bulletin_id: str, refusal: LoaError, *, chosen: list[str] | None = None, message: str = ""
) -> Response | tuple[Response | str, int]:
    """Show the page again with why; when the bulletin waits no more, its own page, with the same words."""
    g.pop("queue", None)
    page = _waiting(bulletin_id)
    if page is None:
        flash(str(refusal), "bad")
        return redirect(url_for("bulletins.show", bulletin_id=bulletin_id), 303)
    return _desk(page, refusal=refusal, chosen=chosen, message=message), 422


def _next(done: str) -> Response:
    """Go on to the next bulletin that this person can work on, else to the queue."""
    line = next((each for each in _queue_now() if each.bulletin_id != done and _cause(each) in _ACTIONABLE), None)
    place = url_for(ENDPOINT) if line is None else url_for("approvals.show", bulletin_id=line.bulletin_id)
    return redirect(place, 303)


def _go(endpoint: str, bulletin_id: str) -> Response:
    """Send htmx to a whole page."""
    answer = Response(status=204)
    answer.headers["HX-Redirect"] = url_for(endpoint, bulletin_id=bulletin_id)
    return answer
