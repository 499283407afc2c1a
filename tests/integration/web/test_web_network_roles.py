"""Who may open which page of timetable, duty, stations, units, air log and ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

EVERYBODY = {"editor", "approver", "operator", "auditor", "admin"}
READERS_OF_THE_LOG = EVERYBODY - {"admin"}

PAGES = {
    "/lich-phat": EVERYBODY,
    "/lich-phat?xem=ngay": EVERYBODY,
    "/lich-phat/chuong-trinh": EVERYBODY,
    "/lich-phat/chuong-trinh/{programme}": EVERYBODY,
    "/lich-phat/chuong-trinh/moi": {"editor"},
    "/lich-phat/khung-gio/moi": {"editor"},
    "/lich-phat/buoi-rieng": {"approver"},
    "/lich-phat/buoi/{airing}/bo": {"approver"},
    "/hom-nay": EVERYBODY,
    "/hom-nay/{station}": EVERYBODY,
    "/cum-loa": EVERYBODY,
    "/cum-loa/{station}": EVERYBODY,
    "/cum-loa/moi": {"admin"},
    "/don-vi": EVERYBODY,
    "/nhat-ky": READERS_OF_THE_LOG,
    "/nhat-ky/nhat-ky-phat-song.csv": READERS_OF_THE_LOG,
    "/nhat-ky/buoi/{airing}": READERS_OF_THE_LOG,
    "/so": {"auditor", "admin"},
}


@pytest.fixture
def places(stage, network):
    programme = network.programme(stage.draft())
    airing = network.one_off(programme, network.near, network.now + timedelta(hours=1))
    return {"programme": programme, "airing": airing, "station": network.near}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_for_its_roles_and_for_no_other(path, sign_in, places):
    names = (*sorted(EVERYBODY), "nobody")
    answers = {name: sign_in(name).get(path.format(**places)).status_code for name in names}
    assert answers == {name: 200 if name in PAGES[path] else 403 for name in names}


@pytest.mark.parametrize("path", PAGES)
def test_without_signing_in_there_is_only_the_door(path, client):
    answer = client.get(path.format(programme="x", airing="x", station="x"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/dang-nhap")
