"""Sessions that know whose they are (Django's own, kept in `SessionOuverte`): a person sees theirs, and closes one."""

import re
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as SessionEnBase
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from habilitations.journal import noter
from habilitations.models import Compte, JournalAcces, SessionOuverte

# Keys in the session.
OUVERTE_LE = "ouverte_le"
NAVIGATEUR = "navigateur"
MOYEN = "moyen"

# The first that matches names the browser: the others' names are quoted by those above them.
_NAVIGATEURS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


class SessionStore(SessionEnBase):
    @classmethod
    def get_model_class(cls) -> type[SessionOuverte]:
        return SessionOuverte

    def create_model_instance(self, data: dict[str, Any]) -> SessionOuverte:
        session = cast(SessionOuverte, super().create_model_instance(data))
        session.compte_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        if (instant := data.get(OUVERTE_LE)) is not None:
            session.creee_le = datetime.fromisoformat(instant)
        return session


def reste(cle: str | None) -> int:
    """Seconds before this session ends, as the database says; 0 when it is not there any more."""
    fin = SessionOuverte.objects.filter(pk=cle).values_list("expire_date", flat=True).first()
    return 0 if fin is None else max(0, int((fin - timezone.now()).total_seconds()))


class Fiche(NamedTuple):
    """`designation`: what designates the session on a page, without opening it."""

    designation: str
    navigateur: str
    moyen: str
    ouverte_le: datetime
    expire_le: datetime
    courante: bool


def decrire_navigateur(agent: str) -> str:
    """« Firefox sur Windows »: enough to recognise one's own, without keeping what would tell a person apart."""
    navigateur = next(
        (nom for motif, nom in _NAVIGATEURS if re.search(rf"\b{motif}", agent)), "Navigateur inconnu"
    )
    systeme = next((nom for motif, nom in _SYSTEMES if motif in agent), "")
    return f"{navigateur} sur {systeme}" if systeme else navigateur


def lister(compte: Compte, *, courante: str | None) -> list[Fiche]:
    """The person's open sessions, this one (`courante`, its key) first, then the last opened. Those whose person was
    signed out meanwhile (another password, another role) are not shown: they open nothing."""
    vivantes = SessionOuverte.objects.filter(compte=compte, expire_date__gt=timezone.now()).order_by(
        "-creee_le"
    )
    fiches = []
    for session in vivantes:
        donnees = session.get_decoded()
        if donnees.get("_auth_user_hash") != compte.get_session_auth_hash():
            continue
        fiches.append(
            Fiche(
                designation(session.session_key),
                donnees.get(NAVIGATEUR, "Navigateur inconnu"),
                donnees.get(MOYEN, ""),
                session.creee_le,
                session.expire_date,
                session.session_key == courante,
            )
        )
    return sorted(fiches, key=lambda fiche: not fiche.courante)


def designation(cle: str) -> str:
    return salted_hmac("habilitations.session", cle, algorithm="sha256").hexdigest()[:24]


@transaction.atomic
def fermer(compte: Compte, voulue: str) -> bool:
    """Close one of the person's sessions, at once; False when it is not there any more."""
    for session in SessionOuverte.objects.select_for_update().filter(compte=compte):
        if designation(session.session_key) == voulue:
            session.delete()
            noter(JournalAcces.Genre.SESSION_FERMEE, compte=compte, auteur=compte)
            return True
    return False


def fermer_toutes(compte: Compte, *, sauf: str | None = None) -> int:
    """Delete the person's sessions but `sauf` (a key); how many were still to expire."""
    autres = SessionOuverte.objects.filter(compte=compte).exclude(session_key=sauf or "")
    return autres.delete()[0]
