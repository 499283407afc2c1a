"""Why a file can't be read as an official letter, each with what the user should do."""

from __future__ import annotations

from scheduler.errors import InvalidInput


class UnreadableLetter(InvalidInput):
    """Không đọc được tệp "{file}". Hãy mở tệp trong Word, lưu lại thành .docx rồi thử lại."""


class FileUnavailable(UnreadableLetter):
    """Không mở được tệp "{file}". Hãy kiểm tra lại tên tệp, đường dẫn và quyền đọc."""


class EmptyLetter(UnreadableLetter):
    """Tệp "{file}" không có chữ nào. Hãy chọn đúng tệp công văn."""


class LetterTooLarge(UnreadableLetter):
    """Tệp "{file}" lớn hơn {limit_mb} MB. Hãy bỏ bớt ảnh, phụ lục rồi lưu lại thành .docx."""


class LetterTooLong(UnreadableLetter):
    """Tệp "{file}" dài quá mức của một công văn ({limit}). Hãy tách riêng phần công văn rồi thử lại."""


class UnknownFormat(UnreadableLetter):
    """Tệp "{file}" là {actual}, không phải loại đọc được. Hãy lưu công văn thành .docx, .pdf, .txt hoặc .md."""


class WrongExtension(UnreadableLetter):
    """Tệp "{file}" có tên đuôi {extension} nhưng nội dung là {actual}. Hãy đổi tên tệp cho đúng đuôi rồi thử lại."""


class EncryptedLetter(UnreadableLetter):
    """Tệp "{file}" có đặt mật khẩu. Hãy gỡ mật khẩu, lưu lại rồi thử lại."""


class MacroLetter(UnreadableLetter):
    """Tệp "{file}" có macro nên không được nhận. Hãy lưu lại thành .docx (không macro) rồi thử lại."""


class DamagedLetter(UnreadableLetter):
    """Tệp "{file}" bị hỏng hoặc không đúng định dạng {format}. Hãy xin lại tệp gốc, hoặc mở và lưu lại thành .docx."""


class ScannedLetter(UnreadableLetter):
    """Tệp "{file}" chỉ có ảnh, không có chữ (bản quét). Hãy xin bản .docx hoặc bản PDF có chữ của văn bản."""


class ReadingTooLong(UnreadableLetter):
    """Đọc tệp "{file}" quá {limit_s} giây nên đã dừng. Hãy mở tệp trong Word, lưu lại thành .docx rồi thử lại."""


class LegacyEncoding(UnreadableLetter):
    """Tệp "{file}" dùng bảng mã {encoding}, không phải Unicode. Hãy chuyển sang Unicode (UTF-8), lưu rồi thử lại."""


class OldWordFormat(UnreadableLetter):
    """Tệp "{file}" là Word đời cũ (.doc) mà máy này chưa cài LibreOffice. Hãy mở tệp và lưu thành .docx."""
