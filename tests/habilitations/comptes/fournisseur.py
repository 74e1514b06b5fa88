"""An OpenID provider like ProConnect, on the loopback: the package's, whose `userinfo` is signed here as ProConnect's.

What a test changes in `Fournisseur` makes it lie.
"""

import base64
import hashlib
import re
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import werkzeug.serving
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "statut-etudiant", "secret-de-test"


@dataclass
class Fournisseur:
    adresse: str = ""
    #: Applied to the claims of `userinfo` before they are signed; returns the claims.
    mentir: Callable[[dict[str, Any]], dict[str, Any]] = dict
    #: Signs in place of the key that the provider publishes.
    autre_cle: RSAKey | None = None
    algorithme: str = "RS256"
    en_clair: bool = False
    defis: dict[str, str] = field(default_factory=dict)
    cle_ec: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "ec"}))
    demandes: list[dict[str, list[str]]] = field(default_factory=list)

    def redevenir_honnete(self) -> None:
        """Forget what the test before asked and lied about; the address and the keys stay."""
        neuf = Fournisseur(adresse=self.adresse, cle_ec=self.cle_ec)
        for champ in fields(self):
            setattr(self, champ.name, getattr(neuf, champ.name))

    @property
    def decouverte(self) -> str:
        return f"{self.adresse}/.well-known/openid-configuration"

    def connait(self, sub: str, **claims: Any) -> None:
        requests.put(f"{self.adresse}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def accorder(self, adresse: str, sub: str, *, action: str = "authorize") -> str:
        """What the person does at the provider: path and query with which their browser comes back to us."""
        self.demandes.append(parse_qs(urlsplit(adresse).query))
        response = requests.post(
            adresse, data={"sub": sub, "action": action}, allow_redirects=False, timeout=5
        )
        assert response.status_code == 302, response.text[-500:]
        retour = urlsplit(response.headers["Location"])
        return f"{retour.path}?{retour.query}"


@contextmanager
def demarrer() -> Iterator[Fournisseur]:
    with warnings.catch_warnings():
        # The package builds on parts of Authlib that are on their way out.
        warnings.simplefilter("ignore")
        import flask
        import oidc_provider_mock
        from oidc_provider_mock import _storage

    fournisseur = Fournisseur()
    application = oidc_provider_mock.app(require_nonce=True)
    # Its own debugger would answer in place of errors.
    application.wsgi_app = application.wsgi_app.app

    @cache
    def cle_publiee() -> RSAKey:
        # Read once: a private key is verified each time it is read.
        return RSAKey.import_key(_storage.storage.jwk.as_dict(is_private=True), {"kid": "rsa"})

    @application.after_request
    def signer(response: Any) -> Any:
        chemin = flask.request.path
        if chemin == "/oauth2/authorize" and flask.request.method == "POST" and response.status_code == 302:
            code = parse_qs(urlsplit(response.headers["Location"]).query).get("code", [""])[0]
            fournisseur.defis[code] = flask.request.args.get("code_challenge", "")
        publiee = cle_publiee()
        if chemin == "/jwks":
            cles = [publiee.as_dict(private=False), fournisseur.cle_ec.as_dict(private=False)]
            response.set_data(flask.json.dumps({"keys": cles}))
        if chemin == "/oauth2/token" and response.status_code == 200:
            # The package names no key in its tokens; ProConnect, which has several, does.
            jetons = response.get_json()
            lu = jwt.decode(jetons["id_token"], publiee)
            jetons["id_token"] = jwt.encode({"alg": "RS256", "kid": "rsa"}, lu.claims, publiee)
            response.set_data(flask.json.dumps(jetons))
        if chemin == "/userinfo" and response.status_code == 200 and not fournisseur.en_clair:
            maintenant = int(time.time())
            dits = response.get_json()
            # ProConnect has a scope for each claim; the package gives first names with « profile » only.
            dits |= _storage.storage.get_user(dits["sub"]).claims
            claims = fournisseur.mentir(
                dits | {"iss": fournisseur.adresse, "aud": CLIENT, "iat": maintenant, "exp": maintenant + 60}
            )
            ec = fournisseur.algorithme == "ES256"
            cle = fournisseur.cle_ec if ec else fournisseur.autre_cle or publiee
            entete = {"alg": fournisseur.algorithme, "kid": "ec" if ec else "rsa"}
            response.set_data(jwt.encode(entete, claims, cle, algorithms=["RS256", "RS512", "ES256"]))
            response.content_type = "application/jwt"
        return response

    @application.before_request
    def verifier_pkce() -> Any:
        if flask.request.path != "/oauth2/token":
            return None
        preuve = flask.request.form.get("code_verifier", "")
        empreinte = base64.urlsafe_b64encode(hashlib.sha256(preuve.encode()).digest()).rstrip(b"=").decode()
        if not preuve or fournisseur.defis.get(flask.request.form.get("code", "")) != empreinte:
            return flask.jsonify({"error": "invalid_grant"}), 400
        return None

    serveur = werkzeug.serving.make_server("127.0.0.1", 0, application, threaded=True)
    fournisseur.adresse = f"http://127.0.0.1:{serveur.server_port}"
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.05})
    fil.start()
    try:
        yield fournisseur
    finally:
        serveur.shutdown()
        fil.join()
        serveur.server_close()


def parametre(adresse: str, nom: str, valeur: str) -> str:
    """The same address, one parameter of its query changed."""
    return re.sub(rf"([?&]{nom}=)[^&]*", rf"\g<1>{valeur}", adresse)


def entrer(client: Client, fournisseur: Fournisseur, sub: str = "agent-1", suite: str = "") -> Any:
    depart = client.get("/connexion/proconnect", {"next": suite} if suite else {})
    return client.get(fournisseur.accorder(depart["Location"], sub))
