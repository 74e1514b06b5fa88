"""Words of plausible French data: names with their frequencies, countries of birth, diplomas.

Frequencies follow the shape of Insee's files of names (a few very common, a long tail); they are approximate, and no
line comes from anybody's record.
"""


def _mots(texte: str) -> list[str]:
    """Words; an underscore stands for a space within one."""
    return [mot.replace("_", " ") for mot in texte.split()]


# Most common surnames, most common first.
NOMS = _mots("""
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux
David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefèvre Faure
André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément
Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer
Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche
Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier
Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy
Guillot Hubert Berger Carpentier Sanchez Dupuis Moulin Louis Deschamps Huet Vasseur Perez Boucher Fleury
Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carré Charles Renault Charpentier Ménard Maillard
Baron Bertin Bailly Hervé Schneider Fernandez Le_Gall Collet Léger Bouvier Julien Prévost Millet Perrot
Daniel Le_Roux Cousin Germain Breton Besson Langlois Rémy Le_Goff Pelletier Lévêque Perrier Leblanc Barré
Lebrun Marchal Weber Mallet Hamon Boulanger Jacob Monnier Michaud Rodriguez Guichard Gillet Étienne Grondin
Poulain Tessier Chevallier Collin Chauvin Da_Silva Bouchet Gay Lemaître Bénard Maréchal Humbert Reynaud
Antoine Hoarau Perret Barthélemy Cordier Pichon Lejeune Gilbert Lamy Delaunay Pasquier Carlier Laporte Gros
Buisson Briand Alexandre Georges Nguyen Hernandez Traoré Diallo Diop Ferreira Pereira Rodrigues Dos_Santos
Gomez Ben_Ali El_Amrani Benali Haddad Cohen Lévy Yılmaz Kaya Tran Pham Chen Wang Koné Coulibaly N'Diaye
M'Barek D'Angelo D'Aubigny L'Hostis Le_Bihan De_Oliveira Kowalski
""")

# The long tail: roots and endings of French surnames, put together.
RACINES = _mots("""
Aub Audr Bar Bast Beau Bell Bér Bois Bon Bord Bouch Bour Brét Cail Cam Cast Chab Chal Champ Char Chât Chaum
Clav Cord Corn Cour Crév Dam Daubr Del Desm Div Dor Dou Duch Escal Fav Ferr Flor Font Fouq Gal Gar Gén Gir
Gond Grand Grim Guér Haut Herb Houd Jarr Jouv Jul Lab Lag Lam Land Larr Lav Lég Lor Mach Mal March Mass Mauv
Mérig Mont Mor Nav Nér Ouv Pag Par Pell Per Pill Pom Pont Pouss Prad Quér Rab Rav Rim Roch Rog Ronc Sab
Saint Sal Sarr Sauv Sén Sév Sour Tail Thév Thib Tourn Trév Val Vass Verd Vign Vill Voul
""")
FINALES = _mots("""
ac adieu agne aille al amy ard art at aud ault aux ay eau el elle ent eret erie eron ert esse et eux ey iac
ial ier ieux ignan ille in inet is oche ois olle on onnet ot ou oud oux ud ueil uet ury y
""")

# Given names by sex, most common first among people born around 2005.
PRENOMS = {
    "F": _mots("""
Léa Emma Manon Camille Chloé Sarah Inès Marie Clara Mathilde Océane Julie Lucie Lisa Pauline Laura Anaïs
Jade Louise Eva Maëlle Juliette Lola Romane Zoé Charlotte Margaux Noémie Célia Alice Justine Éloïse Mélissa
Élise Ambre Agathe Anna Jeanne Lou Maëva Clémence Alicia Elsa Salomé Solène Axelle Gabrielle Carla Léna
Valentine Yasmine Coline Amandine Morgane Victoria Ninon Fatima Aya Ilona Capucine Héloïse Marion Sofia Nina
Estelle Lina Margot Aïcha Élodie Élisa Myriam Imane Constance Apolline Aminata Audrey Ophélie Marine Amélie
Rose Tess Maya Thaïs Mariam Adèle Émilie Fanny Cassandra Johanna Khadija Blanche Diane Mélanie Gwenaëlle
Maïwenn Marie-Lou Anne-Laure Anne-Sophie Marie-Anne Lou-Anne Lily-Rose Assia Hanaé Linh Xuan Maria Joséphine
Astrid Nour Rachel Esther
"""),
    "M": _mots("""
Lucas Théo Hugo Thomas Enzo Mathis Maxime Alexandre Antoine Nathan Louis Clément Quentin Paul Tom Romain Léo
Baptiste Arthur Nicolas Alexis Julien Pierre Victor Mathieu Valentin Rayan Noah Raphaël Matthieu Guillaume
Adrien Benjamin Jules Mohamed Gabriel Simon Dylan Yanis Axel Florian Bastien Martin Samuel Dorian Ethan Adam
Rémi Tristan Nolan Corentin Killian Kévin Anthony Augustin Mehdi Sacha Aurélien Titouan Gaëtan Loïc Evan
Erwan Maël Robin Jérémy Yann Timothée Thibault Bryan Damien David Ibrahim Ilyes Malo Gauthier Mattéo Émile
Étienne François Joseph Amine Vincent Oscar Côme Elias Loris Tanguy Logan Eliott Gabin Charles Jean Marius
Bilal Ousmane Mamadou Jean-Baptiste Pierre-Louis Jean-Marc Paul-Émile Marc-Antoine Karim Yacine Hamza Minh
Théodore Aymeric Cyprien Zacharie Ismaël
"""),
}

# Towns with a large maternity hospital: half of the births in France.
COMMUNES_DE_NAISSANCE = _mots("""
75056 75112 75114 75115 75118 75120 13055 13205 69381 69383 69388 31555 06088 44109 34172 67482 33063 59350
35238 51454 42218 83137 76351 38185 21231 49007 30189 69266 87085 63113 37261 80021 57463 25056 66136 45234
14118 68224 76540 54395 93066 95127 94028 92050 78646 91228 77284 93010 92025 94022 97411 97105 97209 97302
97611 2A004 2B033 62041 59178 59606 62160 60057 02691 72181 85191 79191 86194 17300 16015 24322 19031 15014
12202 81004 82121 65440 64445 64102 40192 47001 46042 32013 09122 11069 84007 26362 07019 73065 74010 01053
71270 58194 03310 18033 36044 41018 28085 27229 61001 50129 22278 29019 29232 56260 56121 53130 88160 55029
52121 10387 89024 08105
""")
PAYS_DE_NAISSANCE = _mots("""
99350 99352 99351 99341 99326 99322 99216 99139 99134 99127 99123 99109 99131 99243 99203 99404 99416 99335
""")

#: By kind of establishment: (cursus, diploma's name, level), most common first.
DIPLOMES = {
    "universite": [
        ("L", "Licence Droit", "Bac+3"), ("L", "Licence Psychologie", "Bac+3"),
        ("L", "Licence Sciences de la vie", "Bac+3"), ("L", "Licence Économie et gestion", "Bac+3"),
        ("L", "Licence STAPS", "Bac+3"), ("L", "BUT Techniques de commercialisation", "Bac+3"),
        ("L", "BUT Informatique", "Bac+3"), ("L", "Licence Langues étrangères appliquées", "Bac+3"),
        ("L", "Licence Histoire", "Bac+3"), ("L", "Licence Informatique", "Bac+3"),
        ("L", "PASS Médecine", "Bac+1"), ("L", "Licence professionnelle Métiers du BTP", "Bac+3"),
        ("M", "Master Droit des affaires", "Bac+5"), ("M", "Master Informatique", "Bac+5"),
        ("M", "Master MEEF Premier degré", "Bac+5"), ("M", "Master Gestion des ressources humaines", "Bac+5"),
        ("M", "Master Biologie, santé", "Bac+5"), ("D", "Doctorat Physique", "Bac+8"),
        ("D", "Doctorat Sciences humaines et sociales", "Bac+8"), ("", "DU Médiation", ""),
    ],
    "lycee": [
        ("L", "BTS Management commercial opérationnel", "Bac+2"), ("L", "BTS Comptabilité et gestion", "Bac+2"),
        ("L", "BTS Services informatiques aux organisations", "Bac+2"), ("L", "BTS Électrotechnique", "Bac+2"),
        ("L", "CPGE MPSI", "Bac+1"), ("L", "CPGE ECG", "Bac+1"), ("L", "CPGE Lettres", "Bac+1"),
        ("L", "DN MADE", "Bac+3"),
    ],
    "ecole_ingenieur": [
        ("M", "Diplôme d'ingénieur, spécialité Informatique", "Bac+5"),
        ("M", "Diplôme d'ingénieur, spécialité Génie civil", "Bac+5"),
        ("M", "Diplôme d'ingénieur, spécialité Matériaux", "Bac+5"), ("L", "Cycle préparatoire intégré", "Bac+2"),
        ("D", "Doctorat Sciences de l'ingénieur", "Bac+8"),
    ],
    "ecole_commerce": [
        ("M", "Programme grande école", "Bac+5"), ("L", "Bachelor Commerce international", "Bac+3"),
        ("M", "Mastère spécialisé Finance", "Bac+6"),
    ],
    "ecole_art": [
        ("L", "DNA Art", "Bac+3"), ("M", "DNSEP Design", "Bac+5"), ("M", "Diplôme d'État d'architecte", "Bac+5"),
    ],
    "ecole_sante": [
        ("L", "Diplôme d'État d'infirmier", "Bac+3"), ("L", "Diplôme d'État d'éducateur spécialisé", "Bac+3"),
        ("", "Diplôme d'État d'aide-soignant", ""),
    ],
}  # fmt: skip
DIPLOMES_PAR_DEFAUT = DIPLOMES["universite"]

#: How many students an establishment of each kind has, beside one another.
POIDS_ETABLISSEMENT = {
    "universite": 200, "grand_etablissement": 30, "ecole_ingenieur": 12, "ecole_commerce": 12, "ecole_art": 4,
    "ecole_sante": 3, "lycee": 2, "autre": 3,
}  # fmt: skip

#: (régime, weight): most students are in formation initiale.
REGIMES = {"RF1": 700, "RF2": 60, "RF3": 12, "RF4": 150, "RF5": 40, "RF6": 18, "RF7": 20}
