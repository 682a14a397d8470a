# syntax=docker/dockerfile:1
# Two images out of one file:
#   docker build --target web -t brandhub .                 web, worker, beat, manage.py
#   docker build --target render -t brandhub-render .       render and training workers, with torch
# TORCH=cpu makes the second one for machines without a GPU; a CUDA build brings all that it needs
# but the driver, which the container runtime hands in.

ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PATH=/opt/brandhub/bin:$PATH
# Nobody's account, with a number that Kubernetes can tell from root's; it owns what it stores.
RUN groupadd --system --gid 10001 brandhub \
    && useradd --system --uid 10001 --gid brandhub --home-dir /tmp --shell /usr/sbin/nologin brandhub \
    && install --directory --owner brandhub --group brandhub /data/storage
WORKDIR /app

# The packages, from the lock, each file by its hash: no compiler, for all come as wheels.
FROM base AS packages
RUN python -m venv /opt/brandhub
COPY requirements requirements
COPY scripts/lock_for.py scripts/lock_for.py
RUN python scripts/lock_for.py base > /tmp/lock.txt \
    && pip install --no-deps --require-hashes --only-binary :all: --requirement /tmp/lock.txt \
    && pip check

FROM packages AS render-packages
ARG TORCH=cuda
# torch stands beside the lock, for its builds differ under one number; the rest of what it needs
# is NVIDIA's libraries, and for the CPU nothing.
RUN python scripts/lock_for.py inference > /tmp/lock.txt \
    && pip install --no-deps --require-hashes --only-binary :all: --requirement /tmp/lock.txt \
    && if [ "$TORCH" = cpu ]; then \
         pip install --index-url https://download.pytorch.org/whl/cpu -r requirements/torch.txt; \
       else \
         pip install --requirement requirements/torch.txt; \
       fi \
    && pip check

# The product, with its translations compiled and its static files collected.
FROM packages AS product
COPY . .
# What production demands to start with; nothing of it is kept.
RUN python -m brandhub.common.catalogues compile \
    && DJANGO_SETTINGS_MODULE=brandhub.settings.prod \
       BRANDHUB_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
       DATABASE_URL=postgresql://nobody@nowhere/nothing REDIS_URL=redis://nowhere/0 \
       BRANDHUB_ALLOWED_HOSTS=nowhere.example BRANDHUB_PUBLIC_URL=https://nowhere.example \
       python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q -j 0 .

FROM base AS render
COPY --from=render-packages /opt/brandhub /opt/brandhub
COPY --from=product /app /app
ENV DJANGO_SETTINGS_MODULE=brandhub.settings.prod \
    STORAGE_URL=file:///data/storage \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 10001:10001
VOLUME /data/storage
# One child per device. Between two steps it gives its leases back and ends.
CMD ["/bin/sh", "-c", "exec celery --quiet -A brandhub worker --pool prefork -c 1 -Q render.${BRANDHUB_MODEL_FAMILY:-avatar-mini} -n render@%h --without-gossip --without-mingle"]

FROM base AS web
COPY --from=packages /opt/brandhub /opt/brandhub
COPY --from=product /app /app
ENV DJANGO_SETTINGS_MODULE=brandhub.settings.prod \
    STORAGE_URL=file:///data/storage
USER 10001:10001
VOLUME /data/storage
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["uvicorn", "brandhub.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--lifespan", "off", "--http", "brandhub.http_protocol:ProblemProtocol", "--timeout-graceful-shutdown", "20"]
