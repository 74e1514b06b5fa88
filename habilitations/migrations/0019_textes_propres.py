"""What is already there obeys the constraints that come next; secrets of mails that have left are erased."""

from django.db import migrations

from referentiel.caracteres import MOTIF_CONTROLE, MOTIF_CONTROLE_HORS_LIGNES

COLONNES = {
    "habilitations_compte": ("courriel", "nom", "prenom"),
    "habilitations_contactdedemande": ("nom", "prenom", "fonction", "courriel", "telephone"),
    "habilitations_demande": ("intitule", "demandeur_fonction", "demandeur_telephone"),
    "habilitations_organisation": ("nom",),
}
SECRETS = (
    "courriel_a_confirmer",
    "invitation",
    "jeton_a_retirer",
    "mot_de_passe_oublie",
    "ouverture_de_compte",
)
EFFACE = "Contenu effacé après l'envoi : il portait un lien à usage unique."


def nettoyer(apps, schema_editor):
    with schema_editor.connection.cursor() as curseur:
        for table, colonnes in COLONNES.items():
            for colonne in colonnes:
                curseur.execute(  # names above only
                    f"UPDATE {table} SET {colonne} = trim(regexp_replace({colonne}, %s, ' ', 'g'))"  # noqa: S608
                    f" WHERE {colonne} ~ %s",
                    [f"{MOTIF_CONTROLE}+", MOTIF_CONTROLE],
                )
        curseur.execute(
            "UPDATE habilitations_organisation SET adresse = regexp_replace(adresse, %s, ' ', 'g') WHERE adresse ~ %s",
            [f"{MOTIF_CONTROLE_HORS_LIGNES}+", MOTIF_CONTROLE_HORS_LIGNES],
        )
        curseur.execute(
            "UPDATE habilitations_courriel SET abandonne_le = now() WHERE envoye_le IS NULL AND tentatives >= 12"
        )
        curseur.execute(
            "UPDATE habilitations_courriel SET sensible = true WHERE genre = ANY(%s)", [list(SECRETS)]
        )
        curseur.execute(
            "UPDATE habilitations_courriel SET texte = %s, html = '' WHERE genre = ANY(%s) AND envoye_le IS NOT NULL",
            [EFFACE, list(SECRETS)],
        )


class Migration(migrations.Migration):
    dependencies = [("habilitations", "0018_courriels_sessions_et_verrous")]

    operations = [migrations.RunPython(nettoyer, migrations.RunPython.noop, elidable=True)]
