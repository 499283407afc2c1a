"""A programme and a session are heard before they air: the page, the list with its places, the sound and its ranges."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from scheduler.rules.permissions import Grant, Role
from scheduler.services import accounts
from tts.engines.tone import ToneEngine
from tts.mastering import master
from tts.mp3_length import mp3_samples


@pytest.fixture(scope="session")
def mp3() -> bytes:
    """A short sound as the station would get it."""
    engine = ToneEngine()
    return master(engine.speak("một hai", engine.voices()[0]), title="thử").mp3


def _until_made(browser, address: str) -> str:
    """The page when the preview is there; it is asked for again as the page itself does."""
    for _ in range(2000):
        page = browser.get(address).text
        if 'hx-trigger="every 1s"' not in page:
            return page
    raise AssertionError(page)


def test_a_programme_is_heard_whole_with_a_place_for_each_item(sign_in, stage, network, mp3, tmp_path):
    first = stage.approved(title="Giữ <tài khoản>", sound=mp3)
    second = stage.approved(title="Nước sạch", sound=mp3)
    programme = network.programme(first, stage.draft(title="Lịch tiêm"), second)
    browser = sign_in("editor")
    address = f"/lich-phat/chuong-trinh/{programme}/nghe-thu"
    assert address in browser.get(f"/lich-phat/chuong-trinh/{programme}").text
    assert "Máy đang ghép bản nghe thử" in browser.get(address).text
    page = _until_made(browser, address)
    assert "Giữ &lt;tài khoản&gt;" in page
    assert "Không có trong bản nghe thử" in page
    assert "Lịch tiêm" in page
    assert "chưa duyệt" in page
    (tmp_path / "item").write_bytes(mp3)
    samples = mp3_samples(tmp_path / "item")
    places = re.findall(r'data-seek-s="([\d.]+)"', page)
    assert places == ["0.000000", f"{samples / 44_100:.6f}"]
    source = re.search(r'<audio[^>]* src="([^"]+)"', page).group(1)
    whole = browser.get(source)
    assert (whole.status_code, whole.mimetype) == (200, "audio/mpeg")
    (tmp_path / "preview").write_bytes(whole.data)
    assert mp3_samples(tmp_path / "preview") == 2 * samples
    part = browser.get(source, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole.data[100:200])
    assert sign_in("nobody").get(source).status_code == 403


def test_what_waits_is_heard_on_request_and_marked(sign_in, stage, network, mp3):
    stands = stage.approved(title="Nước sạch", sound=mp3)
    waits = stage.submitted(title="Lịch tiêm")
    stage.render(sound=mp3)
    programme = network.programme(stands, waits)
    address = f"/lich-phat/chuong-trinh/{programme}/nghe-thu"
    page = _until_made(sign_in("editor"), address)
    assert "Nghe cả 1 mục chưa được phép phát" in page
    assert page.count("data-seek-s") == 1
    page = _until_made(sign_in("editor"), f"{address}?cho=1")
    assert page.count("data-seek-s") == 2
    assert "1 mục trong bản nghe thử này chưa được phép phát" in page
    assert "Chỉ nghe những gì được phát" in page


def test_a_programme_of_which_nothing_is_approved_says_so(sign_in, stage, network):
    programme = network.programme(stage.draft(title="Lịch tiêm"))
    page = sign_in("operator").get(f"/lich-phat/chuong-trinh/{programme}/nghe-thu").text
    assert "Chưa có gì để nghe" in page
    assert "<audio" not in page
    assert "hx-trigger" not in page


def test_a_sound_that_cannot_be_read_is_told_and_not_asked_for_again_and_again(sign_in, stage, network):
    programme = network.programme(stage.approved(title="Nước sạch"))
    page = _until_made(sign_in("editor"), f"/lich-phat/chuong-trinh/{programme}/nghe-thu")
    assert "Chưa ghép được bản nghe thử" in page
    assert "Không đọc được tệp âm thanh" in page
    assert "1:01,000" in page


def test_a_programme_of_many_hours_is_not_joined(sign_in, stage, network):
    bulletin = stage.approved(title="Dài", duration_ms=1_000_000)
    page = sign_in("editor").get(f"/lich-phat/chuong-trinh/{network.programme(*[bulletin] * 11)}/nghe-thu").text
    assert "dài hơn 3 giờ" in page
    assert "<audio" not in page


def test_a_session_is_heard_from_its_playlist_by_who_may_read_it(sign_in, people, stage, network, mp3):
    programme = network.programme(stage.approved(title="Nước sạch", sound=mp3))
    starts_at = network.now + timedelta(hours=2)
    mine, theirs = (network.one_off(programme, station, starts_at) for station in (network.near, network.far))
    with network.centre.writers.begin() as session:
        person = accounts.person_line(session, people["operator"])
        accounts.revoke_role(session, None, grant_id=person.grants[0].id, now=network.now)
        grant = Grant(Role.OPERATOR, station_id=network.near)
        accounts.grant_role(session, None, person_id=people["operator"], grant=grant, now=network.now)
    browser = sign_in("operator")
    day = starts_at.astimezone(network.centre.settings.tz).date().isoformat()
    address = f"/hom-nay/buoi/{mine}/nghe-thu"
    assert address in browser.get(f"/hom-nay/{network.near}?ngay={day}").text
    page = _until_made(browser, address)
    assert page.count("data-seek-s") == 1
    assert f"/hom-nay/{network.near}?ngay={day}" in page
    assert browser.get(f"/hom-nay/buoi/{theirs}/nghe-thu").status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/lich-phat/chuong-trinh/khong-co/nghe-thu",
        "/hom-nay/buoi/khong-co/nghe-thu",
        f"/am-thanh/nghe-thu/{'0' * 64}.mp3",
        "/am-thanh/nghe-thu/..%2f..%2floa.db.mp3",
    ],
)
def test_what_does_not_exist_is_not_found(sign_in, network, address):
    assert sign_in("editor").get(address).status_code == 404


def test_strangers_are_sent_to_the_door(client, network):
    assert client.get("/lich-phat/chuong-trinh/x/nghe-thu").status_code in {302, 303, 401}
    assert client.get(f"/am-thanh/nghe-thu/{'0' * 64}.mp3").status_code in {302, 303, 401}
