# One image for every process of docker-compose.yml, from the same locks as `make install`.
# Debian 13, because its postgresql-client reads and writes the database of the compose file (17).
FROM python:3.11-slim-trixie AS build
WORKDIR /srv/guichet
COPY requirements-install.lock requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements-install.lock \
    && .venv/bin/uv pip install --python .venv/bin/python --no-cache --compile-bytecode \
        --require-hashes -r requirements.lock
COPY pyproject.toml ./
COPY guichet guichet
COPY workers workers
COPY migrations migrations
COPY templates templates
RUN .venv/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation --editable .

FROM python:3.11-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home guichet \
    # A named volume mounted there takes its owner from here.
    && install -d -o guichet -g guichet -m 0700 /data/mailbox
COPY --from=build /srv/guichet /srv/guichet
ENV PATH=/srv/guichet/.venv/bin:$PATH \
    GUICHET_HOME=/data \
    GUICHET_BIND=0.0.0.0 \
    PYTHONUNBUFFERED=1
USER guichet
WORKDIR /data
EXPOSE 8000
CMD ["guichet", "web"]
