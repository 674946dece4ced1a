#!/bin/sh
# Once, in a new database server: a role for Ascolta that owns its database and needs no other right.
set -eu
role_password="$(cat "${ROLE_PASSWORD_FILE:-/run/secrets/role}")"
export role_password
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres --quiet <<'SQL'
\getenv role_password role_password
CREATE ROLE ascolta LOGIN PASSWORD :'role_password';
CREATE DATABASE ascolta OWNER ascolta ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE ascolta FROM PUBLIC;
SQL
