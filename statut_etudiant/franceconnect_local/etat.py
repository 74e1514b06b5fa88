"""What the local FranceConnect knows: its clients, its keys, the tokens that it gave. All of it in memory."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oidc.core import AuthorizationCodeMixin
from joserfc.jwk import ECKey

from statut_etudiant.demonstration.citoyens import PAR_CLE, Citoyen

#: FranceConnect's access tokens live a minute.
DUREE_DU_JETON = 60
DUREE_DU_CODE = 30

#: From an identity scope to the claims that it opens in userinfo.
SCOPES_D_IDENTITE: dict[str, tuple[str, ...]] = {
    "given_name": ("given_name", "given_name_array"),
    "family_name": ("family_name",),
    "birthdate": ("birthdate",),
    "gender": ("gender",),
    "birthplace": ("birthplace",),
    "birthcountry": ("birthcountry",),
    "preferred_username": ("preferred_username",),
}


@dataclass(frozen=True, kw_only=True)
class Client(ClientMixin):
    """A service. `scopes`: of data, those for which it is registered (the identity's are for all)."""

    id: str
    secret: str
    redirections: tuple[str, ...]
    sorties: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()

    def get_client_id(self) -> str:
        return self.id

    def get_default_redirect_uri(self) -> str:
        return self.redirections[0]

    def get_allowed_scope(self, scope: str) -> str:
        permis = {"openid", *SCOPES_D_IDENTITE, *self.scopes}
        return " ".join(nom for nom in scope.split() if nom in permis)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirections

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret, self.secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_post"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"


@dataclass(frozen=True, kw_only=True)
class Code(AuthorizationCodeMixin):
    code: str
    client_id: str
    redirect_uri: str
    citoyen: Citoyen
    scope: str
    nonce: str
    acr: str
    emis: float = field(default_factory=time.time)

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.emis)

    def get_acr(self) -> str:
        return self.acr

    def get_amr(self) -> None:
        return None


@dataclass(frozen=True, kw_only=True)
class Jeton:
    valeur: str
    client_id: str
    citoyen: Citoyen
    scopes: tuple[str, ...]
    emis: int
    expire: int
    jti: str
    #: Claims said of this person in place of theirs, when a test wants others; None removes one.
    retouches: dict[str, Any] = field(default_factory=dict)

    def claims(self) -> dict[str, Any]:
        tous = self.citoyen.claims() | self.retouches
        return {cle: valeur for cle, valeur in tous.items() if valeur is not None}


class Etat:
    """`configuration`: see `__main__`."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        self.fournisseur: dict[str, Any] = configuration["fournisseur_de_donnees"]
        self.clients = {
            client["id"]: Client(
                id=client["id"],
                secret=client["secret"],
                redirections=tuple(client["redirections"]),
                sorties=tuple(client.get("sorties", ())),
                scopes=tuple(client.get("scopes", ())),
            )
            for client in configuration["clients"]
        }
        self.comportement = ""
        self.comptes: dict[str, int] = {}
        self._verrou = threading.Lock()
        self._codes: dict[str, Code] = {}
        self._jetons: dict[str, Jeton] = {}
        self.cle = self.ancienne_cle = ECKey.generate_key("P-256")
        self.renouveler_la_cle()

    def renouveler_la_cle(self) -> None:
        self.ancienne_cle = self.cle
        membres: Any = {"use": "sig", "alg": "ES256", "kid": secrets.token_hex(8)}
        self.cle = ECKey.generate_key("P-256", membres)

    def compter(self, quoi: str) -> None:
        with self._verrou:
            self.comptes[quoi] = self.comptes.get(quoi, 0) + 1

    def garder_code(self, code: Code) -> None:
        with self._verrou:
            self._codes[code.code] = code

    def code(self, valeur: str) -> Code | None:
        code = self._codes.get(valeur)
        return code if code is not None and time.time() < code.emis + DUREE_DU_CODE else None

    def oublier_code(self, valeur: str) -> None:
        with self._verrou:
            self._codes.pop(valeur, None)

    def emettre(
        self,
        *,
        client_id: str,
        citoyen: str,
        scopes: tuple[str, ...],
        valeur: str = "",
        duree: int = DUREE_DU_JETON,
        retouches: dict[str, Any] | None = None,
    ) -> Jeton:
        maintenant = int(time.time())
        jeton = Jeton(
            valeur=valeur or secrets.token_urlsafe(32),
            client_id=client_id,
            citoyen=PAR_CLE[citoyen],
            scopes=scopes,
            emis=maintenant,
            expire=maintenant + duree,
            jti=secrets.token_urlsafe(16),
            retouches=retouches or {},
        )
        with self._verrou:
            for vieux in [cle for cle, autre in self._jetons.items() if autre.expire < maintenant - 600]:
                del self._jetons[vieux]
            self._jetons[jeton.valeur] = jeton
        return jeton

    def jeton(self, valeur: str) -> Jeton | None:
        """One that is alive."""
        jeton = self._jetons.get(valeur)
        return jeton if jeton is not None and time.time() < jeton.expire else None

    @staticmethod
    def sub(client_id: str, citoyen: Citoyen) -> str:
        """A person has another name for each service, as at FranceConnect."""
        return sha256(f"{client_id}:{citoyen.cle}".encode()).hexdigest() + "v1"
