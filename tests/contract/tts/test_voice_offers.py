"""Voices on offer, from files and from a source: the same promises; each misbehaviour told in words."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from voice_source_server import CARD, CONFIG, FILES, FOLDER, MODEL, NAME, VoiceShop, usual_index, voice_shop

from tts.engine import Speech
from tts.engines.piper_process import VoiceFiles
from tts.errors import EngineUnavailable
from tts.voices.download import Downloads
from tts.voices.errors import BadVoiceName, LicenceNotAgreed, VoiceRefused, VoiceSourceFailed
from tts.voices.install import install
from tts.voices.offer import FileOffer, VoiceOffer
from tts.voices.source import offer_of
from tts.voices.store import InstalledVoice, VoiceStore

NOW = dt.datetime(2024, 5, 8, 7, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def _opened() -> Iterator[VoiceShop]:
    with voice_shop() as opened:
        yield opened


@pytest.fixture
def shop(_opened: VoiceShop) -> VoiceShop:
    """A well-behaved one, without memory of earlier tests."""
    _opened.index = json.dumps(usual_index()).encode()
    _opened.behaviours.clear()
    _opened.asked.clear()
    return _opened


def from_source(shop: VoiceShop, name: str = NAME, timeout_s: float = 10.0) -> VoiceOffer:
    return offer_of(name, Downloads(shop.address, timeout_s=timeout_s, proxies={}))


def from_files(folder: Path, **contents: bytes | None) -> VoiceOffer:
    files = {f"{NAME}.onnx": MODEL, f"{NAME}.onnx.json": CONFIG, "MODEL_CARD": CARD}
    chosen = {"model": f"{NAME}.onnx", "config": f"{NAME}.onnx.json", "card": "MODEL_CARD"}
    files |= {chosen[part]: content for part, content in contents.items()}  # type: ignore[dict-item]
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content)
    return FileOffer(folder / f"{NAME}.onnx")


_MAKERS: dict[str, Callable[[VoiceShop, Path], VoiceOffer]] = {
    "source": lambda shop, _: from_source(shop),
    "files": lambda _, folder: from_files(folder / "downloads"),
}


def beep(_files: VoiceFiles) -> Speech:
    wave = 8_000 * np.sin(np.arange(11_025) / 10)
    return Speech(wave.astype("<i2").tobytes(), 22_050)


def put_in(offer: VoiceOffer, store: VoiceStore, **changes: Any) -> InstalledVoice:
    return install(offer, store, **{"agree": lambda _licence: None, "now": NOW, "prove": beep} | changes)


def nothing_in(store: VoiceStore) -> bool:
    left = {each.name for each in store.folder.iterdir()} if store.folder.exists() else set()
    return not store.voices() and left <= {".lock"}


@pytest.fixture(params=_MAKERS)
def offer(request: pytest.FixtureRequest, shop: VoiceShop, tmp_path: Path) -> VoiceOffer:
    return _MAKERS[request.param](shop, tmp_path)


def test_an_offer_gives_its_files_whole(offer: VoiceOffer) -> None:
    assert (offer.name, offer.card(), offer.config(), b"".join(offer.model())) == (NAME, CARD, CONFIG, MODEL)
    assert offer.source.endswith(f"{NAME}.onnx")


def test_it_is_installed_with_its_licence_shown_and_its_hashes_kept(offer: VoiceOffer, tmp_path: Path) -> None:
    store, shown = VoiceStore(tmp_path / "voices"), list[str | None]()
    made = put_in(offer, store, agree=shown.append, sha256="")
    assert shown == [CARD.decode()]
    assert store.voices() == (made,)
    assert (made.model.read_bytes(), made.config.read_bytes()) == (MODEL, CONFIG)
    assert (made.record.size_bytes, made.record.source, made.record.language) == (len(MODEL), offer.source, "vi-VN")
    assert made.record.edition != made.record.sha256
    assert put_in(offer, VoiceStore(tmp_path / "other"), sha256=made.record.sha256.upper()).voice == made.voice


def test_without_agreement_nothing_is_installed_and_no_model_is_taken(
    shop: VoiceShop, offer: VoiceOffer, tmp_path: Path
) -> None:
    def disagree(_licence: str | None) -> None:
        raise LicenceNotAgreed(name=NAME, remedy="x")

    store = VoiceStore(tmp_path / "voices")
    with pytest.raises(LicenceNotAgreed):
        put_in(offer, store, agree=disagree)
    assert nothing_in(store)
    assert not [path for path in shop.asked if path.endswith(".onnx")]


def test_another_hash_than_the_one_given_is_refused(offer: VoiceOffer, tmp_path: Path) -> None:
    store = VoiceStore(tmp_path / "voices")
    with pytest.raises(VoiceRefused, match="mã băm của tệp là"):
        put_in(offer, store, sha256="0" * 64)
    assert nothing_in(store)


def _unloadable(_files: VoiceFiles) -> Speech:
    raise EngineUnavailable(engine="piper", why="x", retryable=False)


@pytest.mark.parametrize(
    ("prove", "why"),
    [
        (_unloadable, "không phải giọng Piper"),
        (lambda _: Speech(b"\0\0" * 9_000, 22_050), "không ra tiếng"),
        (lambda files: Speech(beep(files).pcm, 16_000), "không ra tiếng"),
    ],
)
def test_a_voice_that_does_not_speak_is_not_installed(
    offer: VoiceOffer, tmp_path: Path, prove: Callable[[VoiceFiles], Speech], why: str
) -> None:
    store = VoiceStore(tmp_path / "voices")
    with pytest.raises(VoiceRefused, match=why):
        put_in(offer, store, prove=prove)
    assert nothing_in(store)


@pytest.mark.parametrize(
    ("end", "behaviour", "refusal"),
    [
        ("voices.json", "404", (VoiceSourceFailed, "lỗi 404")),
        ("voices.json", "503", (VoiceSourceFailed, "lỗi 503")),
        ("voices.json", "page", (VoiceRefused, "danh mục voices.json")),
        ("voices.json", "cut", (VoiceSourceFailed, "kết nối bị ngắt giữa chừng")),
        ("voices.json", "hang", (VoiceSourceFailed, "giây không trả lời")),
        ("voices.json", "in-circles", (VoiceSourceFailed, "lòng vòng")),
        ("voices.json", "http://10.255.255.1/voices.json", (VoiceSourceFailed, "không có https")),
        (".onnx", "http://voices.example/x", (VoiceSourceFailed, "không có https")),
        (".onnx", "changed", (VoiceRefused, "không khớp mã băm")),
        (".onnx", "shorter", (VoiceRefused, "không khớp mã băm")),
        (".onnx", "longer", (VoiceSourceFailed, "dài hơn cỡ đã báo")),
        (".onnx", "cut", (VoiceSourceFailed, "kết nối bị ngắt giữa chừng")),
        (".onnx", "page", (VoiceRefused, "không khớp mã băm")),
        (".onnx.json", "changed", (VoiceRefused, "không khớp mã băm")),
        ("MODEL_CARD", "changed", (VoiceRefused, "không khớp mã băm")),
        ("MODEL_CARD", "500", (VoiceSourceFailed, "lỗi 500")),
    ],
)
def test_a_source_that_misbehaves_installs_nothing(
    shop: VoiceShop, tmp_path: Path, end: str, behaviour: str, refusal: tuple[type[Exception], str]
) -> None:
    shop.behaviours[end] = behaviour
    store = VoiceStore(tmp_path / "voices")
    with pytest.raises(refusal[0], match=refusal[1]):
        put_in(from_source(shop, timeout_s=0.3 if behaviour == "hang" else 10.0), store)
    assert nothing_in(store)


def test_a_redirect_within_the_rule_is_followed(shop: VoiceShop) -> None:
    shop.behaviours[".onnx"] = "elsewhere"
    assert b"".join(from_source(shop).model()) == MODEL


_FACTS = {"size_bytes": 5, "md5_digest": "0" * 32}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {f"{FOLDER}/{NAME}.onnx": _FACTS},
        {"../../x.onnx": _FACTS, "x.onnx.json": _FACTS},
        {"/etc/x.onnx": _FACTS, "x.onnx.json": _FACTS},
        {"https://evil.example/x.onnx": _FACTS, "x.onnx.json": _FACTS},
        {"x.onnx?y.onnx": _FACTS, "x.onnx.json": _FACTS},
        {"x.onnx": _FACTS, "y.onnx": _FACTS, "x.onnx.json": _FACTS},
        {"x.onnx": {"size_bytes": "5", "md5_digest": "0" * 32}, "x.onnx.json": _FACTS},
        {"x.onnx": {"size_bytes": -5, "md5_digest": "0" * 32}, "x.onnx.json": _FACTS},
        {"x.onnx": {"size_bytes": 5}, "x.onnx.json": _FACTS},
        {"x.onnx": None, "x.onnx.json": _FACTS},
    ],
)
def test_an_index_that_leads_elsewhere_is_refused(shop: VoiceShop, files: dict[str, object]) -> None:
    shop.index = json.dumps({NAME: {"files": files}}).encode()
    with pytest.raises(VoiceRefused, match="không đúng dạng"):
        from_source(shop)


@pytest.mark.parametrize("index", [b"[]", b"null", b'{"vi', b"\xff\xfe", b"[" * 100_000])
def test_an_index_of_another_form_is_refused(shop: VoiceShop, index: bytes) -> None:
    shop.index = index
    with pytest.raises(VoiceRefused, match=r"voices\.json"):
        from_source(shop)


def test_a_name_that_is_not_there_is_told_with_those_that_are(shop: VoiceShop) -> None:
    with pytest.raises(VoiceRefused, match=f"không có giọng tên này; các giọng tiếng Việt ở đó: {NAME}"):
        from_source(shop, "vi_VN-other-low")
    with pytest.raises(BadVoiceName):
        from_source(shop, "../x")


def test_a_file_too_large_is_not_even_asked_for(shop: VoiceShop, tmp_path: Path) -> None:
    index = usual_index()
    index[NAME]["files"][f"{FOLDER}/{NAME}.onnx"]["size_bytes"] = 10**12
    shop.index = json.dumps(index).encode()
    with pytest.raises(VoiceRefused, match="quá lớn"):
        put_in(from_source(shop), VoiceStore(tmp_path))
    assert not [path for path in shop.asked if path.endswith(".onnx")]


@pytest.mark.parametrize("base", ["", "ftp://x", "http://voices.example", "https://me:x@voices.example", "file:///etc"])
def test_a_source_is_a_safe_address(base: str) -> None:
    with pytest.raises(VoiceSourceFailed, match="https"):
        Downloads(base)


def test_a_source_without_a_trusted_certificate_is_refused(online_voice: Any) -> None:
    with pytest.raises(VoiceSourceFailed, match="chứng chỉ của localhost không đáng tin"):
        offer_of(NAME, Downloads(online_voice.address, proxies={}))


def test_a_source_that_is_not_there_is_told() -> None:
    with pytest.raises(VoiceSourceFailed, match=r"không nối được tới 127\.0\.0\.1"):
        offer_of(NAME, Downloads("http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        ({"config": None}, "thiếu tệp"),
        ({"config": b"{}"}, "tần số"),
        ({"config": b"x" * 1_000_001}, "quá lớn"),
        ({"card": b"x" * 200_001}, "quá lớn"),
    ],
)
def test_files_that_are_wrong_install_nothing(tmp_path: Path, contents: dict[str, bytes | None], why: str) -> None:
    store = VoiceStore(tmp_path / "voices")
    with pytest.raises(VoiceRefused, match=why):
        put_in(from_files(tmp_path / "downloads", **contents), store)
    assert nothing_in(store)


def test_a_model_without_an_end_is_stopped(tmp_path: Path) -> None:
    offer = from_files(tmp_path / "downloads")
    os.truncate(tmp_path / "downloads" / f"{NAME}.onnx", 400_000_001)  # a hole: nothing is written
    with pytest.raises(VoiceRefused, match="quá lớn, quá 400 MB"):
        for _ in offer.model():
            pass


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("x.txt", "đuôi .onnx"),
        ("", "đuôi .onnx"),
        ("none.onnx", "không có tệp"),
        ("giọng hay.onnx", "đổi tên"),
        ("..onnx", "đổi tên"),
        ("\x1b[2J.onnx", "đổi tên"),
    ],
)
def test_a_path_that_is_no_voice_is_refused(tmp_path: Path, path: str, why: str) -> None:
    with pytest.raises(VoiceRefused, match=why) as caught:
        FileOffer(tmp_path / path)
    assert "\x1b" not in str(caught.value)


def test_a_voice_without_a_card_says_so(tmp_path: Path) -> None:
    shown: list[str | None] = []
    put_in(from_files(tmp_path / "downloads", card=None), VoiceStore(tmp_path / "voices"), agree=shown.append)
    assert shown == [None]


def test_every_file_of_the_index_is_asked_once(shop: VoiceShop, tmp_path: Path) -> None:
    put_in(from_source(shop), VoiceStore(tmp_path))
    assert sorted(shop.asked) == sorted(f"/voices/{path}" for path in ("voices.json", *FILES))
