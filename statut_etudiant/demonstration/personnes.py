"""Who plays in the demonstration. Nobody here exists; the SIRET are of no company (SIREN 999… are not given)."""

from typing import NamedTuple

from habilitations.models import Role


class Structure(NamedTuple):
    """`categorie`: Insee's legal category, as Sirene would say it."""

    siret: str
    nom: str
    adresse: str
    categorie: str


class Personne(NamedTuple):
    """`courriel` is the part before the @: the domain (`DOMAINE`) is reserved, no mail ever leaves for it."""

    courriel: str
    prenom: str
    nom: str
    fonction: str
    structure: str = ""  # key of STRUCTURES
    role: str = ""  # of the ministry
    uai: str = ""  # of which they manage the records

    @property
    def adresse(self) -> str:
        return f"{self.courriel}@{DOMAINE}"


DOMAINE = "demonstration.example"
#: Whom Farid has invited to manage the records with him; they have no account yet.
INVITEE = f"odile.perrin@{DOMAINE}"

STRUCTURES = {
    "region": Structure(
        "99900001100018", "Région Val-d'Adour (fictive)", "1 place de la Région, 31000 Toulouse", "7230"
    ),
    "metropole": Structure(
        "99900002900010", "Métropole de Clairval (fictive)", "12 rue du Tramway, 69003 Lyon", "7344"
    ),
    "ville": Structure(
        "99900003700013", "Ville de Belleroche (fictive)", "Hôtel de ville, 35000 Rennes", "7210"
    ),
    "crous": Structure(
        "99900004500016", "Crous de Montferrand (fictif)", "3 rue des Écoles, 63000 Clermont-Ferrand", "7389"
    ),
    "partenaire": Structure(
        "99900005200012", "Mobilité Jeunes SAS (fictive)", "8 quai du Port, 44000 Nantes", "5710"
    ),
    "editeur": Structure(
        "99900006000007", "Guichet Facile SAS (fictive)", "5 rue des Ateliers, 59000 Lille", "5710"
    ),
    "universite": Structure(
        "19311384200010", "Université Toulouse III - Paul Sabatier", "Route de Narbonne, Toulouse", "7383"
    ),
}

PERSONNES = (
    Personne("malika.abadie", "Malika", "Abadie", "cheffe de projet numérique", "region"),
    Personne("bruno.castel", "Bruno", "Castel", "responsable de la tarification", "metropole"),
    Personne("chloe.delorme", "Chloé", "Delorme", "directrice des sports", "ville"),
    Personne("denis.etcheverry", "Denis", "Etcheverry", "responsable des aides", "crous"),
    Personne("elsa.fournel", "Elsa", "Fournel", "cheffe de produit", "partenaire"),
    Personne("nadia.olivier", "Nadia", "Olivier", "cheffe de projet chez l'éditeur", "editeur"),
    Personne("farid.guillemot", "Farid", "Guillemot", "responsable de la scolarité", "universite", uai="0311384L"),
    Personne("gwenola.hamon", "Gwenola", "Hamon", "gestionnaire de scolarité", "universite", uai="0311384L"),
    Personne("helene.ibarra", "Hélène", "Ibarra", "instructrice", role=Role.Nom.INSTRUCTEUR),
    Personne("igor.jourdan", "Igor", "Jourdan", "instructeur", role=Role.Nom.INSTRUCTEUR),
    Personne("julie.kermarrec", "Julie", "Kermarrec", "responsable des instructeurs", role=Role.Nom.RESPONSABLE),
    Personne("karim.lascaux", "Karim", "Lascaux", "rapporteur", role=Role.Nom.RAPPORTEUR),
    Personne("lea.morvan", "Léa", "Morvan", "administratrice", role=Role.Nom.ADMINISTRATEUR),
    Personne("marc.noguera", "Marc", "Noguera", "délégué à la protection des données", role=Role.Nom.DPD),
)  # fmt: skip
