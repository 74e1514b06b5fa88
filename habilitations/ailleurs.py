"""The pages of other sites that ours lead to, all of them: `{% ailleurs "cnil" %}` in a template.

In one place, so that an address that moves is found and changed once; `make liens` calls each.
"""

ADRESSES = {
    "api-particulier": "https://particulier.api.gouv.fr/catalogue",
    "cc-by": "https://creativecommons.org/licenses/by/4.0/deed.fr",
    "cnil": "https://www.cnil.fr/fr/plaintes",
    # Code des relations entre le public et l'administration, article L. 114-8
    "crpa": "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000045213315",
    "defenseur-des-droits": "https://formulaire.defenseurdesdroits.fr/",
    "delegues-du-defenseur": "https://www.defenseurdesdroits.fr/saisir/delegues",
    "franceconnect": "https://franceconnect.gouv.fr/",
    "franceconnect-partenaires": "https://franceconnect.gouv.fr/partenaires",
    "licence-ouverte": "https://github.com/etalab/licence-ouverte/blob/master/LO.md",
    "proconnect": "https://www.proconnect.gouv.fr/",
    "rgaa": "https://accessibilite.numerique.gouv.fr/",
    "standard-webhooks": "https://www.standardwebhooks.com/",
}
