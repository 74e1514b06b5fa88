"""What an instructor must know of who asks, before deciding: facts, of which some are doubts.

A doubt is shown at the top of the request and again on the approval page, which then asks why it is approved all the
same (habilitations, « Who may decide »). Nothing here refuses anything.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from django.utils.timezone import localtime

from habilitations.comptes import sirene
from habilitations.comptes.sirene import SireneMuet
from habilitations.demandes import franceconnect, recevabilite
from habilitations.eligibilite.acteurs import PAR_ACTEUR
from habilitations.models import Demande, Habilitation, Rattachement
from referentiel import francais
from referentiel.models import Etablissement

#: Where anybody opens a mailbox: such an address tells nothing of an organisation.
MESSAGERIES = frozenset(
    {
        "aol.com", "bbox.fr", "free.fr", "gmail.com", "gmx.com", "gmx.fr", "hotmail.com", "hotmail.fr", "icloud.com",
        "laposte.net", "live.com", "live.fr", "me.com", "msn.com", "neuf.fr", "numericable.fr", "orange.fr",
        "outlook.com", "outlook.fr", "proton.me", "protonmail.com", "sfr.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr",
    }
)  # fmt: skip
#: Words that tell no name from another.
_VIDES = frozenset({"des", "les", "sur", "sous", "aux"})
#: From this part of their words in common, two names are one body's. Its kind counts: « Ville de Brest » shares its
#: place with « Université de Brest », and nothing else.
_PART_COMMUNE = 0.5


class Constat(NamedTuple):
    sujet: str
    dit: str
    doute: bool


def constater(demande: Demande) -> list[Constat]:
    """All that is known of who asks, doubts first. Sirene is asked when it is configured (a second at most)."""
    trouves = [constat for source in SOURCES for constat in source(demande)]
    return sorted(trouves, key=lambda constat: not constat.doute)


def doutes(demande: Demande) -> list[Constat]:
    return [constat for constat in constater(demande) if constat.doute]


def _rattachement(demande: Demande) -> Iterator[Constat]:
    sujet = "Rattachement"
    lien = (
        Rattachement.objects.filter(compte=demande.demandeur_id, organisation=demande.organisation_id)
        .select_related("verifie_par")
        .first()
    )
    if lien is None:
        yield Constat(sujet, "Le demandeur n'est plus rattaché à l'organisation.", True)
        return
    quand = francais.date(localtime(lien.verifie_le))
    if lien.refuse_le is not None:
        jour = francais.date(localtime(lien.refuse_le))
        yield Constat(sujet, f"Refusé le {jour} par {lien.verifie_par} : {lien.preuve}", True)
    elif not lien.verifie:
        yield Constat(
            sujet, "Il n'est pas vérifié : seul le demandeur dit travailler pour l'organisation.", True
        )
    elif lien.verifie_par is not None:
        yield Constat(sujet, f"Vérifié le {quand} par {lien.verifie_par} : {lien.preuve}", False)
    else:
        yield Constat(sujet, f"Vérifié par ProConnect le {quand}.", False)


def _adresse(demande: Demande) -> Iterator[Constat]:
    sujet, domaine = "Adresse du demandeur", demande.demandeur.courriel.rpartition("@")[2].lower()
    if domaine in MESSAGERIES:
        yield Constat(
            sujet, f"Messagerie personnelle ({domaine}) : elle ne dit rien de l'organisation.", True
        )
        return
    autres = (
        Rattachement.objects.filter(organisation=demande.organisation_id, verifie=True)
        .exclude(compte=demande.demandeur_id)
        .values_list("compte__courriel", flat=True)
    )
    domaines = {autre.rpartition("@")[2].lower() for autre in autres}
    if domaine in domaines:
        yield Constat(sujet, f"Domaine {domaine}, celui de collègues vérifiés.", False)
    elif domaines:
        connus = ", ".join(sorted(domaines))
        yield Constat(sujet, f"Domaine {domaine}, quand les collègues vérifiés ont {connus}.", True)
    else:
        yield Constat(sujet, f"Domaine {domaine} : est-ce celui de l'organisation ?", False)


def du_siret(demande: Demande) -> Iterator[Constat]:
    """What Sirene says of it today."""
    sujet = "SIRET"
    with suppress(SireneMuet):
        trouve = sirene.chercher(demande.organisation.siret)
        if trouve is None:
            yield Constat(sujet, "Le répertoire Sirene ne connaît pas ce SIRET.", True)
        elif trouve.ferme:
            depuis = f" depuis le {francais.date(trouve.ferme_le)}" if trouve.ferme_le else ""
            yield Constat(sujet, f"L'établissement est fermé{depuis}.", True)
        else:
            yield Constat(sujet, "L'établissement est ouvert.", False)
        return
    yield Constat(sujet, "Le répertoire Sirene n'a pas été consulté.", False)


def _nature(demande: Demande) -> Iterator[Constat]:
    """What the organisation is, and who says so: reading by token is for public bodies."""
    qui = recevabilite.connu(demande.organisation)
    if qui:
        yield Constat("Nature", f"{_libelle(qui)}, d'après le référentiel ou Sirene.", False)
    elif demande.acteur_declare:
        yield Constat("Nature", f"{_libelle(demande.acteur_declare)}, d'après le demandeur seul.", False)


def _libelle(acteur: str) -> str:
    return PAR_ACTEUR[acteur].choix.libelle if acteur in PAR_ACTEUR else acteur


def _etablissements(demande: Demande) -> Iterator[Constat]:
    """A habilitation to write for an establishment is for that establishment, or its own legal unit."""
    organisation = demande.organisation
    for etablissement in Etablissement.objects.filter(uai__in=demande.uais).order_by("uai"):
        qui = f"{etablissement.nom} ({etablissement.uai})"
        if etablissement.siret[:9] == organisation.siret[:9]:
            yield Constat("Établissement", f"{qui} : même unité légale que l'organisation.", False)
        elif etablissement.siret:
            yield Constat(
                "Établissement",
                f"{qui} a le SIRET {etablissement.siret}, et l'organisation {organisation.siret}.",
                True,
            )
        elif demande.nom_declare:
            yield Constat(
                "Établissement",
                f"{qui} : SIRET inconnu, et seul le demandeur dit le nom de l'organisation.",
                True,
            )
        elif _meme_nom(etablissement.nom, organisation.nom):
            yield Constat(
                "Établissement", f"{qui} : SIRET inconnu, le nom est celui de l'organisation.", False
            )
        else:
            yield Constat(
                "Établissement", f"{qui} : SIRET inconnu, et le nom n'est pas celui de l'organisation.", True
            )


def _franceconnect(demande: Demande) -> Iterator[Constat]:
    if demande.type != Habilitation.Type.FRANCE_CONNECT or not demande.fc_client_id:
        return
    if franceconnect.d_une_autre_organisation(demande):
        yield Constat(
            "FranceConnect", "L'identifiant client est celui d'une autre organisation habilitée.", True
        )
    else:
        yield Constat("FranceConnect", "L'identifiant client n'est celui d'aucune autre organisation.", False)


def _informes(demande: Demande) -> Iterator[Constat]:
    for evenement in demande.evenements.filter(acte="non_informe").order_by("id"):
        quand = francais.date(localtime(evenement.instant))
        yield Constat(
            "Information", f"{evenement.acteur_nom}, a dit le {quand} ne pas en avoir connaissance.", True
        )


SOURCES: tuple[Callable[[Demande], Iterator[Constat]], ...] = (
    _rattachement,
    _adresse,
    du_siret,
    _nature,
    _etablissements,
    _franceconnect,
    _informes,
)


def _meme_nom(un: str, autre: str) -> bool:
    mots, autres = _mots(un), _mots(autre)
    return len(mots & autres) >= _PART_COMMUNE * max(len(mots | autres), 1)


def _mots(nom: str) -> set[str]:
    plat = unicodedata.normalize("NFKD", nom.casefold()).encode("ascii", "ignore").decode()
    return {mot for mot in re.findall(r"[a-z0-9]{3,}", plat) if mot not in _VIDES}
