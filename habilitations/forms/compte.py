"""A person's own account: opening it, its name, address, password."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from habilitations.forms.adresses import AvecAdresseDoutee, ChampCourriel
from habilitations.forms.base import Formulaire
from habilitations.models import Compte

REGLES = "12 caractères au moins, ni trop courant, ni proche de votre nom ou de votre adresse."


class FormulaireDeCourriel(AvecAdresseDoutee):
    courriel = ChampCourriel(
        label="Adresse e-mail",
        help_text="Format attendu : nom@domaine.fr",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class _AvecNouveauMotDePasse(Formulaire):
    mot_de_passe = forms.CharField(
        label="Nouveau mot de passe",
        max_length=128,
        strip=False,
        help_text=REGLES,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    confirmation = forms.CharField(
        label="Le même, une seconde fois",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def personne(self) -> Compte:
        """Whose password it will be: it must not look like their name."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        nouveau = donnees.get("mot_de_passe")
        if nouveau and donnees.get("confirmation") not in (None, nouveau):
            self.add_error("confirmation", "Les deux mots de passe ne sont pas les mêmes.")
        if nouveau:
            try:
                validate_password(nouveau, self.personne())
            except forms.ValidationError as erreur:
                self.add_error("mot_de_passe", erreur)
        return donnees


class FormulaireDOuvertureDeCompte(_AvecNouveauMotDePasse):
    prenom = forms.CharField(
        label="Prénom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    nom = forms.CharField(
        label="Nom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ("prenom", "nom", "mot_de_passe", "confirmation")

    def __init__(self, *args: Any, courriel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nommer("mot_de_passe", "Mot de passe")
        self._courriel = courriel

    def personne(self) -> Compte:
        return Compte(
            courriel=self._courriel,
            prenom=self.cleaned_data.get("prenom", ""),
            nom=self.cleaned_data.get("nom", ""),
        )


class FormulaireDeNouveauMotDePasse(_AvecNouveauMotDePasse):
    """After a link: the account's owner is known."""

    def __init__(self, compte: Compte, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._compte = compte

    def personne(self) -> Compte:
        return self._compte


class AvecMotDePasseActuel(Formulaire):
    """What is asked again before touching what proves who the person is. An account without a password has none."""

    actuel = forms.CharField(
        label="Mot de passe actuel",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, compte: Compte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not compte.has_usable_password():
            del self.fields["actuel"]


class FormulaireDeMotDePasse(AvecMotDePasseActuel, _AvecNouveauMotDePasse):
    field_order = ("actuel", "mot_de_passe", "confirmation")

    def __init__(self, *args: Any, compte: Compte, **kwargs: Any) -> None:
        super().__init__(*args, compte=compte, **kwargs)
        self._compte = compte

    def personne(self) -> Compte:
        return self._compte


class FormulaireDeNouveauCourriel(AvecMotDePasseActuel, FormulaireDeCourriel):
    field_order = ("courriel", "actuel")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nommer("courriel", "Nouvelle adresse e-mail")


class FormulaireDeNom(Formulaire):
    prenom = forms.CharField(
        label="Prénom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    nom = forms.CharField(
        label="Nom", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
