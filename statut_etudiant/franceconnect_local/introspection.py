"""The bytes of a checktoken's answer: a JWE around a JWS. Told to, it answers what must never be believed."""

import base64
import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from joserfc import jwe, jws
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from statut_etudiant.franceconnect_local.etat import Etat, Jeton

Corps = bytes | str
TYPE = "application/token-introspection+jwt; charset=utf-8"


class CleDuFournisseurAbsente(Exception):
    """The data provider's keys cannot be fetched, or hold none of use: FranceConnect answers 500."""


def cle_du_fournisseur(etat: Etat) -> dict[str, Any]:
    """Fetched at each call, without cache, as FranceConnect does; the first of use `enc` and of the algorithm."""
    try:
        with urllib.request.urlopen(etat.fournisseur["jwks_uri"], timeout=3) as reponse:  # noqa: S310 - ours
            cles = json.load(reponse)["keys"]
        return next(
            cle for cle in cles if cle.get("use") == "enc" and cle.get("alg") == etat.fournisseur["alg"]
        )
    except (OSError, ValueError, KeyError, StopIteration) as erreur:
        raise CleDuFournisseurAbsente from erreur


def payload(etat: Etat, emetteur: str, jeton: Jeton | None) -> dict[str, Any]:
    dedans: dict[str, Any] = {"active": False}
    if jeton is not None:
        identite = jeton.claims()
        identite.pop("preferred_username", None)
        client = etat.clients.get(jeton.client_id)
        scopes = jeton.scopes if client is None else client.get_allowed_scope(" ".join(jeton.scopes)).split()
        dedans = {
            "active": True,
            "aud": jeton.client_id,
            "sub": etat.sub(jeton.client_id, jeton.citoyen),
            "iat": jeton.emis,
            "exp": jeton.expire,
            "jti": jeton.jti,
            "acr": "eidas1",
            # Of data: what the identity's scopes open is told whatever they are.
            "scope": " ".join(nom for nom in scopes if nom.startswith(("mesri_", "cnous_"))),
            **identite,
        }
    return {
        "token_introspection": dedans,
        "aud": etat.fournisseur["client_id"],
        "iat": int(time.time()),
        "iss": emetteur,
    }


def signer(etat: Etat, dit: dict[str, Any]) -> str:
    return jws.serialize_compact(
        {"alg": "ES256", "kid": etat.cle.kid}, json.dumps(dit), etat.cle, algorithms=["ES256"]
    )


def chiffrer(clair: str, publique: dict[str, Any], **de_trop: Any) -> str:
    cle = (ECKey if publique["kty"] == "EC" else RSAKey).import_key(publique)
    entete = {"alg": publique["alg"], "enc": "A256GCM", **de_trop}
    return jwe.encrypt_compact(entete, clair, cle, algorithms=[publique["alg"], "A256GCM"])


# --- lies: from what should be said to the bytes that are sent

Mensonge = Callable[[Etat, dict[str, Any], dict[str, Any]], Corps]


def _dit(**autres: Any) -> Mensonge:
    return lambda etat, dit, cle: chiffrer(signer(etat, {**dit, **autres}), cle)


def _dedans(**autres: Any) -> Mensonge:
    def mentir(etat: Etat, dit: dict[str, Any], cle: dict[str, Any]) -> Corps:
        return chiffrer(
            signer(etat, {**dit, "token_introspection": {**dit["token_introspection"], **autres}}), cle
        )

    return mentir


def _signe_avec(
    entete: Callable[[Etat], dict[str, Any]], cle_de: Callable[[Etat], Any], alg: str
) -> Mensonge:
    return lambda etat, dit, cle: chiffrer(
        jws.serialize_compact(entete(etat), json.dumps(dit), cle_de(etat), algorithms=[alg]), cle
    )


def _alg_none(etat: Etat, dit: dict[str, Any], cle: dict[str, Any]) -> Corps:
    entete = _b64(json.dumps({"alg": "none", "kid": etat.cle.kid}))
    return chiffrer(f"{entete}.{_b64(json.dumps(dit))}.", cle)


def _signature_fausse(etat: Etat, dit: dict[str, Any], cle: dict[str, Any]) -> Corps:
    vraie = signer(etat, dit)
    autre = {**dit, "token_introspection": {**dit["token_introspection"], "family_name": "Autre"}}
    entete, _, signature = vraie.split(".")
    return chiffrer(f"{entete}.{_b64(json.dumps(autre))}.{signature}", cle)


def _plusieurs_destinataires(etat: Etat, dit: dict[str, Any], cle: dict[str, Any]) -> Corps:
    publique = RSAKey.import_key(cle)
    objet = jwe.GeneralJSONEncryption({"enc": "A256GCM"}, signer(etat, dit).encode())
    objet.add_recipient({"alg": "RSA-OAEP-256"}, publique)
    objet.add_recipient({"alg": "RSA-OAEP-256"}, RSAKey.generate_key(2048))
    return json.dumps(jwe.encrypt_json(objet, None, algorithms=["RSA-OAEP-256", "A256GCM"]))


def _b64(texte: str) -> str:
    return base64.urlsafe_b64encode(texte.encode()).rstrip(b"=").decode()


def _secret_public(etat: Etat) -> OctKey:
    """The public key taken for a shared secret: the oldest trick against a verifier that believes `alg`."""
    return OctKey.import_key(json.dumps(KeySet([etat.cle]).as_dict(private=False)).encode())


MENSONGES: dict[str, Mensonge] = {
    "expire": _dedans(exp=int(time.time()) - 3600),
    "inactif": lambda etat, dit, cle: chiffrer(
        signer(etat, {**dit, "token_introspection": {"active": False}}), cle
    ),
    "mauvais_destinataire": _dit(aud="un-autre-fournisseur"),
    "mauvais_emetteur": _dit(iss="https://ailleurs.example/api/v2"),
    "vieille_reponse": lambda etat, dit, cle: chiffrer(signer(etat, {**dit, "iat": dit["iat"] - 3600}), cle),
    "reponse_future": lambda etat, dit, cle: chiffrer(signer(etat, {**dit, "iat": dit["iat"] + 3600}), cle),
    "alg_none": _alg_none,
    "hs256": _signe_avec(lambda etat: {"alg": "HS256", "kid": etat.cle.kid}, _secret_public, "HS256"),
    "kid_inconnu": _signe_avec(
        lambda etat: {"alg": "ES256", "kid": "inconnu"}, lambda etat: etat.cle, "ES256"
    ),
    "mauvaise_signature": _signature_fausse,
    "signe_par_une_autre_cle": _signe_avec(
        lambda etat: {"alg": "ES256", "kid": etat.cle.kid}, lambda etat: ECKey.generate_key("P-256"), "ES256"
    ),
    "en_tete_de_trop": _signe_avec(
        lambda etat: {"alg": "ES256", "kid": etat.cle.kid, "jwk": etat.cle.as_dict(private=False)},
        lambda etat: etat.cle,
        "ES256",
    ),
    "signe_non_chiffre": lambda etat, dit, cle: signer(etat, dit),
    "json_en_clair": lambda etat, dit, cle: json.dumps(dit["token_introspection"]),
    "chiffre_non_signe": lambda etat, dit, cle: chiffrer(json.dumps(dit), cle),
    "pour_une_autre_cle": lambda etat, dit, cle: chiffrer(
        signer(etat, dit),
        RSAKey.generate_key(2048, {"alg": "RSA-OAEP-256", "use": "enc"}).as_dict(private=False),
    ),
    "kid_dans_le_jwe": lambda etat, dit, cle: chiffrer(signer(etat, dit), cle, kid="k"),
    "plusieurs_destinataires": _plusieurs_destinataires,
    "actif_en_texte": _dedans(active="true"),
    "sans_exp": _dedans(exp=None),
    "sans_service": _dedans(aud=None),
    "octets_au_hasard": lambda etat, dit, cle: bytes(range(256)),
    "vide": lambda etat, dit, cle: b"",
}
