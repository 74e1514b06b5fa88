"""The Celery application: `celery -A statut_etudiant worker`, and `beat` for the scheduled work."""

import logging
import os
import sys
import time
from contextvars import ContextVar
from typing import Any

from celery import Celery, Task
from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun, worker_init

from statut_etudiant.journaux import requete_courante, tache_courante

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statut_etudiant.settings")

journal = logging.getLogger(__name__)


class Tache(Task):
    """During a declared maintenance, a task does nothing: it finds its work in the database, where the work waits."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # Not above: this module comes with the package itself, before whoever runs it has said its environment.
        from statut_etudiant import maintenance
        from statut_etudiant.planification import PENDANT_LA_MAINTENANCE

        if self.name not in PENDANT_LA_MAINTENANCE and maintenance.en_cours() is not None:
            journal.info("tâche remise : maintenance en cours", extra={"faits": {"nom": self.name}})
            return None
        return super().__call__(*args, **kwargs)


app = Celery("statut_etudiant", task_cls=Tache)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

#: Headers of a message: the request that caused the task, for its lines of the log; when it was sent (epoch).
ENTETE = "requete"
ENTETE_INSTANT = "emise"

debut_de_la_tache: ContextVar[float] = ContextVar("debut_de_la_tache", default=0.0)


@before_task_publish.connect(weak=False)
def transmettre_la_requete(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is None:
        return
    if (requete := requete_courante.get()) != "-":
        headers.setdefault(ENTETE, requete)
    # One that is to be done later says nothing of the broker.
    headers[ENTETE_INSTANT] = None if headers.get("eta") else time.time()


@task_prerun.connect(weak=False)
def nommer_la_tache(task_id: str = "", task: Any = None, **_: Any) -> None:
    """Lines of the log say which task writes them, and for which request: those of a scheduled one, for none."""
    if getattr(task.request, "is_eager", False):
        return  # done within the request itself
    from statut_etudiant.disponibilite import signes

    if (emise := getattr(task.request, ENTETE_INSTANT, None)) is not None:
        signes.message_recu(time.time() - emise)
    debut_de_la_tache.set(time.perf_counter())
    tache_courante.set(task_id)
    requete_courante.set(getattr(task.request, ENTETE, None) or "-")


@task_failure.connect(weak=False)
def changer_de_serveur(exception: BaseException | None = None, **_: Any) -> None:
    from referentiel import indisponibilite

    indisponibilite.changer_de_serveur(indisponibilite.absence(exception))


@task_postrun.connect(weak=False)
def oublier_la_tache(task: Any = None, state: str = "", **_: Any) -> None:
    if getattr(task.request, "is_eager", False):
        return
    from statut_etudiant import traces
    from statut_etudiant.disponibilite import signes

    try:
        duree = time.perf_counter() - debut_de_la_tache.get()
        traces.tache(duree, nom=task.name, echec=state not in ("SUCCESS", "RETRY"))
        signes.tache_faite()
    finally:
        tache_courante.set("")
        requete_courante.set("-")


@worker_init.connect
def _verifier_le_role(**_: Any) -> None:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from statut_etudiant import roles

    if settings.PRODUCTION:
        try:
            roles.exiger()
        except ImproperlyConfigured as refus:
            sys.exit(str(refus))  # Celery goes on after any other exception of a signal
