"""`make lint`: names of the product that nothing uses, with what vulture cannot see of Django."""

import re
import sys
from pathlib import Path

from vulture.core import Vulture

RACINE = Path(__file__).parent.parent
PAQUETS = ("referentiel", "habilitations", "statut_etudiant")
#: What they hold is read by its name, by Django, Celery and the rest.
LUS_PAR_LEUR_NOM = ("migrations", "settings.py", "franceconnect_local")
DECORATEURS = [
    "@admin.*", "@app.*", "@extend_schema*", "@receiver*", "@register.*", "@shared_task*", "@before_task_publish*",
    "@task_prerun*", "@task_postrun*", "@task_failure*", "@worker_init*", "@beat_init*",
    "@register",
]  # fmt: skip
#: What Django, its admin, REST framework and its kin, then other libraries call or read by its name in our classes.
CADRES = """
    Meta abstract constraints managed ordering proxy verbose_name* clean_* field_order group_class
    flavor
    use_required_attribute allow_multiple_selected label_from_instance default_validators get_help_text get_model_class
    get_session_store_class _errors form_valid template_name handler500 modified Command add_arguments handle help
    requires_system_checks send_messages upload_handlers handle_raw_input input_data boundary receive_data_chunk
    file_complete USERNAME_FIELD EMAIL_FIELD REQUIRED_FIELDS create_superuser get_session_auth_* db_type from_db_value
    function arg_joiner output_field *Config

    actions* formfield_overrides has_*_permission has_output index_title inlines list_* lookups model_admin
    readonly_fields
    lookup_allowed search_* show_* site_header site_title site_url enable_nav_sidebar autocomplete_view app_index
    add_view history_view log_* password_change* get_changelist get_list_display _get_obj_does_not_exist_redirect

    charset accepted_media_type renderer_context perform_content_negotiation handle_exception dispatch force
    nonblocking field_class dateDebutJusqua modifieDepuis modifieeDepuis valideeDepuis export_order dehydrate_*

    footer label_from_instance

    readable seekable readinto StartElementHandler EndElementHandler StartDoctypeDeclHandler _value_ collect
    CharacterDataHandler lifetime freeze_panes font width showErrorMessage ready __getattr__ used

    logThreads logProcesses logMultiprocessing
"""
#: What tests and benchmarks are given: they start the same servers as the demonstration.
OUTILS_DES_TESTS = ["assurer_postgres", "assurer_valkey", "premier_libre"]
#: Written so that a test compares it with what the database holds; a table that its own statements alone write.
TEMOINS = ["transitions", "SigneDeVie"]
#: Where others hang what they know: nothing of the product need do so.
POINTS_D_ACCROCHE = ["lire_les_fenetres_par"]


def inutilises() -> list[str]:
    """« file:line: what », for each."""
    vulture = Vulture(
        ignore_names=[*CADRES.split(), *OUTILS_DES_TESTS, *TEMOINS, *POINTS_D_ACCROCHE],
        ignore_decorators=DECORATEURS,
    )
    vulture.scavenge([str(RACINE / paquet) for paquet in PAQUETS])
    nommes = _nommes_ailleurs()
    return [
        f"{code.filename.relative_to(RACINE)}:{code.first_lineno}: {code.typ} {code.name}"
        for code in vulture.get_unused_code(min_confidence=60)
        if code.name not in nommes
        and not any(nom in code.filename.parts for nom in LUS_PAR_LEUR_NOM)
        and not _en_base(code.filename, code.typ)
    ]


def _nommes_ailleurs() -> set[str]:
    """Names in the tags of templates, in SQL, in the strings of the code (settings, lookups), and of columns."""
    gabarits = (chemin.read_text() for chemin in RACINE.glob("templates/**/*") if chemin.is_file())
    textes = ["".join(re.findall(r"\{[{%].*?[%}]\}", gabarit, re.DOTALL)) for gabarit in gabarits]
    for paquet in PAQUETS:
        textes += [chemin.read_text() for chemin in (RACINE / paquet).glob("**/*.sql")]
        codes = [
            chemin.read_text()
            for chemin in (RACINE / paquet).glob("**/*.py")
            if "migrations" not in chemin.parts
        ]
        textes += [mot for code in codes for mot in re.findall(r"\"[^\" \n]*\"|\w+ = models\.", code)]
    return {mot for texte in textes for nom in re.findall(r"\w+", texte) for mot in (nom, *nom.split("__"))}


def _en_base(fichier: Path, genre: str) -> bool:
    """A column of a table, or a value of a closed list: the database and the files that people send hold them."""
    dans_la_base = "models" in fichier.parts or fichier.name == "nomenclatures.py"
    return dans_la_base and genre == "variable"


if __name__ == "__main__":
    trouves = inutilises()
    print(*trouves, sep="\n")
    sys.exit(bool(trouves))
