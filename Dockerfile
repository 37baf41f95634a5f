# The collector and everything else behind `odds`, for any engine, Kubernetes, Lambda and Railway.
# Any Debian with Python 3.11 to 3.13 will do as base.
ARG BASE=python:3.12-slim

FROM ${BASE} AS packages

COPY requirements.runtime.lock /tmp/
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes --requirement /tmp/requirements.runtime.lock

FROM ${BASE}

# a child of the engine's own gets signals passed on and its orphans reaped
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 odds \
    && useradd --uid 10001 --gid odds --home-dir /data --no-create-home odds \
    && install --directory --owner odds --group odds /data

COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
# .dockerignore names what this is
COPY . .
RUN /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --no-index --no-deps --no-build-isolation --editable .

# All that is written is under /data: mount a volume there, or it goes with the container. (There is
# no VOLUME line, since Railway refuses to build one.)
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ODDS_DATA_DIR=/data \
    ODDS_DUCKDB_PATH=/data/warehouse.duckdb \
    ODDS_LOG_FORMAT=json \
    DBT_TARGET_PATH=/data/dbt/target \
    DBT_LOG_PATH=/data/dbt/logs \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false \
    RUNTIME__DLTHUB_TELEMETRY=false

# by number, so that Kubernetes can see that it is not root
USER 10001:10001
HEALTHCHECK --interval=2m --timeout=1m --start-period=3m --retries=3 \
    CMD ["odds", "doctor", "--quick"]
ENTRYPOINT ["tini", "--"]
CMD ["odds", "scheduler", "start"]
