"""PDFs to join: several at once, each checked by its content."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from habilitations.demandes import documents, pdf


class ChoixDeFichiers(forms.FileInput):
    allow_multiple_selected = True


class ChampPdfs(forms.FileField):
    """Its value is the list of the files chosen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=ChoixDeFichiers(
                attrs={"accept": "application/pdf,.pdf", "class": "fr-upload", "multiple": True}
            ),
            allow_empty_file=True,
            **{"required": False, **options},
        )
        self.widget.group_class = "fr-upload-group"

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        choisis = [fichier for fichier in data or [] if fichier]
        if len(choisis) > documents.AU_PLUS:
            raise forms.ValidationError(f"{documents.AU_PLUS} documents au plus.")
        return [super(ChampPdfs, self).clean(fichier, initial) for fichier in choisis]

    def validate(self, value: Any) -> None:
        super().validate(value)
        # The size first: what is too large is not read.
        contenu = value.read() if value.size <= pdf.TAILLE_MAXIMALE else bytes(pdf.TAILLE_MAXIMALE + 1)
        value.seek(0)
        try:
            documents.verifier(contenu)
        except documents.DocumentRefuse as refus:
            raise forms.ValidationError(f"{value.name} : {refus}") from None
