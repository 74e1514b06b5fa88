from django.db import migrations

#: (usage, title, text) to start with; the head of the instructors keeps them afterwards.
MODELES = [
    (
        "demander_modifications",
        "Base légale à préciser",
        "Bonjour {demandeur},\n\nLe cadre juridique de la demande {numero} ne dit pas quel texte fonde votre besoin de "
        "connaître le statut étudiant.\n\nMerci d'indiquer l'article exact, ou de joindre la délibération, dans "
        "l'étape « Le cadre juridique ».",
    ),
    (
        "demander_modifications",
        "Données plus larges que l'usage",
        "Bonjour {demandeur},\n\nVous demandez : {donnees}. L'usage décrit n'en justifie qu'une partie.\n\nMerci de "
        "décocher les données dont vous n'avez pas besoin, ou d'expliquer à quoi chacune sert dans la description du "
        "projet.",
    ),
    (
        "demander_modifications",
        "Durée de conservation à justifier",
        "Bonjour {demandeur},\n\nLa durée de conservation demandée ({conservation}) paraît longue pour cet usage.\n\n"
        "Merci de la réduire, ou d'en donner la justification dans l'étape « Les données ».",
    ),
    (
        "demander_modifications",
        "Personnes à désigner",
        "Bonjour {demandeur},\n\nLe responsable de traitement et le délégué à la protection des données de "
        "{organisation} doivent être des personnes que nous pouvons joindre.\n\nMerci de compléter l'étape « Les "
        "personnes ».",
    ),
    (
        "refuser",
        "Organisation non éligible",
        "L'API Statut étudiant est ouverte aux administrations chargées d'une mission de service public. "
        "{organisation} n'en fait pas partie, et la demande ne montre pas qu'elle agisse pour le compte de l'une "
        "d'elles.",
    ),
    (
        "refuser",
        "Absence de base légale",
        "Aucun texte n'autorise {organisation} à traiter le statut étudiant pour l'usage décrit dans "
        "« {intitule} ».",
    ),
    (
        "refuser",
        "Demande en double",
        "Le projet « {intitule} » est déjà couvert par une habilitation de {organisation}. Modifiez cette "
        "habilitation plutôt que d'en demander une autre.",
    ),
    (
        "valider",
        "Validation simple",
        "Bonjour {demandeur},\n\nVotre demande répond aux conditions d'accès. Pensez à tenir à jour le contact "
        "technique : c'est lui que nous prévenons en cas d'incident.",
    ),
    (
        "valider",
        "Validation, rappel sur la conservation",
        "Bonjour {demandeur},\n\nVotre demande est acceptée pour l'usage décrit. Les données ne sont pas conservées "
        "au-delà de {conservation}, et ne servent qu'à « {intitule} ».",
    ),
]


def ajouter(apps, schema_editor):
    modele = apps.get_model("habilitations", "ModeleDeMessage")
    if not modele.objects.exists():
        modele.objects.bulk_create(modele(usage=u, titre=titre, texte=texte) for u, titre, texte in MODELES)


class Migration(migrations.Migration):
    dependencies = [("habilitations", "0007_jetons")]

    operations = [migrations.RunPython(ajouter, migrations.RunPython.noop)]
