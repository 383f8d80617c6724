#!/bin/bash
# First start: creates the data directory, root, the database and its user from the upstream image's variables.
set -euo pipefail
[ "${1:0:1}" = "-" ] && set -- mariadbd "$@"
file_env() {
  local var="$1" file_var="$1_FILE"
  if [ -n "${!file_var:-}" ]; then export "$var"="$(<"${!file_var}")"; fi
  unset "$file_var"
}
if [ "$1" = mariadbd ]; then
  for v in MARIADB_ROOT_PASSWORD MARIADB_DATABASE MARIADB_USER MARIADB_PASSWORD MARIADB_ROOT_HOST; do file_env "$v"; done
  if [ "$(id -u)" = 0 ]; then
    chown -R mysql:mysql /var/lib/mysql /run/mysqld
    exec gosu mysql "${BASH_SOURCE[0]}" "$@"
  fi
  data=/var/lib/mysql
  if [ ! -d "$data/mysql" ]; then
    : "${MARIADB_ROOT_PASSWORD:?set MARIADB_ROOT_PASSWORD}"
    mariadb-install-db --datadir="$data" --skip-test-db --auth-root-authentication-method=normal >/dev/null
    health_password="$(head -c 24 /dev/urandom | base64 | tr -dc A-Za-z0-9)"
    ( umask 077; printf '[client]\nport=3306\nsocket=/run/mysqld/mysqld.sock\nuser=healthcheck\npassword=%s\nprotocol=tcp\n' "$health_password" > "$data/.my-healthcheck.cnf" )
    quote() { printf "%s" "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g"; }
    root_host="${MARIADB_ROOT_HOST:-%}"
    {
      # mariadb-install-db leaves root without a password at 127.0.0.1, ::1 and the host name: only localhost stays.
      echo "DELETE FROM mysql.global_priv WHERE User='root' AND Host<>'localhost';"
      echo "DELETE FROM mysql.proxies_priv WHERE Host<>'localhost';"
      echo "FLUSH PRIVILEGES;"
      echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$(quote "$MARIADB_ROOT_PASSWORD")';"
      if [ "$root_host" != localhost ]; then
        echo "CREATE USER 'root'@'$root_host' IDENTIFIED BY '$(quote "$MARIADB_ROOT_PASSWORD")';"
        echo "GRANT ALL ON *.* TO 'root'@'$root_host' WITH GRANT OPTION;"
      fi
      for h in 127.0.0.1 ::1 localhost; do echo "CREATE USER healthcheck@'$h' IDENTIFIED BY '$health_password';"; done
      [ -z "${MARIADB_DATABASE:-}" ] || echo "CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;"
      if [ -n "${MARIADB_USER:-}" ]; then
        echo "CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY '$(quote "$MARIADB_PASSWORD")';"
        [ -z "${MARIADB_DATABASE:-}" ] || echo "GRANT ALL ON \`${MARIADB_DATABASE//_/\\_}\`.* TO '$MARIADB_USER'@'%';"
      fi
    } | mariadbd --bootstrap --datadir="$data" --user=mysql
    mariadbd --datadir="$data" --skip-networking --socket=/run/mysqld/init.sock & pid=$!
    until mariadb-admin --socket=/run/mysqld/init.sock -uroot -p"$MARIADB_ROOT_PASSWORD" ping >/dev/null 2>&1; do sleep 0.2; done
    for f in /docker-entrypoint-initdb.d/*; do
      case "$f" in
        *.sh)
          # shellcheck source=/dev/null
          . "$f" ;;
        *.sql) mariadb --socket=/run/mysqld/init.sock -uroot -p"$MARIADB_ROOT_PASSWORD" ${MARIADB_DATABASE:+"$MARIADB_DATABASE"} < "$f" ;;
      esac
    done
    kill "$pid"; wait "$pid"
  fi
  unset MARIADB_ROOT_PASSWORD MARIADB_PASSWORD
fi
exec "$@"
