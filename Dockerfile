# Two images: `app` serves, migrates and is the command line; `front` is Caddy with our Caddyfile.

FROM python:3.12-slim-bookworm AS packages
COPY requirements/runtime.txt /requirements.txt
# Wheels only: a package without one would run its own build code, and the image has no compiler.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r /requirements.txt

FROM caddy:2-alpine AS front
# The image's own /data is a root-owned volume; a directory of our own can belong to an unprivileged user.
ENV XDG_DATA_HOME=/var/lib/delaktig-front XDG_CONFIG_HOME=/tmp
COPY deploy/Caddyfile /etc/caddy/Caddyfile
RUN mkdir -p "$XDG_DATA_HOME" && chown 10002:10002 "$XDG_DATA_HOME"
USER 10002:10002

FROM python:3.12-slim-bookworm AS app
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY LICENSE ./
COPY backend backend
COPY frontend frontend
COPY locales locales
# The root file system is read-only when it runs, so the byte code is made now.
RUN python -m compileall -q backend
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "backend.cli", "serve"]
