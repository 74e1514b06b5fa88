"""Verifying the journals against their seals: what was altered, removed, added or put in another order, and where."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from referentiel.journal import cles, sceaux, tranches
from referentiel.journal.tranches import Journal
from referentiel.models import Sceau

#: Rows that long without a seal: the task that seals does not run.
RETARD = datetime.timedelta(hours=24)


class Constat(NamedTuple):
    """Something wrong. `ou`: the seal, or the journal and its slice."""

    ou: str
    quoi: str


class Bilan(NamedTuple):
    sceaux: int
    lignes: int
    #: Slices whose legal time is over and whose rows are gone: their seals stay.
    purgees: int
    #: Rows that came since the last seal.
    non_scellees: int
    constats: list[Constat]


def controler(*, ancres: Mapping[int, str] | None = None) -> Bilan:
    """Verify the whole chain, then every slice.

    `ancres`: number → digest (hexadecimal) of seals, noted outside the database when they were made; without them, that
    the last seals and all that they cover were removed does not show.
    """
    tous = list(Sceau.objects.order_by("numero"))
    constats = list(_controler_la_chaine(tous, ancres or {}))
    connus = {journal.nom: journal for journal in tranches.journaux()}
    lignes = purgees = non_scellees = 0
    for nom in sorted(connus.keys() | {sceau.journal for sceau in tous}):
        journal = connus.get(nom)
        siens = [sceau for sceau in tous if sceau.journal == nom]
        if journal is None:
            constats.append(Constat(nom, "le journal n'existe plus, ou son déclencheur ne le protège plus"))
            continue
        trouve = _controler_un_journal(journal, siens)
        lignes += trouve.lignes
        purgees += trouve.purgees
        non_scellees += trouve.non_scellees
        constats += trouve.constats
    return Bilan(len(tous), lignes, purgees, non_scellees, constats)


def en_vigueur(siens: Iterable[Sceau]) -> list[Sceau]:
    """Without those that another replaces, after an erasure."""
    par_numero = {sceau.numero: sceau for sceau in siens}
    for sceau in list(par_numero.values()):
        if sceau.remplace is not None:
            par_numero.pop(sceau.remplace, None)
    return list(par_numero.values())


def lieu(sceau: Sceau) -> str:
    if sceau.journal.startswith("referentiel_echange"):
        du, au = (
            timezone.localtime(tranches.instant(cle)).isoformat(" ", "seconds")
            for cle in (sceau.debut, sceau.fin)
        )
        return f"{sceau.partie}, du {du} au {au} (sceau n° {sceau.numero})"
    return f"{sceau.partie}, n° {sceau.debut} à {sceau.fin - 1} (sceau n° {sceau.numero})"


def intact(journal: Journal, sceau: Sceau) -> bool:
    trouve = tranches.empreinte(journal, sceau.partie, sceau.colonnes, sceau.debut, sceau.fin)
    return trouve.lignes == sceau.lignes and trouve.empreinte == bytes(sceau.empreinte)


def _controler_la_chaine(tous: list[Sceau], ancres: Mapping[int, str]) -> Iterator[Constat]:
    attendu, precedent = 1, b""
    par_numero = {sceau.numero: sceau for sceau in tous}
    for sceau in tous:
        ou = f"sceau n° {sceau.numero}"
        if sceau.numero != attendu:
            manquants = (
                f"n° {attendu}" if sceau.numero == attendu + 1 else f"n° {attendu} à {sceau.numero - 1}"
            )
            yield Constat(ou, f"sceaux manquants avant celui-ci : {manquants}")
        elif bytes(sceau.precedent) != precedent:
            yield Constat(ou, "ne suit pas le précédent : l'un des deux a été changé")
        if not cles.connue(sceau.cle):
            yield Constat(
                ou, f"signé par la clé inconnue {sceau.cle} : est-elle dans CLES_SCEAUX_ANCIENNES ?"
            )
        elif not cles.signee(sceaux.message(sceau), bytes(sceau.signature), cle=sceau.cle):
            yield Constat(ou, "signature fausse : le sceau a été changé")
        if sceau.remplace is not None and not _remplacement_valable(sceau, par_numero.get(sceau.remplace)):
            yield Constat(ou, f"remplace le sceau n° {sceau.remplace}, d'une autre tranche ou sans motif")
        attendu, precedent = sceau.numero + 1, sceaux.empreinte_du_sceau(sceau)
    for numero, empreinte in sorted(ancres.items()):
        note = par_numero.get(numero)
        if note is None:
            yield Constat(
                f"sceau n° {numero}", "noté ailleurs, absent de la base : la fin de la chaîne a été coupée"
            )
        elif sceaux.empreinte_du_sceau(note).hex() != empreinte:
            yield Constat(f"sceau n° {numero}", "n'est pas celui qui a été noté ailleurs")


def _remplacement_valable(sceau: Sceau, remplace: Sceau | None) -> bool:
    def tranche(un: Sceau) -> tuple[object, ...]:
        return un.journal, un.partie, un.debut, un.fin

    return (
        remplace is not None
        and remplace.numero < sceau.numero
        and tranche(remplace) == tranche(sceau)
        and sceau.lignes <= remplace.lignes
        and bool(sceau.motif)
    )


def _controler_un_journal(journal: Journal, siens: list[Sceau]) -> Bilan:
    limite = max((sceau.fin for sceau in siens), default=0)
    constats: list[Constat] = []
    lignes = purgees = 0
    comptees: dict[str, int] = {}
    existantes = _tables_existantes()
    for sceau in en_vigueur(siens):
        perimee = _perimee(sceau)
        if sceau.partie not in existantes:
            if perimee or not sceau.lignes:
                purgees += 1
            else:
                constats.append(
                    Constat(lieu(sceau), f"{sceau.lignes} lignes scellées : la table n'existe plus")
                )
            continue
        trouve = tranches.empreinte(journal, sceau.partie, sceau.colonnes, sceau.debut, sceau.fin)
        comptees[sceau.partie] = comptees.get(sceau.partie, 0) + trouve.lignes
        lignes += trouve.lignes
        if trouve.lignes == sceau.lignes and trouve.empreinte == bytes(sceau.empreinte):
            continue
        if perimee and trouve.lignes < sceau.lignes:
            purgees += 1
        else:
            constats.append(Constat(lieu(sceau), _ecart(sceau.lignes, trouve.lignes)))
    for partie in tranches.parties(journal, 0, limite):
        en_trop = tranches.compter(journal, partie, 0, limite) - comptees.get(partie, 0)
        if en_trop:
            constats.append(
                Constat(
                    partie,
                    f"{en_trop} ligne(s) ajoutée(s) dans une période déjà scellée, hors de ses tranches",
                )
            )
    recentes, plus_ancienne = _non_scellees(journal, limite)
    if plus_ancienne is not None and plus_ancienne < timezone.now() - RETARD:
        constats.append(
            Constat(
                journal.nom,
                f"{recentes} ligne(s) sans sceau depuis le {timezone.localtime(plus_ancienne):%d/%m/%Y %H:%M} :"
                " la tâche qui scelle ne tourne pas",
            )
        )
    return Bilan(len(siens), lignes, purgees, recentes, constats)


def _ecart(scellees: int, trouvees: int) -> str:
    if trouvees < scellees:
        return f"{scellees - trouvees} ligne(s) supprimée(s) : {scellees} scellées, {trouvees} trouvées"
    if trouvees > scellees:
        return f"{trouvees - scellees} ligne(s) ajoutée(s) : {scellees} scellées, {trouvees} trouvées"
    return f"contenu changé, ou lignes échangées : {scellees} lignes scellées, autant de trouvées"


def _perimee(sceau: Sceau) -> bool:
    with connection.cursor() as curseur:
        curseur.execute("SELECT referentiel_perime(%s, %s, now())", [sceau.partie, sceau.derniere_le])
        return bool(curseur.fetchone()[0])


def _tables_existantes() -> set[str]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        return {nom for (nom,) in curseur.fetchall()}


def _non_scellees(journal: Journal, limite: int) -> tuple[int, datetime.datetime | None]:
    cle = "instant >= timestamptz 'epoch' + %s * interval '1 microsecond'" if journal.partage else "id >= %s"
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT count(*), min(instant) FROM {journal.nom} WHERE {cle}", [limite])  # noqa: S608
        nombre, plus_ancienne = curseur.fetchone()
        return nombre, plus_ancienne
