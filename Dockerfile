# Two stages: what builds stays behind, what runs is the code, its dependencies and nothing else.

FROM python:3.11-slim-bookworm AS construction
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app
COPY pyproject.toml requirements.lock ./
COPY .docker/production.py .docker/
RUN python -m venv /venv \
 && python .docker/production.py > /tmp/production.lock \
 && /venv/bin/pip install --require-hashes -r /tmp/production.lock \
 && /venv/bin/pip check
COPY manage.py ./
COPY referentiel ./referentiel
COPY habilitations ./habilitations
COPY templates ./templates
COPY statut_etudiant ./statut_etudiant
# Secrets of this one command: production refuses to load without, and nothing of them stays.
RUN export ENVIRONNEMENT=production PATH="/venv/bin:$PATH" \
 && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    JETON_POIVRE="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    CLE_CHIFFREMENT="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    DATABASE_URL=postgresql:///aucune BROKER_URL=memory:// EMAIL_URL=smtp://aucun.invalid \
    python manage.py collectstatic --noinput --verbosity 0 \
 && python -m compileall -q /app

# It writes nowhere but in /tmp, and where TMPDIR says: what is deposited lives in PostgreSQL.
FROM python:3.11-slim-bookworm
# An identity without a name to guess: --user of the orchestrator may choose another.
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --no-create-home --shell /usr/sbin/nologin app \
 && install --directory --owner 10001 --group 10001 --mode 700 /var/transit
COPY --from=construction /venv /venv
COPY --from=construction /app /app
WORKDIR /app
ENV PATH="/venv/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ENVIRONNEMENT=production \
    DJANGO_SETTINGS_MODULE=statut_etudiant.settings \
    GRANIAN_WORKERS=2
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/sante/vivant', timeout=4)"]
CMD ["granian", "--interface", "asgi", "--loop", "uvloop", "--host", "0.0.0.0", "--port", "8000", "--no-ws", \
     "--respawn-failed-workers", "--workers-kill-timeout", "20", "statut_etudiant.asgi:application"]
