"""Templates in the programme builder: places put in and taken out, their limits, and the times of all parts."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select
from web_network import ZONE

from playlists.scopes import Scope
from scheduler.db.accounts import Person
from scheduler.db.planning import Airing, Programme
from scheduler.db.units import Station
from scheduler.rules.permissions import Grant, Role
from scheduler.services import accounts, planning
from scheduler.services.campaigns import deeds
from scheduler.services.next_sessions import next_sessions
from scheduler.services.plan_ahead import plan_ahead
from scheduler.services.programmes import PlaceEntry, parts_of

NEW = "/lich-phat/chuong-trinh/moi"


@pytest.fixture
def item(stage):
    return f"bulletin|{stage.approved(duration_ms=60_000)}|vi"


def test_a_place_is_put_before_the_farewell_and_its_limits_appear(sign_in, network, item):
    page = sign_in("editor").post(NEW, data={"title": "Mẫu", "item": [item], "act": "add", "add": "@rotation"}).text
    assert 'value="@rotation"' in page
    assert "Chỗ xoay vòng nhận gì" in page
    again = sign_in("editor").post(
        NEW, data={"title": "Mẫu", "item": [item, "@rotation"], "act": "add", "add": "@rotation"}
    )
    assert again.status_code == 422
    assert "đã có chỗ này" in again.text


def test_over_and_under_run_are_shown_against_the_slot(sign_in, network, item):
    editor = sign_in("editor")
    told = {"title": "Mẫu", "item": [item, item], "act": "measure"}
    assert "còn trống 0:30" in editor.post(NEW, data=told | {"room": "2,5"}).text
    over = editor.post(NEW, data=told | {"room": "1"}).text
    assert "quá 1:00" in over
    assert "+1:00" in over
    refused = editor.post(NEW, data=told | {"room": "dài"})
    assert refused.status_code == 422
    assert "Khung giờ dài (phút): hãy ghi một số" in refused.text


def test_a_template_is_saved_shown_and_changed(sign_in, network, item):
    editor = sign_in("editor")
    form = {"title": "Mẫu chiều", "item": ["@headlines", item, "@rotation"], "most": "5", "longest": "4,5", "sting": ""}
    assert editor.post(NEW, data=form).status_code == 303
    with network.centre.readers() as session:
        programme = session.scalars(select(Programme)).one()
        parts, identity = parts_of(programme), programme.id
    kind, bulletin_id, language = item.split("|")
    assert parts == [PlaceEntry("headlines"), (kind, bulletin_id, language), PlaceEntry("rotation", 5, 270)]
    assert "mẫu, tự xếp mỗi buổi" in editor.get("/lich-phat/chuong-trinh").text
    here = f"/lich-phat/chuong-trinh/{identity}"
    page = editor.get(here).text
    assert 'value="4,5"' in page
    assert "nhiều nhất 5 bản tin" in page
    assert editor.post(here, data=form | {"item": [item]}).status_code == 303
    with network.centre.readers() as session:
        assert parts_of(session.get_one(Programme, identity)) == [(kind, bulletin_id, language)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"most": "0"}, "Nhiều nhất (bản tin): cần từ 1 đến 40"),
        ({"longest": "x"}, "Dài nhất (phút): hãy ghi một số"),
        ({"sting": "khong-co"}, "nhạc cắt đã chọn"),
        ({"campaign": ["khong-co"]}, "đợt tuyên truyền đã chọn"),
        ({"item": ["@notices"]}, "ít nhất một bản tin"),
        ({"item": ["@?"]}, "không đọc được"),
    ],
)
def test_a_template_that_cannot_be_is_refused_beside_the_form(changes, said, sign_in, network):
    form = {"title": "Mẫu", "item": ["@rotation"], "most": "5", "longest": "", "sting": ""} | changes
    answer = sign_in("editor").post(NEW, data=form)
    assert answer.status_code == 422
    assert said in answer.text


@pytest.fixture
def template(network, item):
    """A saved template: a bulletin that it names, and a place for a rotation."""
    kind, bulletin_id, language = item.split("|")
    with network.centre.writers.begin() as session:
        parts = [(kind, bulletin_id, language), PlaceEntry("rotation")]
        return planning.make_programme(session, network.editor, title="Mẫu chiều", items=parts, now=network.now).id


@pytest.mark.parametrize(("days", "said"), [(1, "tự xếp trong ít giây"), (30, "còn cách 7 ngày")])
def test_a_one_off_of_a_template_says_when_it_is_filled(days, said, sign_in, network, template):
    day = network.today + timedelta(days=days)
    form = {
        "title": "Buổi riêng", "programme": template, "station": [network.near], "day": f"{day:%d/%m/%Y}",
        "starts": "10:00", "minutes": "15", "rule": "hard", "grace": "30", "quieter": "0",
    }  # fmt: skip
    approver = sign_in("approver")
    assert approver.post("/lich-phat/buoi-rieng", data=form).status_code == 303
    assert said in approver.get("/lich-phat").text


@pytest.fixture
def campaign(network, stage, sign_in):
    """A published campaign of one bulletin at both stations; returns its id."""
    told = stage.approved(title="Tiêm <phòng>", sound=b"ID3 tiem")
    first = network.today + timedelta(days=1)
    with network.centre.writers.begin() as session:
        asked = deeds.Asked("Đợt thử", [told], Scope(everyone=True), first, first + timedelta(days=3), 2)
        row = deeds.propose(session, network.editor, asked=asked, today=network.today, now=network.now)
        deeds.publish(
            session, network.approver, campaign_id=row.id, today=network.today, now=network.now, figures={}
        )  # fmt: skip
        return row.id


def planned(network, programme_id, *stations):
    for station_id, hour in stations:
        network.slots(programme_id, station_id, starts=time(hour), title=f"Buổi {hour} giờ")
    network.publish_all()
    with network.centre.writers.begin() as session:
        plan_ahead(session, now=network.now, days_ahead=7, default_zone=ZONE)


def test_a_template_is_heard_as_its_next_session_at_a_station(sign_in, network, template, campaign):
    editor, here = sign_in("editor"), f"/lich-phat/chuong-trinh/{template}"
    assert "chưa có buổi phát nào được xếp" in editor.get(f"{here}/nghe-thu").text
    assert "Buổi tới gồm gì" not in editor.get(here).text
    planned(network, template, (network.near, 6), (network.far, 20))
    with network.centre.readers() as session:
        starts = {
            row.station_id: row.starts_at
            for row in session.scalars(select(Airing).order_by(Airing.starts_at.desc()))
        }  # fmt: skip
        names = {row.id: row.name for row in session.scalars(select(Station))}
    for station_id in (network.near, network.far):
        page = editor.get(f"{here}/nghe-thu?cum-loa={station_id}").text
        assert f"Buổi tới của mẫu này tại {names[station_id]}" in page
        assert f"{starts[station_id].astimezone(network.centre.settings.tz):%H:%M}" in page
        built = editor.get(f"{here}?cum-loa={station_id}").text
        assert "Buổi tới gồm gì" in built
    first = min(starts, key=lambda station_id: starts[station_id])
    assert f"tại {names[first]}" in editor.get(f"{here}/nghe-thu?cum-loa=khong-co").text


def test_the_likely_content_says_why(sign_in, network, template, campaign):
    planned(network, template, (network.near, 6))
    tomorrow = network.now + timedelta(days=1)
    with network.centre.writers.begin() as session:
        for row in session.scalars(select(Airing).where(Airing.starts_at < tomorrow)):
            row.cancelled_at, row.cancel_reason = network.now, "thử"
    page = sign_in("editor").get(f"/lich-phat/chuong-trinh/{template}").text
    assert "Tiêm &lt;phòng&gt;" in page.split("Buổi tới gồm gì")[1]
    assert "chọn vì hôm đó còn 2 lần mà chỉ còn 1 buổi" in page
    heard = sign_in("editor").get(f"/lich-phat/chuong-trinh/{template}/nghe-thu").text
    assert "Tiêm &lt;phòng&gt;" in heard
    assert "chọn vì hôm đó còn 2 lần" in heard


def test_an_operator_hears_the_next_session_at_an_own_station(network, template, campaign):
    planned(network, template, (network.near, 6), (network.far, 5))
    with network.centre.writers.begin() as session:
        accounts.make_person(
            session, None, username="truc-gan", display_name="Trực gần", password_hash="!",
            roles=[Grant(Role.OPERATOR, station_id=network.near)], now=network.now,
        )  # fmt: skip
        who = accounts.actor(session, session.scalars(select(Person.id).where(Person.username == "truc-gan")).one())
    with network.centre.readers() as session:
        found = next_sessions(session, who, programme_id=template, zone=ZONE, now=network.now)
    assert [each.station_id for each in found] == [network.near]


def test_a_campaign_that_is_over_stays_ticked_in_its_place(sign_in, network, template, campaign):
    editor, here = sign_in("editor"), f"/lich-phat/chuong-trinh/{template}"
    with network.centre.writers.begin() as session:
        own = [PlaceEntry("rotation", campaigns=(campaign,))]
        planning.change_programme(
            session, network.editor, programme_id=template, title="Mẫu", items=own, now=network.now
        )
        deeds.end(session, network.approver, campaign_id=campaign, reason="Xong sớm", now=network.now)
    page = editor.get(here).text
    assert f'value="{campaign}" checked' in page
    assert "Đợt thử (đã xong)" in page
