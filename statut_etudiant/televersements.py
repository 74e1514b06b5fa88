"""Limits the size of every upload: an unbounded body would fill the disk before any view is called."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

#: Bytes. The largest file of a form is of 10 MB; the page where files are deposited sets its own limit.
MAXIMUM = 16 << 20


class Plafond(FileUploadHandler):
    """Refuses a body announced, or found, larger than that: 400. Files pass through it, to Django's own handlers."""

    recus = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self._verifier(content_length)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.recus += len(raw_data)
        self._verifier(self.recus)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _verifier(self, taille: int) -> None:
        if taille > MAXIMUM:
            raise RequestDataTooBig
