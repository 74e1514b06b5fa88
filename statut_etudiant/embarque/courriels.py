"""The demonstration's mail: each message is a file, which any mail program opens, instead of pages of log.

Some carry a link that works once: they have no place in a log, not even a demonstration's.
"""

import time
from collections.abc import Sequence
from itertools import count

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.text import slugify

from statut_etudiant.embarque.chemins import VAR

DOSSIER = VAR / "courriels"
_numeros = count()


class BoiteEnDossier(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        DOSSIER.mkdir(mode=0o700, parents=True, exist_ok=True)
        for courriel in email_messages:
            # Sorted by name, sorted by time; the number tells apart those of one instant.
            instant = f"{time.strftime('%Y%m%d-%H%M%S')}-{time.perf_counter_ns()}-{next(_numeros)}"
            fichier = DOSSIER / f"{instant}-{slugify(courriel.subject)[:60]}.eml"
            fichier.write_bytes(courriel.message().as_bytes())
        return len(email_messages)
