"""What is said to the sender about a line: one closed list of codes, one French wording for each.

An *erreur* refuses the line, an *avis* lets it through. Both are `Signalement`s; which is which is decided
by the list they are put in.
"""

import json
from typing import NamedTuple

from referentiel.champs_d_inscription import CHAMPS

#: A value is shown to help its sender find it again, not to be kept: this much is enough.
LONGUEUR_MONTREE = 100


class Signalement(NamedTuple):
    champ: str  # wire name: 'dateNaissance', 'identite.nomNaissance'
    valeur: str
    code: str
    message: str


#: What a well-formed value looks like, by wire name.
ATTENDUS = {champ.champ: champ.attendu for champ in CHAMPS} | {
    "identite": "un objet {nomNaissance, prenoms, sexe, codeCogInseeCommuneNaissance}",
    "identite.codeCogInseePaysNaissance": "99 et trois chiffres, ou le nom d'un pays",
    # Lists of establishments.
    "nom": "un nom, avec au moins une lettre",
    "code": "le code Insee (COG) d'une commune, par exemple 31555",
    "codeActuel": "le code Insee (COG) d'une commune d'aujourd'hui, par exemple 31555",
    "codesPostaux": "des codes postaux de 5 chiffres, séparés par des espaces",
    "anciensUai": "des codes UAI, séparés par des points-virgules",
    "pays": "le nom d'un pays",
    "secteur": "public ou privé",
    "siret": "14 chiffres dont la clé de contrôle est juste, ou rien",
    "dateFermeture": "une date AAAA-MM-JJ ou JJ/MM/AAAA, ou rien",
}

#: The only wording of each code, whatever the door. `{attendu}` is the line of the table above.
MESSAGES = {
    "obligatoire": "Valeur obligatoire, absente. Attendu : {attendu}.",
    "format": "Valeur mal formée. Attendu : {attendu}.",
    "valeur_inconnue": "Valeur non prévue. Attendu : {attendu}.",
    "trop_long": "Valeur trop longue : {maximum} caractères au plus.",
    "trop_nombreux": "Trop de valeurs : {maximum} au plus.",
    "caractere_interdit": "Caractère interdit ({caractere}) : retirez-le.",
    "erreur_de_tableur": "C'est un message d'erreur du tableur, pas un nom : corrigez la cellule. Attendu : {attendu}.",
    "accents_abimes": "Ce nom a perdu ses accents dans un changement d'encodage : reprenez-le à la source, ou "
    "enregistrez le fichier en UTF-8.",
    "nom_seul": "Aucun prénom : la personne est prise pour quelqu'un qui n'a qu'un nom.",
    "date_impossible": "Cette date n'existe pas, ou n'est pas entre le {debut} et le {fin}.",
    "dates_incoherentes": "{explication}",
    "cle": "La clé de contrôle ne correspond pas : vérifiez la saisie. Le code est pris tel quel.",
    "uai_inconnu": "Aucun établissement connu ne porte ce code UAI.",
    "uai_non_autorise": "Vous n'êtes pas habilité à écrire pour cet établissement.",
    "uai_ancien": "Cet UAI est l'ancien code d'un établissement qui porte aujourd'hui le code {uai} : la ligne est "
    "prise pour lui.",
    "etablissement_ferme": "Cet établissement est fermé : vérifiez le code UAI. La ligne est prise.",
    "commune_inconnue": "Ce code ne désigne aucune commune connue. Attendu : {attendu}.",
    "naissance_inconnue": "Lieu de naissance absent du code officiel géographique : il est gardé tel quel.",
    "naissance_pays_france": "99100 désigne la France entière : le lieu de naissance est gardé comme inconnu. Donnez "
    "le code de la commune.",
    "pays_ecarte": "Ce pays n'est pas connu : le lieu de naissance est laissé de côté. Attendu : {attendu}.",
    "age_invraisemblable": "L'étudiant aurait {age} ans au début de l'inscription : vérifiez les deux dates. La ligne "
    "est prise.",
    "naissance_code_postal": "Code postal, lu comme le lieu de naissance {lieu}, {nom}.",
    "naissance_ambigue": "Ce code est lu comme l'ancien code de {nom}, en usage à cette naissance ; c'est aussi le "
    "code postal de {autre} : vérifiez-le.",
    "commune_eloignee": "Commune hors de l'académie de l'établissement : vérifiez le code. Il est gardé.",
    "code_postal_converti": "Code postal de l'établissement, converti en code Insee {code_commune}.",
    "zero_rendu": "Le zéro de tête, perdu par le tableur, est rendu : {rendu}. La ligne est prise.",
    "regime_chiffre": "Un chiffre seul ne dit pas le régime (4 : RF3 dans l'API, RF4 pour beaucoup) : il n'est "
    "pas lu. Écrivez "
    "RF1 à RF7, ou le libellé.",
    "lieu_compris": "Lieu de naissance compris : {rendu}.",
    "lieu_laisse": "Ce lieu de naissance n'est pas reconnu avec certitude : il est laissé de côté, la ligne est prise.",
    "admission_et_inscription": "Cet étudiant est dit à la fois admis et inscrit dans l'établissement, au même début : "
    "vérifiez le statut.",
    # Said by the merge, which knows the students.
    "dates_naissance_multiples": "Cet INE est envoyé avec plusieurs dates de naissance, dans ce fichier ou plus tôt "
    "dans la journée : gardez la bonne. S'il est encore refusé, renvoyez-le demain.",
    # One code and one wording for an INE that nobody bears and for another birth date: which INE exist is not told.
    "etudiant_introuvable": "Aucun étudiant ne porte cet INE avec cette date de naissance : vérifiez les deux. Pour "
    "enregistrer un étudiant nouveau, donnez son identité. Après trois dates différentes pour un INE, attendez le "
    "lendemain.",
    "trop_d_introuvables": "Trop d'étudiants introuvables aujourd'hui : plus rien n'est comparé avant demain. Vérifiez "
    "les INE et les dates de naissance que vous envoyez ; le ministère est prévenu.",
    "nom_different": "L'étudiant est enregistré sous un autre nom, qui est gardé ; le ministère vérifiera.",
    "identite_corrigee": "L'identité de cet étudiant, que votre établissement est seul à avoir envoyée, est corrigée.",
    "ine_remplace": "Cet INE ne sert plus : l'étudiant, enregistré deux fois, est gardé sous un autre INE. "
    "La ligne est prise pour lui ; reprenez l'INE que montre sa fiche.",
    "doublon_probable": "Doublon probable : cet étudiant a déjà, dans l'établissement, une inscription à ces "
    "dates dont le "
    "diplôme est le même ou s'en approche. Vérifiez le diplôme et le début.",
    "doublon_a_trancher": "Doublon probable, comme beaucoup de lignes de ce fichier : la ligne n'est pas prise. "
    "Reprenez le "
    "diplôme et le début déjà enregistrés, ou dites qu'il faut créer ou mettre à jour.",
    "doublon_dans_le_fichier": "Une ligne suivante décrit la même inscription : c'est elle qui compte.",
    # Said of lists of establishments.
    "etablissement_fictif": "Ce code est celui d'un établissement fictif du bac à sable : il ne s'importe pas.",
    "type_autre": "Type hors de nos listes : l'établissement est classé « Autre établissement ».",
    "uai_second": "Plusieurs codes UAI : {uai} est retenu, les autres mènent à lui.",
    "uai_ancien_ecarte": "Ancien code UAI mal formé, laissé de côté. Attendu : 7 chiffres suivis d'une lettre.",
    "uai_ancien_partage": "Cet ancien code UAI est aussi celui d'un autre établissement : il ne mène à aucun.",
    "uai_repete": "La ligne {ligne} porte le même code UAI : c'est elle qui compte.",
    # Said by the readers of files, before any field is known.
    "guillemets": "Guillemets mal placés ou non fermés : la ligne ne peut pas être découpée en cellules.",
    "ligne_trop_longue": "Ligne ou cellule trop longue : {maximum} caractères au plus par cellule.",
    "nombre_de_cellules": "Nombre de cellules : {nombre}, au lieu des {attendues} de l'en-tête.",
    "json_invalide": "{explication}",
}


def montrer(valeur: object) -> str:
    """The value as its sender may recognise it: short, printable, storable in any database or JSON.

    Hostile values (NUL, lone surrogates, megabytes) end up in reports and answers; they must not break them.
    """
    if isinstance(valeur, str):
        texte = valeur[: LONGUEUR_MONTREE + 1]
    elif isinstance(valeur, (dict, list)):
        texte = "{…}" if isinstance(valeur, dict) else "[…]"
    elif valeur is None:
        texte = ""
    elif isinstance(valeur, int) and not isinstance(valeur, bool) and valeur.bit_length() > 256:
        texte = "…"  # Python refuses to print integers of thousands of digits
    else:
        texte = json.dumps(valeur, default=str)[: LONGUEUR_MONTREE + 1]
    if not texte.isprintable():
        texte = "".join(c if c.isprintable() else "\ufffd" for c in texte)
    return texte if len(texte) <= LONGUEUR_MONTREE else texte[:LONGUEUR_MONTREE] + "…"


def signaler(champ: str, valeur: object, code: str, **details: object) -> Signalement:
    """`details`: what the message of this code needs; `precision`: a sentence about this very value, said before."""
    message = MESSAGES[code].format(attendu=ATTENDUS.get(champ, "une valeur"), **details)
    precision = details.get("precision")
    return Signalement(champ, montrer(valeur), code, f"{precision} {message}" if precision else message)


def nommer(caractere: str) -> str:
    """A character as it can be found: « # », or `U+0000` when it cannot be seen."""
    if caractere.isprintable() and not caractere.isspace() and caractere != "\ufffd":
        return f"« {caractere} »"
    return f"U+{ord(caractere):04X}"
