"""The INES service, which says whether an INE is that of somebody born on a given day. OAuth 2 client credentials.

`POST INES_VERIFICATION_URL` with `{"ine": …, "dateNaissance": "AAAA-MM-JJ"}`: 200 says yes, 404 says no, anything else
says nothing. What is asked is personal: neither this module nor its exceptions repeat it.
"""

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from requests import Response
from requests.exceptions import ConnectionError as Injoignable
from requests.exceptions import RequestException, Timeout

from referentiel.models import ConnecteurInes

#: Seconds: to connect, then between two pieces of an answer.
DELAIS = (3.05, 5)
#: A token this close to its end is asked again (seconds).
MARGE = 10

Motif = ConnecteurInes.Motif


class SansReponse(Exception):
    """No usable answer: why, and how many seconds INES asks to wait, if it does.

    `de_la_question`: this question may be the cause; otherwise any other would have failed too.
    """

    def __init__(self, motif: str, *, attente: int | None = None, de_la_question: bool = False) -> None:
        super().__init__(motif)
        self.motif = motif
        self.attente = attente
        self.de_la_question = de_la_question


def configure() -> bool:
    return bool(settings.INES_VERIFICATION_URL)


class Ines:
    """A client: keeps one connection open and reuses its token until it expires."""

    def __init__(self) -> None:
        self._session = OAuth2Session(
            settings.INES_CLIENT_ID,
            settings.INES_CLIENT_SECRET,
            token_endpoint=settings.INES_JETON_URL,
            grant_type="client_credentials",
            leeway=MARGE,
            default_timeout=DELAIS,
        )

    def connait(self, ine: str, date_naissance: date) -> bool:
        """Whether somebody of this INE was born on this day. Raises SansReponse."""
        try:
            if not self._session.token:
                self._prendre_jeton()
            response = self._demander(ine, date_naissance)
            if response.status_code == 401:  # revoked before its time: a new one, once
                self._prendre_jeton()
                response = self._demander(ine, date_naissance)
        except AuthlibBaseError:
            raise SansReponse(Motif.JETON) from None
        except Timeout:
            raise SansReponse(Motif.LENT, de_la_question=True) from None
        except Injoignable:
            raise SansReponse(Motif.INJOIGNABLE) from None
        except (RequestException, ValueError):
            raise SansReponse(Motif.INATTENDUE, de_la_question=True) from None
        return _lire(response)

    def fermer(self) -> None:
        self._session.close()

    def _prendre_jeton(self) -> None:
        self._session.fetch_token(grant_type="client_credentials")

    def _demander(self, ine: str, date_naissance: date) -> Response:
        response: Response = self._session.post(
            settings.INES_VERIFICATION_URL,
            json={"ine": ine, "dateNaissance": date_naissance.isoformat()},
            headers={"Accept": "application/json"},
            allow_redirects=False,
        )
        return response


def _lire(response: Response) -> bool:
    statut = response.status_code
    if statut == 200:
        return True
    if statut == 404:
        return False
    attente = _attente(response.headers.get("Retry-After"))
    if statut == 429:
        raise SansReponse(Motif.QUOTA, attente=attente)
    if statut in (401, 403):
        raise SansReponse(Motif.JETON)
    if statut >= 500:
        raise SansReponse(Motif.ERREUR, attente=attente, de_la_question=True)
    raise SansReponse(Motif.INATTENDUE, de_la_question=True)


def _attente(entete: str | None) -> int | None:
    """`Retry-After` in seconds: a number, or an HTTP date."""
    if not entete:
        return None
    if entete.isascii() and entete.isdecimal():
        return int(entete[:9])
    try:
        instant = parsedate_to_datetime(entete)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return max(0, round((instant - datetime.now(UTC)).total_seconds()))
