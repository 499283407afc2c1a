from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_engine import steady

from tts.atomic import write_atomically
from tts.cache import SentenceCache, sentence_key
from tts.engine import Voice
from tts.wav import NotOurWav, from_wav, to_wav

VI = Voice("vi", "vi", "Giọng thử")
SPEECH = steady(5_000, 16_000, 50)
requests = st.tuples(
    st.sampled_from(["google", "espeak"]),
    st.sampled_from([VI, Voice("vi-2", "vi", "Giọng thử"), Voice("vi", "vi", "Giọng thử", "khác")]),
    st.integers(800, 1200).map(lambda thousandths: thousandths / 1000),
    st.text(max_size=20),
)


@given(requests, requests)
def test_keys_are_equal_exactly_when_requests_are(
    one: tuple[str, Voice, float, str], other: tuple[str, Voice, float, str]
) -> None:
    assert (sentence_key(*one) == sentence_key(*other)) is (one == other)
    assert len(sentence_key(*one)) == 64


def test_what_is_put_is_got(tmp_path: Path) -> None:
    cache, key = SentenceCache(tmp_path / "not" / "there" / "yet"), sentence_key("espeak", VI, 1.0, "Bà con")
    assert cache.get(key) is None
    cache.put(key, SPEECH)
    assert cache.get(key) == SPEECH
    assert cache.get(sentence_key("espeak", VI, 1.0, "Bà  con")) is None


@pytest.mark.parametrize("keep", [0, 1, 20, 43, 44, 100, -1, -2])
def test_a_damaged_file_counts_as_absent_and_is_replaced(tmp_path: Path, keep: int) -> None:
    cache, key = SentenceCache(tmp_path), sentence_key("espeak", VI, 1.0, "Bà con")
    cache.put(key, SPEECH)
    [file] = tmp_path.rglob("*.wav")
    file.write_bytes(file.read_bytes()[:keep])
    assert cache.get(key) is None
    cache.put(key, SPEECH)
    assert cache.get(key) == SPEECH


@given(st.binary(max_size=200))
def test_other_bytes_are_no_wav_of_ours(content: bytes) -> None:
    with pytest.raises(NotOurWav):
        from_wav(content)


def test_a_wav_of_another_shape_is_refused() -> None:
    stereo = bytearray(to_wav(SPEECH))
    stereo[22] = 2
    with pytest.raises(NotOurWav):
        from_wav(bytes(stereo))


def test_writing_replaces_the_file_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / ("tệp-rất-dài" * 15 + ".mp3")
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "a-folder"
    (folder / "within").mkdir(parents=True)
    with pytest.raises(OSError, match="a-folder"):
        write_atomically(folder, b"new")
    assert list(tmp_path.iterdir()) == [folder]
