"""What the tests put in the database: plain functions, keyword arguments only, every value given a plausible default.

A boolean argument names a situation (`jeton(expire=True)`, `inscription(ancienne=True)`); any other keyword is a
column. Identifiers are never given twice in a run and have a right key, unless a test chooses them.
"""

import datetime
import itertools
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from stdnum import luhn

from habilitations.jetons import emission
from habilitations.models import (
    Compte,
    Delegation,
    Editeur,
    FormulairePret,
    Habilitation,
    Jeton,
    Organisation,
)
from referentiel.journal.echanges import COLONNES_D_APPEL
from referentiel.models import Etablissement, Etudiant, Inscription

_numeros = itertools.count(1)
_CLE = "ABCDEFGHJKLMNPRSTUVWXYZ"

UN_JOUR = datetime.timedelta(days=1)

SCOPES_DE_SEMENCE = (
    "mesri_inscription_etudiant",
    "mesri_inscription_autre",
    "mesri_admission",
    "mesri_identifiant",
    "mesri_identite",
    "mesri_etablissements",
)


def ine() -> str:
    """A well-formed INE (BEA) that no one else has in this run."""
    numero = next(_numeros)
    return f"{numero:010}{_CLE[numero % 23]}"


def uai() -> str:
    numero = next(_numeros)
    return f"{numero:07}{_CLE[numero % 23]}"


def siret() -> str:
    base = f"{next(_numeros):013}"
    return base + luhn.calc_check_digit(base)


def rentree(*, decalage: int = 0) -> datetime.date:
    """The 1 September that opens the current university year, or one `decalage` years away."""
    jour = timezone.localdate()
    return datetime.date(jour.year - (jour.month < 9) + decalage, 9, 1)


def etablissement(*, ferme: bool = False, **colonnes: Any) -> Etablissement:
    colonnes.setdefault("uai", uai())
    colonnes.setdefault("nom", f"Université {colonnes['uai']}")
    colonnes.setdefault("type", "universite")
    colonnes.setdefault("code_commune", "31555")
    return Etablissement.objects.create(ouvert=not ferme, **colonnes)


def etudiant(*, ne_dans_le_mois: bool = False, ne_dans_l_annee: bool = False, **colonnes: Any) -> Etudiant:
    """A student without any record. `ne_dans_le_mois`, `ne_dans_l_annee`: that is all that is known of the birth."""
    colonnes.setdefault("ine", ine())
    colonnes.setdefault("nom_naissance", "Martin")
    colonnes.setdefault("prenoms", ["Camille", "Andrea"])
    colonnes.setdefault("sexe", "F")
    colonnes.setdefault("lieu_naissance", "31555")
    naissance = colonnes.setdefault("date_naissance", datetime.date(2004, 3, 27))
    if ne_dans_l_annee:
        colonnes |= {"date_naissance": naissance.replace(month=1, day=1), "precision_naissance": "annee"}
    elif ne_dans_le_mois:
        colonnes |= {"date_naissance": naissance.replace(day=1), "precision_naissance": "mois"}
    return Etudiant.objects.create(**colonnes)


def inscription(
    *, admis: bool = False, continue_: bool = False, ancienne: bool = False, **colonnes: Any
) -> Inscription:
    """A record of the current year: enrolled, in initial training.

    `ancienne`: it ended on 31 August, the day before the current university year. The student and the establishment
    are made, in the same world, when they are not given.
    """
    personne = colonnes.get("etudiant")
    fictif = colonnes.setdefault("fictif", personne.fictif if personne else False)
    if personne is None:
        colonnes["etudiant"] = etudiant(fictif=fictif)
    colonnes.setdefault("etablissement", None)
    if colonnes["etablissement"] is None:
        colonnes["etablissement"] = etablissement(fictif=fictif)
    debut = rentree(decalage=-1 if ancienne else 0)
    colonnes.setdefault("date_debut", debut)
    colonnes.setdefault("date_fin", debut.replace(year=debut.year + 1) - UN_JOUR)
    colonnes.setdefault("statut", "admis" if admis else "inscrit")
    colonnes.setdefault("regime", "RF5" if continue_ else "RF1")
    colonnes.setdefault("code_commune", colonnes["etablissement"].code_commune)
    colonnes.setdefault("source", "api")
    return Inscription.objects.create(**colonnes)


def inscrit(*, identite: dict[str, Any] | None = None, **colonnes: Any) -> Etudiant:
    """A student with one record; `identite`: the columns of the student, the others are the record's."""
    return inscription(
        etudiant=etudiant(**{"fictif": colonnes.get("fictif", False), **(identite or {})}), **colonnes
    ).etudiant


def organisation(**colonnes: Any) -> Organisation:
    colonnes.setdefault("siret", siret())
    colonnes.setdefault("nom", f"Commune {colonnes['siret'][8:13]}")
    return Organisation.objects.create(**colonnes)


def habilitation(*, ecriture: bool = False, revoquee: bool = False, **colonnes: Any) -> Habilitation:
    """An active habilitation to read, with the scopes of the first family; `ecriture`: to write, for one UAI."""
    if ecriture:
        colonnes = {"type": "ecriture", "uais": [uai()], "scopes": [], **colonnes}
    colonnes.setdefault("type", "lecture")
    colonnes.setdefault("scopes", list(SCOPES_DE_SEMENCE))
    colonnes.setdefault("intitule", "Tarification des transports")
    if "organisation" not in colonnes:
        colonnes["organisation"] = organisation()
    if revoquee:
        colonnes |= {"etat": "revoquee", "revoquee_le": timezone.now()}
    return Habilitation.objects.create(**colonnes)


class JetonEmis(NamedTuple):
    """A token and its secret, as its holder knows it."""

    jeton: Jeton
    secret: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    @property
    def cle(self) -> dict[str, str]:
        return {"X-Api-Key": self.secret}


def jeton(
    *scopes: str,
    ecriture: bool = False,
    bac_a_sable: bool = False,
    expire: bool = False,
    revoque: bool = False,
    habilitation_revoquee: bool = False,
    sans_quota: bool = False,
    bouquet: bool = False,
    jwt: bool = False,
    uais: list[str] | None = None,
    adresses: list[str] | None = None,
    **habilite: Any,
) -> JetonEmis:
    """A token to read with these scopes (by default those of the first family) and its habilitation.

    `ecriture`: a token to write for `uais`. `bac_a_sable`: a sandbox token, to read, or to write with `ecriture`.
    `bouquet`: that of a bouquet of APIs. `jwt`: in JWT form.
    `sans_quota`: up to 1,000 calls a second, for the tests that make many. Other keywords go to the habilitation.
    """
    if sans_quota:
        habilite["quota_par_seconde"] = 1000
    if ecriture:
        habilite["uais"] = uais or [uai()]
    else:
        habilite["scopes"] = list(scopes or SCOPES_DE_SEMENCE)
    fin = habilite.pop("etat", "active")
    donnee = habilitation(ecriture=ecriture, **habilite)
    emis, secret = emission.emettre(
        organisation=donnee.organisation,
        type_="t" if bac_a_sable else "e" if ecriture else "b" if bouquet else "l",
        habilitation=donnee,
        scopes=() if bouquet else donnee.scopes,
        uais=donnee.uais,
        sujet_jwt=donnee.intitule if jwt else "",
    )
    corrections: dict[str, Any] = {"adresses": adresses or []}
    if expire:
        corrections |= {
            "cree_le": timezone.now() - relativedelta(months=18),
            "expire_le": timezone.now() - datetime.timedelta(seconds=1),
        }
    if revoque:
        corrections |= {"revoque_le": timezone.now(), "motif_revocation": "Demandé par son détenteur"}
    Jeton.objects.filter(pk=emis.pk).update(**corrections)
    # A token is issued of a habilitation in force, which may end afterwards.
    if habilitation_revoquee:
        Habilitation.objects.filter(pk=donnee.pk).update(etat="revoquee", revoquee_le=timezone.now())
    elif fin != "active":
        Habilitation.objects.filter(pk=donnee.pk).update(etat=fin)
    emis.refresh_from_db()
    return JetonEmis(emis, secret)


def agent(**colonnes: Any) -> Compte:
    """An account, of nobody in particular."""
    numero = next(_numeros)
    colonnes.setdefault("courriel", f"agent{numero}@exemple.fr")
    return Compte.objects.create(nom="Durand", prenom="Dominique", **colonnes)


def editeur(*, retire: bool = False, **colonnes: Any) -> Editeur:
    """An organisation that the ministry calls a software editor; `retire`: no longer."""
    qui = agent()
    colonnes.setdefault("designe_par", qui)
    colonnes.setdefault("motif", "Convention signée")
    if "organisation" not in colonnes:
        colonnes["organisation"] = organisation(nom=f"Logiciels {next(_numeros)}")
    if retire:
        colonnes |= {"retire_par": qui, "retire_le": timezone.now(), "motif_retrait": "Fin de la convention"}
    return Editeur.objects.create(**colonnes)


def delegation(editeur: Editeur, *scopes: str, **colonnes: Any) -> Delegation:
    """A habilitation to read these scopes, delegated to this editor. `quota_par_seconde` and `organisation` are the
    habilitation's."""
    if "habilitation" not in colonnes:
        siennes = ("quota_par_seconde", "organisation")
        habilite = {nom: colonnes.pop(nom) for nom in siennes if nom in colonnes}
        colonnes["habilitation"] = habilitation(scopes=list(scopes or SCOPES_DE_SEMENCE), **habilite)
    colonnes.setdefault("donnee_par", agent())
    return Delegation.objects.create(editeur=editeur, **colonnes)


def formulaire_pret(editeur: Editeur, **colonnes: Any) -> FormulairePret:
    colonnes.setdefault("titre", "Tarif étudiant")
    colonnes.setdefault("champs", {"intitule": "Tarif étudiant", "scopes": ["mesri_admissions"]})
    return FormulairePret.objects.create(editeur=editeur, **colonnes)


def jeton_d_editeur(editeur: Editeur, **corrections: Any) -> JetonEmis:
    """A token of this editor; `corrections`: columns."""
    emis, secret = emission.emettre(organisation=editeur.organisation, type_="d", editeur=editeur)
    if corrections:
        Jeton.objects.filter(pk=emis.pk).update(**corrections)
        emis.refresh_from_db()
    return JetonEmis(emis, secret)


def ligne_du_journal(**colonnes: Any) -> dict[str, Any]:
    """What a call leaves in the journal, empty but for these columns."""
    vide = {nom: None if type_ == "bigint" else "" for nom, type_ in COLONNES_D_APPEL.items()}
    return vide | colonnes
