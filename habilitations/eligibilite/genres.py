"""The three kinds of habilitation, as a person who does not know them yet should read them."""

LECTURE, FRANCE_CONNECT, ECRITURE = TYPES = ("lecture", "franceconnect", "ecriture")

LIBELLES = {
    LECTURE: "Lecture par jeton",
    FRANCE_CONNECT: "Lecture par FranceConnect",
    ECRITURE: "Écriture",
}
PROMESSES = {
    LECTURE: "interroger l'API avec un INE ou une identité",
    FRANCE_CONNECT: "interroger l'API pour l'usager connecté par FranceConnect",
    ECRITURE: "déclarer les étudiants de votre établissement",
}
