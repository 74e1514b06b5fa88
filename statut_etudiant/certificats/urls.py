"""Where a certificate is checked, by anybody; where its signed form is understood, by programs."""

from django.urls import path

from statut_etudiant.certificats import publications, views

urlpatterns = [
    path("verifier", views.verifier, name="verifier"),
    path("verifier/<str:code>", views.verifier, name="verifier-code"),
    path("certificats/partage/<str:secret>", views.partage, name="certificat-partage"),
    path("certificats/pdf/<str:jeton>", views.pdf, name="certificat-pdf"),
    path("certificats/attestation-numerique", views.attestation_numerique, name="attestation-numerique"),
    path("certificats/type", publications.type_de_credential, name="certificat-type"),
    path("certificats/statuts/<int:liste>", publications.statuts_publies, name="certificats-statuts"),
    path(".well-known/jwt-vc-issuer", publications.emetteur, name="certificats-emetteur"),
]
