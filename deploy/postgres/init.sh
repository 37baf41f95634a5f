#!/bin/sh
# What the image of Postgres runs once, on an empty volume: the roles, and no way in for the superuser but
# the socket inside the container (docker compose exec postgres psql --username postgres).
set -eu
read_secret() { # NAME: its value, or what is in the file that NAME_FILE names
    eval "value=\${$1:-} file=\${$1_FILE:-}"
    if [ -n "$file" ]; then value=$(cat "$file"); fi
    if [ -z "$value" ]; then echo "$1 is empty" >&2; exit 1; fi
    printf '%s' "$value"
}
if [ "$OWNER" = "$POSTGRES_USER" ] || [ "$OWNER" = bi_reader ]; then
    echo "PGUSER: the collector is neither the superuser ($POSTGRES_USER) nor bi_reader" >&2
    exit 1
fi
owner_password=$(read_secret OWNER_PASSWORD)
reader_password=$(read_secret READER_PASSWORD)
psql --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres \
    --set database="$POSTGRES_DB" --set owner="$OWNER" --set owner_password="$owner_password" \
    --set reader_password="$reader_password" \
    --file "${ROLES_SQL:-/roles.sql}"
psql --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres \
    --command "alter role \"$POSTGRES_USER\" password null"
