"""One sentence in the chosen voice: what is spoken, by whom, and every refusal."""

from __future__ import annotations

import contextlib
import html
import re

import pytest

from tts.wav import from_wav
from web import close_app, create_app, door
from web.workroom import SAMPLES

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def app(app):
    """The application with the stand-in voice, which needs no network."""
    settings = app.extensions[door.CENTRE].settings
    close_app(app)
    spoken = create_app(type(settings)(data_dir=settings.data_dir, engine="espeak"))
    spoken.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield spoken
    close_app(spoken)


def form(**changes: str) -> dict[str, str]:
    fields = {"script": "Cuộc họp lúc 8 giờ. Câu thứ hai.", "language": "vi", "voice": "", "speed": "1000"}
    return fields | changes


def address(told: str) -> str:
    found = re.search(r'<audio[^>]* src="([^"]+)"', told)
    assert found, told
    return html.unescape(found[1])


def test_the_first_sentence_is_spoken_as_it_is_read(sign_in):
    browser = sign_in("editor")
    told = browser.post("/ban-tin/nghe-thu", data=form()).text
    assert "giọng dự phòng" in told
    sound = browser.get(address(told))
    assert sound.mimetype == "audio/wav"
    assert 1_000 < from_wav(sound.data).duration_ms < 6_000
    assert browser.get(address(told)).data == sound.data
    part = browser.get(address(told), headers={"Range": "bytes=0-43"})
    assert (part.status_code, len(part.data)) == (206, 44)


def test_voice_and_speed_are_those_chosen(sign_in):
    browser = sign_in("editor")
    lengths = {}
    for voice, speed in (("espeak/vi-vn-x-south", "800"), ("espeak/vi-vn-x-south", "1200"), ("espeak/vi", "1200")):
        told = browser.post("/ban-tin/nghe-thu", data=form(voice=voice, speed=speed)).text
        lengths[voice, speed] = from_wav(browser.get(address(told)).data)
    assert len({speech.pcm for speech in lengths.values()}) == 3
    slow, fast, _ = (speech.duration_ms for speech in lengths.values())
    assert slow > 1.2 * fast


def test_any_script_has_something_to_listen_to_that_is_not_long(sign_in):
    browser = sign_in("editor")
    for script in ("", "...", "x" * 20_000, "một hai ba " * 1_000, HOSTILE):
        told = browser.post("/ban-tin/nghe-thu", data=form(script=script)).text
        assert HOSTILE not in told
        assert len(address(told)) < 3_000


REFUSED = (
    ({"voice": "piper/gone"}, "không có trên máy"),
    ({"voice": HOSTILE}, "Giọng đọc đã chọn"),
    ({"speed": "3000"}, "từ 0,8 đến 1,2"),
    ({"sentence-pause": "lâu"}, "viết bằng giây"),
    ({"language": "hmn"}, "chỉ đọc được tiếng Việt"),
)


def test_what_cannot_be_spoken_is_told(sign_in):
    browser = sign_in("editor")
    for changes, why in REFUSED:
        answer = browser.post("/ban-tin/nghe-thu", data=form(**changes))
        assert answer.status_code == 422, changes
        assert why in answer.text
        assert HOSTILE not in answer.text


MADE_UP = (
    "",
    "giong=espeak/vi",
    "giong=espeak/vi&cau=...",
    "giong=espeak/vi&nhanh=9&cau=xin",
    "giong=piper/gone&cau=xin",
    "giong=espeak/vi&cau=" + "a" * 301,
)


def test_a_made_up_address_is_refused(sign_in):
    browser = sign_in("editor")
    assert {browser.get(f"/ban-tin/nghe-thu.wav?{query}").status_code for query in MADE_UP} == {400}


def test_only_who_writes_may_have_it_spoken(sign_in):
    for username in ("approver", "operator", "auditor"):
        browser = sign_in(username)
        assert browser.post("/ban-tin/nghe-thu", data=form()).status_code == 403
        assert browser.get("/ban-tin/nghe-thu.wav?giong=espeak/vi&cau=xin").status_code == 403


def test_samples_never_take_all_the_servers_threads(sign_in):
    browser = sign_in("editor")
    with contextlib.ExitStack() as others:
        for _ in range(SAMPLES.places):
            others.enter_context(SAMPLES.working())
        told = browser.post("/ban-tin/nghe-thu", data=form())
        assert told.status_code == 422
        assert "bấm nghe thử lại" in told.text
    assert browser.post("/ban-tin/nghe-thu", data=form()).status_code == 200
