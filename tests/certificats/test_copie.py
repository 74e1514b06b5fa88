"""The copy of a person's data (GDPR art. 15) has what the students' own pages hold, and none of its secrets."""

import json

import pytest

from habilitations.protection import copie
from statut_etudiant.certificats import preuves
from statut_etudiant.citoyens import adresses, rectifications
from tests import fabriques
from tests.certificats.aides import etablir, etudiante

pytestmark = pytest.mark.django_db


def test_the_copy_has_certificates_requests_and_address_of_this_student_alone() -> None:
    moi, autre = etudiante(), fabriques.inscrit()
    etabli = etablir(moi, pour_qui="Agence du Parc", partage=True, pin="2580")
    preuves.produire(
        donnees={"admissions": []}, etudiant_id=moi.pk, organisation="Ville de Belleroche", fictif=False
    )
    etablir(autre, pour_qui="Un autre bailleur")
    rectifications.demander(etudiant_id=moi.pk, objet="identite", texte="Mon prénom est Marie.")
    adresses.donner(etudiant_id=moi.pk, courriel="agathe@exemple.test")
    texte = copie.en_json(copie.d_un_etudiant(moi))
    lue = json.loads(texte)
    assert {une["pour_qui"] for une in lue["certificats"]} == {"Agence du Parc", ""}
    assert {une["organisation"] for une in lue["certificats"]} == {"Ville de Belleroche", ""}
    assert [une["texte"] for une in lue["rectifications"]] == ["Mon prénom est Marie."]
    assert [une["courriel"] for une in lue["adresses_de_courriel"]] == ["agathe@exemple.test"]
    assert lue["contestations"] == []
    assert etabli.code not in texte
    assert not {"empreinte", "empreinte_du_lien", "pin", "condense", "cliche"} & set(lue["certificats"][0])
