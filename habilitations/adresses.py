"""E-mail addresses: one form for each, what is refused, and what is doubtful (a mistyped domain, one without mail)."""

import unicodedata
from functools import lru_cache

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from referentiel.caracteres import valider_une_ligne

LONGUEUR = 254  # characters; RFC 5321
#: Seconds for all the questions about one domain, during which its answer stands, and during which nothing more is
#: asked of a DNS that did not answer.
DELAI_DNS, MEMOIRE_DNS, PAUSE_DNS = 1.5, 3600, 60
DNS_EN_PANNE = "dns:en_panne"

#: Domains that people mistype, as others' services see it, and the ends of names that exist nowhere.
FOURNISSEURS = (
    "gmail.com", "hotmail.com", "hotmail.fr", "outlook.com", "outlook.fr", "live.fr", "live.com", "yahoo.com",
    "yahoo.fr", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "bbox.fr", "icloud.com", "neuf.fr",
)  # fmt: skip
FINS = {
    "con": "com", "cmo": "com", "ocm": "com", "vom": "com", "comm": "com", "cpm": "com", "xom": "com",
    "rf": "fr", "ft": "fr", "fre": "fr", "frr": "fr", "ffr": "fr", "gouv": "gouv.fr", "ogr": "org", "orgg": "org",
    "nte": "net", "ner": "net",
}  # fmt: skip
#: Real domains one letter away from a provider: never doubted.
HOMONYMES = frozenset(
    {"mail.com", "gmx.com", "ymail.com", "email.com", "hotmail.it", "hotmail.be", "hotmail.de", "hotmail.es", "live.be",
     "live.it", "live.de", "live.nl", "yahoo.it", "yahoo.es", "yahoo.de", "yahoo.be", "outlook.it", "outlook.be",
     "outlook.de", "outlook.es", "sfr.com", "free.com", "orange.com", "orange.be", "yahoo.ca", "live.ca", "hotmail.ca"}
)  # fmt: skip


class AdresseInvalide(ValidationError):
    """Not an address to which mail can be sent. The message is in French, for whoever typed it."""

    def __init__(self) -> None:
        super().__init__(
            "Cette adresse n'est pas valable : écrivez-la ainsi, nom@exemple.fr, sans accent ni espace avant le @.",
            code="invalid",
        )


def normaliser(brute: str) -> str:
    """The one form of this address: NFKC, lower case, no blank around. Raises AdresseInvalide.

    What is proved by a link, looked for, stored and written to is this form: were one of them another spelling, a
    proof of the first would be worth the second. A domain that the protocol of names (IDNA) would change is refused.
    """
    adresse = unicodedata.normalize("NFKC", brute.strip()).lower()
    try:
        valider_une_ligne(adresse)
        validate_email(adresse)
        domaine = adresse.rpartition("@")[2]
        if len(adresse) > LONGUEUR or domaine.encode("idna").decode("idna") != domaine:
            raise AdresseInvalide
    except (ValidationError, UnicodeError):
        raise AdresseInvalide from None
    return adresse


def doute(adresse: str) -> str:
    """Why mail to this well-formed address may not arrive, in French; empty when nothing tells it.

    Asks DNS where it is set so.
    """
    nom, _, domaine = adresse.lower().rpartition("@")
    if propose := _proposer(domaine):
        return f"Vouliez-vous écrire {nom}@{propose} ?"
    if settings.COURRIEL_VERIFIER_DOMAINES and not _recoit(domaine):
        return f"Le domaine {domaine} ne reçoit pas de courrier : vérifiez l'adresse."
    return ""


@lru_cache(maxsize=1024)
def _proposer(domaine: str) -> str:
    """The domain that was perhaps meant; empty when this one is likely."""
    if domaine in FOURNISSEURS or domaine in HOMONYMES:
        return ""
    tronc, _, fin = domaine.rpartition(".")
    corrige = f"{tronc}.{FINS[fin]}" if fin in FINS else domaine
    for fournisseur in FOURNISSEURS:
        # Short names have honest neighbours (« fre.fr », « sfr.fr »): only long ones are guessed.
        if corrige != fournisseur and len(fournisseur) >= 8 and _a_une_faute(corrige, fournisseur):
            return fournisseur
    return corrige if corrige != domaine else ""


def _a_une_faute(ecrit: str, voulu: str) -> bool:
    """One letter missing, added, changed, or two swapped."""
    if abs(len(ecrit) - len(voulu)) > 1:
        return False
    debut = 0
    while debut < min(len(ecrit), len(voulu)) and ecrit[debut] == voulu[debut]:
        debut += 1
    e, v = ecrit[debut:], voulu[debut:]
    return e[1:] == v or e == v[1:] or e[1:] == v[1:] or (e[:2] == v[1::-1] and e[2:] == v[2:])


def _recoit(domaine: str) -> bool:
    """Whether the domain takes mail (MX, else an address; RFC 5321 §5.1, RFC 7505), or cannot be asked about now."""
    try:
        ascii_ = domaine.encode("idna").decode()
    except UnicodeError:
        return False
    cle = f"domaine:{ascii_}"
    garde = cache.get(cle)
    if garde is None:
        if cache.get(DNS_EN_PANNE):
            return True
        try:
            garde = _interroger(ascii_)
        except dns.exception.DNSException:
            # It says nothing of the domain, and no page waits for it twice.
            cache.set(DNS_EN_PANNE, True, PAUSE_DNS)
            return True
        cache.set(cle, garde, MEMOIRE_DNS)
    return bool(garde)


def _interroger(domaine: str) -> bool:
    """Raises DNSException when nobody answers in time."""
    resolveur = dns.resolver.Resolver()
    resolveur.lifetime = DELAI_DNS / 3
    try:
        relais = resolveur.resolve(domaine, "MX")
    except dns.resolver.NXDOMAIN:
        return False
    except dns.resolver.NoAnswer:
        return any(_existe(resolveur, domaine, genre) for genre in ("A", "AAAA"))
    # A single empty exchange says that the domain takes no mail.
    return any(str(relai.exchange) != "." for relai in relais)


def _existe(resolveur: dns.resolver.Resolver, domaine: str, genre: str) -> bool:
    try:
        resolveur.resolve(domaine, genre)
    except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
        return False
    return True
