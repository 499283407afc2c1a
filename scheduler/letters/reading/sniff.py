"""What a file really is, told from its bytes, whatever it is called."""

from __future__ import annotations

import io
import zipfile
from enum import Enum

from scheduler.letters.errors import (
    DamagedLetter,
    EmptyLetter,
    EncryptedLetter,
    MacroLetter,
    UnknownFormat,
    WrongExtension,
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WINDOW = 1024
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
_MACRO_STREAMS = ("_VBA_PROJECT", "Macros")
_CONTROL = bytes(range(9)) + bytes(range(14, 27))


class Format(Enum):
    """The formats that are read; the value is the name that the user knows."""

    DOCX = "Word (.docx)"
    DOC = "Word đời cũ (.doc)"
    PDF = "PDF (.pdf)"
    MARKDOWN = "Markdown (.md)"
    TEXT = "văn bản thuần (.txt)"


_EXTENSIONS = {
    ".docx": Format.DOCX,
    ".doc": Format.DOC,
    ".pdf": Format.PDF,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
}
_FOREIGN = (
    (b"{\\rtf", "tệp RTF"),
    (b"\x89PNG", "tệp ảnh PNG"),
    (b"\xff\xd8\xff", "tệp ảnh JPEG"),
    (b"GIF8", "tệp ảnh GIF"),
    (b"II*\x00", "tệp ảnh TIFF"),
    (b"MM\x00*", "tệp ảnh TIFF"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén gzip"),
    (b"MZ", "chương trình Windows"),
    (b"\x7fELF", "chương trình Linux"),
    (b"%!PS", "tệp PostScript"),
    (b"MIME-Version", "tệp thư hoặc trang web lưu"),
)
_HTML = (b"<!doctype html", b"<html")


def sniff(content: bytes, file: str) -> Format:
    """The format of ``content``, when it is one that is read and agrees with the name of ``file``.

    Raises the UnreadableLetter that fits: empty, foreign, encrypted, with macros, damaged, wrong extension.
    """
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise EmptyLetter(file=file)
    stem, dot, extension = file.rpartition(".")
    named = _EXTENSIONS.get(f".{extension.lower()}") if dot and stem else None
    if dot and extension.lower() in {"docm", "dotm"}:
        raise MacroLetter(file=file)
    actual = _actual(content, file)
    if named is None:
        raise UnknownFormat(file=file, actual=f"tệp đuôi .{extension}" if dot else "tệp không có đuôi")
    if actual is None:
        if named in {Format.TEXT, Format.MARKDOWN}:
            return named
        raise DamagedLetter(file=file, format=named.value)
    if actual is not named:
        raise WrongExtension(file=file, extension=f".{extension}", actual=actual.value)
    return actual


def _actual(content: bytes, file: str) -> Format | None:
    """The binary format that ``content`` shows, or ``None`` for text."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(content, file)
    if content.startswith(_OLE):
        return _compound(content, file)
    if b"%PDF-" in content[:_PDF_WINDOW]:
        return Format.PDF
    for magic, name in _FOREIGN:
        if content.startswith(magic):
            raise UnknownFormat(file=file, actual=name)
    if content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        raise UnknownFormat(file=file, actual="trang web (HTML)")
    if not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) and _is_binary(content[:65536]):
        raise UnknownFormat(file=file, actual="tệp nhị phân lạ")
    return None


def _is_binary(sample: bytes) -> bool:
    """Whether more than a hundredth of ``sample`` is control bytes; a single NUL is left to the decoder's care."""
    return len(sample) - len(sample.translate(None, _CONTROL)) > len(sample) // 100


def _zipped(content: bytes, file: str) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError):
        raise DamagedLetter(file=file, format=Format.DOCX.value) from None
    if any(name.endswith(_MACRO_PARTS) for name in names):
        raise MacroLetter(file=file)
    if "[content_types].xml" in names and any(name.startswith("word/") for name in names):
        return Format.DOCX
    if any(name.startswith("xl/") for name in names):
        raise UnknownFormat(file=file, actual="bảng tính Excel")
    if any(name.startswith("ppt/") for name in names):
        raise UnknownFormat(file=file, actual="trình chiếu PowerPoint")
    if "mimetype" in names and "content.xml" in names:
        raise UnknownFormat(file=file, actual="tệp OpenDocument (.odt)")
    raise UnknownFormat(file=file, actual="tệp nén ZIP")


def _compound(content: bytes, file: str) -> Format:
    """An OLE compound file: its directory names streams in UTF-16."""
    if _has_stream(content, "EncryptedPackage"):
        raise EncryptedLetter(file=file)
    if not _has_stream(content, "WordDocument"):
        raise UnknownFormat(file=file, actual="tệp Office đời cũ không phải Word")
    if any(_has_stream(content, name) for name in _MACRO_STREAMS):
        raise MacroLetter(file=file)
    return Format.DOC


def _has_stream(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in content
