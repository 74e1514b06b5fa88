"""What every journey does alike: sign in, fill the steps that all kinds share, submit, decide, read one's mail."""

import re
from typing import Any

import requests
from django.core import mail

from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import Organisation
from habilitations.tasks import envoyer_courriels
from tests.parcours.personne import Personne

DEMANDEUR = f"chloe@{DOMAINE}"
TECHNIQUE = "alex.petit@editeur.example"
PERSONNES = {
    "dpd": ("Dominique", "Durand", "Déléguée à la protection des données", "dpd@ville.example"),
    "technique": ("Alex", "Petit", "Développeur", TECHNIQUE),
}


def courriels() -> dict[str, str]:
    """The subjects and texts of what has just been received, by everyone; read once."""
    envoyer_courriels()
    recus = {f"{', '.join(m.to)} : {m.subject}": str(m.body) for m in mail.outbox}
    mail.outbox.clear()
    return recus


def courriel(destinataire: str, objet: str) -> str:
    """The text of the one mail that this person has just received on this subject."""
    [texte] = [t for titre, t in courriels().items() if titre.startswith(destinataire) and objet in titre]
    return texte


def appeler(methode: str, adresse: str, chemin: str, jeton: str, **options: Any) -> requests.Response:
    # Closed at once: the server's thread would keep its database session as long as the connection.
    entetes = {"Authorization": f"Bearer {jeton}", "Connection": "close"}
    return requests.request(methode, adresse + chemin, headers=entetes, timeout=15, **options)


def entrer(personne: Personne, compte: str) -> None:
    """By the demonstration's page, from the sign-in page where the person was sent."""
    personne.suit("Choisir une personne")
    personne.page.locator("li.ase-personne", has_text=compte).get_by_role("button").click()


def continuer(personne: Personne) -> None:
    personne.presse("Enregistrer et continuer")


def decrire(chloe: Personne, *, intitule: str, description: str) -> None:
    """The first two steps."""
    chloe.ecrit(demandeur_fonction="Directrice des sports", demandeur_telephone="01 23 45 67 89")
    continuer(chloe)
    chloe.ecrit(intitule=intitule, description=description, date_prevue="2027-09-01", volume_annuel="12000")


def nommer(chloe: Personne, *, sauf: str = "") -> None:
    """The persons: the applicant answers for the data, two others are named, or one."""
    chloe.page.locator("[data-personne=responsable_traitement]").get_by_role("button").click()
    for role, (prenom, nom, fonction, adresse) in PERSONNES.items():
        if role == sauf:
            continue
        chloe.ecrit(
            **{
                f"{role}__prenom": prenom,
                f"{role}__nom": nom,
                f"{role}__fonction": fonction,
                f"{role}__courriel": adresse,
                f"{role}__telephone": "01 98 76 54 32",
            }
        )


def citer_le_texte(chloe: Personne) -> None:
    chloe.coche("cadre_nature", "crpa")
    chloe.ecrit(
        cadre_references="CRPA, article L. 114-8",
        cadre_url="https://www.legifrance.gouv.fr/codes/article_lc/X",
    )


def s_engager(chloe: Personne) -> None:
    for champ in ("cgu_acceptees", "dpd_informe"):
        chloe.page.locator(f"[name={champ}]").check(force=True)


def soumettre(chloe: Personne) -> None:
    """From the summary."""
    chloe.suit("Soumettre la demande")
    chloe.presse("Oui, soumettre la demande")
    chloe.lit("En cours d'instruction")


def valider(helene: Personne, intitule: str, *, malgre: str = "") -> None:
    """From the sign-in page to the decision. `malgre`: why, in spite of what is doubtful of who asks."""
    helene.va("/instruction/demandes")
    entrer(helene, "Instructeur")
    helene.suit(intitule)
    helene.presse("Prendre en charge")
    helene.suit("Valider", exact=True)
    if malgre:
        helene.ecrit(motif_doutes=malgre)
    helene.presse("Valider")
    helene.lit("La demande est validée")


def retirer_le_jeton(alex: Personne, recu: str) -> str:
    """The technical contact has no account: the link of the mail is enough."""
    [lien] = re.findall(r"http\S+/jetons/retrait/\S+", recu)
    alex.va(lien)
    alex.presse("Créer et afficher le jeton")
    return alex.page.locator("#jeton").inner_text()


def organisation_de(courriel: str) -> Organisation:
    return Organisation.objects.get(rattachements__compte__courriel=courriel)
