"""Pages of a list that may hold millions of rows."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

#: Beyond, counting costs seconds on millions of rows and tells nobody anything: the list says « plus de ».
COMPTE_MAXIMUM = 10_000


class PaginateurBorne(Paginator):
    """Counts as far as `maximum`. `au_dela`: there are more rows than can be paged through."""

    maximum = COMPTE_MAXIMUM

    @cached_property
    def _compte(self) -> int:
        lignes: Any = self.object_list
        return int(lignes.order_by()[: self.maximum + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._compte, self.maximum)

    @property
    def au_dela(self) -> bool:
        return self._compte > self.maximum
