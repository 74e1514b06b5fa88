"""The addresses of the local FranceConnect: those of the real one under /api/v2, its own controls under /local."""

import time
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import AccessDeniedError
from flask import Flask, Response, jsonify, redirect, render_template, request
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from statut_etudiant.demonstration.citoyens import CITOYENS, PAR_CLE
from statut_etudiant.franceconnect_local import introspection
from statut_etudiant.franceconnect_local.etat import SCOPES_D_IDENTITE, Etat
from statut_etudiant.franceconnect_local.oidc import claims_d_identite, serveur

Reponse = Any
#: What it can be told to do instead of answering.
ENNUIS = (
    "lent",
    "goutte",
    "redirection",
    "gros_corps",
    "en_panne",
    "identifiants_refuses",
    "requete_invalide",
)
LENTEUR = 10  # seconds


def creer(configuration: dict[str, Any]) -> Flask:
    application = Flask(__name__, template_folder=".")
    etat = Etat(configuration)

    def emetteur() -> str:
        return request.host_url.rstrip("/") + "/api/v2"

    oidc = serveur(application, etat, emetteur)

    @application.get("/api/v2/.well-known/openid-configuration")
    def decouverte() -> Reponse:
        base = emetteur()
        return jsonify(
            issuer=base,
            authorization_endpoint=f"{base}/authorize",
            token_endpoint=f"{base}/token",
            userinfo_endpoint=f"{base}/userinfo",
            end_session_endpoint=f"{base}/session/end",
            jwks_uri=f"{base}/jwks",
            scopes_supported=["openid", *SCOPES_D_IDENTITE],
            response_types_supported=["code"],
            subject_types_supported=["pairwise"],
            id_token_signing_alg_values_supported=["ES256", "RS256"],
            userinfo_signing_alg_values_supported=["ES256", "RS256"],
            token_endpoint_auth_methods_supported=["client_secret_post"],
            acr_values_supported=["eidas1", "eidas2", "eidas3"],
        )

    @application.get("/api/v2/jwks")
    def jwks() -> Reponse:
        etat.compter("jwks")
        return jsonify(KeySet([etat.cle]).as_dict(private=False))

    @application.route("/api/v2/authorize", methods=["GET", "POST"])
    def autoriser() -> Reponse:
        demande = request.values
        if len(demande.get("nonce", "")) < 22 or not demande.get("state") or not demande.get("acr_values"):
            return "nonce (22 caractères), state et acr_values sont obligatoires", 400
        try:
            grant = oidc.get_consent_grant(end_user=None)
        except OAuth2Error as erreur:
            return f"{erreur.error} : {erreur.description}", 400
        if request.method == "GET":
            return render_template(
                "choix.html", citoyens=CITOYENS, service=grant.client.id, demande=demande.to_dict()
            )
        if "citoyen" not in request.form:
            return oidc.handle_response(
                *AccessDeniedError(redirect_uri=demande["redirect_uri"], state=demande["state"])()
            )
        return oidc.create_authorization_response(grant=grant, grant_user=PAR_CLE[request.form["citoyen"]])

    @application.post("/api/v2/token")
    def jeton() -> Reponse:
        return oidc.create_token_response()

    @application.get("/api/v2/userinfo")
    def userinfo() -> Reponse:
        trouve = etat.jeton(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if trouve is None:
            return jsonify(error="invalid_token"), 401
        maintenant = int(time.time())
        claims = claims_d_identite(etat, trouve) | {
            "iss": emetteur(),
            "aud": trouve.client_id,
            "iat": maintenant,
            "exp": maintenant + 60,
        }
        if etat.comportement == "userinfo_en_clair":
            return jsonify(claims)
        cle = etat.ancienne_cle if etat.comportement == "userinfo_mal_signe" else etat.cle
        signe = jwt.encode({"alg": "ES256", "kid": str(etat.cle.kid)}, claims, cle, algorithms=["ES256"])
        return Response(signe, content_type="application/jwt; charset=utf-8")

    @application.get("/api/v2/session/end")
    def finir() -> Reponse:
        try:
            lu = jws.deserialize_compact(request.args["id_token_hint"], etat.cle, algorithms=["ES256"])
        except Exception:  # noqa: BLE001 (whatever it is, it is not a token of ours)
            return "id_token_hint est obligatoire", 400
        retour = request.args.get("post_logout_redirect_uri", "")
        client = etat.clients[jwt.decode(request.args["id_token_hint"], etat.cle).claims["aud"]]
        if lu is None or retour not in client.sorties:
            return "post_logout_redirect_uri inconnue", 400
        etat.compter("fins_de_session")
        return redirect(f"{retour}?{urlencode({'state': request.args.get('state', '')})}")

    @application.post("/api/v2/checktoken")
    def verifier() -> Reponse:
        etat.compter("checktoken")
        if ennui := _ennui(etat.comportement):
            return ennui
        if set(request.form) != {"client_id", "client_secret", "token"}:
            return jsonify(
                error="invalid_request", error_description="Required parameter missing or invalid."
            ), 400
        connu = (request.form["client_id"], request.form["client_secret"])
        if connu != (etat.fournisseur["client_id"], etat.fournisseur["client_secret"]):
            return jsonify(error="invalid_client", error_description="Client authentication failed."), 401
        try:
            publique = introspection.cle_du_fournisseur(etat)
        except introspection.CleDuFournisseurAbsente:
            return jsonify(error="server_error"), 500
        dit = introspection.payload(etat, emetteur(), etat.jeton(request.form["token"]))
        mensonge = introspection.MENSONGES.get(etat.comportement)
        if mensonge is not None:
            corps = mensonge(etat, dit, publique)
        else:
            corps = introspection.chiffrer(introspection.signer(etat, dit), publique)
        return Response(corps, content_type=introspection.TYPE)

    # --- its own controls

    @application.post("/local/comportement")
    def se_comporter() -> Reponse:
        """`{"nom": …}`: one of the lies or troubles; empty: honest again."""
        nom = request.get_json()["nom"]
        connus = {"", *ENNUIS, *introspection.MENSONGES, "userinfo_en_clair", "userinfo_mal_signe"}
        if nom not in connus:
            return jsonify(erreur="comportement inconnu", connus=sorted(connus)), 400
        etat.comportement = nom
        etat.comptes.clear()
        return "", 204

    @application.post("/local/cle")
    def renouveler() -> Reponse:
        etat.renouveler_la_cle()
        return "", 204

    @application.get("/local/comptes")
    def comptes() -> Reponse:
        return jsonify(etat.comptes)

    @application.get("/local/citoyens")
    def citoyens() -> Reponse:
        return jsonify(
            [{"cle": citoyen.cle, "nom": citoyen.nom_affiche, "cas": citoyen.cas} for citoyen in CITOYENS]
        )

    @application.route("/local/jeton", methods=["GET", "POST"])
    def obtenir() -> Reponse:
        """A token without the pages: `?citoyen=…&client_id=…&scope=…`; in JSON, also `duree` and `retouches`."""
        dits: dict[str, Any] = request.get_json() if request.is_json else request.values.to_dict()
        if dits.get("citoyen") not in PAR_CLE:
            return jsonify(erreur="citoyen inconnu", connus=sorted(PAR_CLE)), 400
        emis = etat.emettre(
            client_id=dits["client_id"],
            citoyen=dits["citoyen"],
            scopes=tuple(dits.get("scope", "").split()),
            duree=int(dits.get("duree", 60)),
            retouches=dits.get("retouches"),
        )
        return Response(emis.valeur, content_type="text/plain")

    return application


def _ennui(comportement: str) -> Reponse:
    if comportement == "lent":
        time.sleep(LENTEUR)
        return "trop tard", 200
    if comportement == "goutte":

        def gouttes() -> Any:
            for _ in range(LENTEUR * 2):
                yield b"."
                time.sleep(0.5)

        return Response(gouttes(), content_type=introspection.TYPE)
    if comportement == "redirection":
        return redirect("/api/v2/jwks", code=307)
    if comportement == "gros_corps":
        return Response(b"e" * 1_048_576, content_type=introspection.TYPE)
    if comportement == "en_panne":
        return "maintenance", 503
    if comportement == "identifiants_refuses":
        return jsonify(error="invalid_client", error_description="Client authentication failed."), 401
    if comportement == "requete_invalide":
        return jsonify(
            error="invalid_request", error_description="Required parameter missing or invalid."
        ), 400
    return None
