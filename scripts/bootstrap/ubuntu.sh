#!/usr/bin/env bash
# Makes an analysis server of an image that carries the packages, one step at a time.
#
# hic sends this text on standard input, then the values of the plan as assignments, then
# one call: `hic_step NAME`, `hic_check NAME` or `hic_facts`. Nothing of it is kept on the server, and no
# secret stands in an argument or a file. Every step is a pair: is_NAME tells whether all is as wanted,
# do_NAME brings it there. Folders and privileges are values of the plan: for root on a real server, for an
# ordinary account in a folder of its own.
#
# What it prints for hic: lines of fields divided by tabs (see say_result, fail and say_check).
# shellcheck disable=SC2154 # the values of the plan

set -euo pipefail
umask 022
export LC_ALL=C.UTF-8
unset "${!PG@}" # what the account's own environment says of databases is not ours
HIC_TOLD='' # what a step tells beside changed or unchanged

HIC_STEPS=(packages volume cluster server roles manual analysis hic desktop)

# --- what is said -------------------------------------------------------------------------------------------

say_result() { printf 'hic-step\t%s\t%s\n' "$1" "$HIC_TOLD"; }

say_check() { printf 'hic-check\t%s\t%s\t%s\n' "$1" "$2" "${3//[$'\t\n']/ }"; }

# fail CODE DETAIL: the step ends here. The code is explained by hic, in the reader's language.
fail() {
    printf 'hic-error\t%s\t%s\n' "$1" "${2//[$'\t\n']/ }"
    exit 1
}

hic_step() {
    local name=$1
    [[ " ${HIC_STEPS[*]} " == *" $name "* ]] || fail unknown-step "$name"
    if "is_$name"; then
        say_result unchanged
        return
    fi
    "do_$name"
    "is_$name" || fail not-settled "$name"
    say_result changed
}

hic_check() { "check_$1"; }

# What the machine is: the time, its memory and processors, the newest PostgreSQL. Nothing is changed.
hic_facts() {
    local memory cpus binaries
    memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
    cpus=$(nproc)
    binaries=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    printf 'hic-facts\t%s\t%s\t%s\t%s\n' "$(date +%s)" "$memory" "$cpus" "$binaries"
}

# --- files and accounts -------------------------------------------------------------------------------------

# holds FILE TEXT: whether the file has just that text.
holds() { [[ -f "$1" ]] && printf '%s' "$2" | cmp -s - "$1"; }

# put FILE MODE TEXT: written aside and renamed, so that a reader sees the old text or the new one.
put() {
    mkdir -p "$(dirname "$1")"
    rm -f "$1.new"
    printf '%s' "$3" >"$1.new"
    chmod "$2" "$1.new"
    mv -f "$1.new" "$1"
}

# The account that the database runs as: another one only where we may change to it.
as_database() {
    if [[ "$(id -un)" == "$HIC_DATABASE_ACCOUNT" ]]; then "$@"; else
        runuser -u "$HIC_DATABASE_ACCOUNT" -- "$@"
    fi
}

put_for_database() {
    put "$@"
    [[ "$(id -un)" == "$HIC_DATABASE_ACCOUNT" ]] || chown "$HIC_DATABASE_ACCOUNT:" "$1"
}

# --- packages: what the image must carry; the VPC has no internet to fetch them from --------------------------

missing_packages() {
    local wanted missing=() lacking
    for wanted in "${HIC_COMMANDS[@]}"; do
        command -v "$wanted" >/dev/null || missing+=("$wanted")
    done
    for wanted in initdb postgres pg_ctl psql; do
        [[ -x "$HIC_BINARIES/$wanted" ]] || missing+=("$HIC_BINARIES/$wanted")
    done
    if command -v Rscript >/dev/null; then
        # shellcheck disable=SC2016 # R, not the shell
        lacking=$(Rscript --vanilla -e 'has <- rownames(installed.packages(fields = "Package"))
            if (!"DBI" %in% has) cat("R:DBI\n")
            if (!any(c("RPostgres", "RPostgreSQL") %in% has)) cat("R:RPostgres\n")')
        [[ -z "$lacking" ]] || mapfile -t -O "${#missing[@]}" missing <<<"$lacking"
    fi
    printf '%s ' "${missing[@]}"
}

is_packages() {
    HIC_MISSING=$(missing_packages)
    [[ -z "${HIC_MISSING// /}" ]]
}

do_packages() { fail missing-packages "${HIC_MISSING% }"; }

# --- volume: the encrypted data disk, mounted ------------------------------------------------------------------

volume_device() {
    local link="/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${HIC_VOLUME//-/}"
    [[ -e "$link" ]] || fail no-volume "$HIC_VOLUME"
    readlink -f "$link"
}

is_volume() {
    local device
    [[ -d "$HIC_DATA" && -w "$HIC_DATA" ]] || return 1
    if [[ -n "$HIC_VOLUME" ]]; then
        device=$(volume_device) || fail no-volume "$HIC_VOLUME"
        [[ "$(findmnt -no SOURCE --mountpoint "$HIC_DATA")" == "$device" ]] || return 1
        grep -q " $HIC_DATA ext4 " /etc/fstab || return 1
        # Storage that was added later (FEE-7) is taken into use.
        volume_is_filled "$device" || return 1
    fi
    has_room
}

volume_is_filled() {
    local disk system
    disk=$(blockdev --getsize64 "$1")
    system=$(dumpe2fs -h "$1" 2>/dev/null | awk -F: '/^Block count/ { c = $2 } /^Block size/ { s = $2 } END { print c * s }')
    ((disk - system < disk / 50))
}

has_room() {
    local free
    free=$(df --output=avail -BM "$HIC_DATA" | tail -n 1 | tr -dc '0-9')
    # A cluster that stands has its own room; a new one needs some.
    [[ -e "$HIC_CLUSTER/PG_VERSION" ]] || ((free >= HIC_LEAST_MB)) ||
        fail disk-full "$HIC_DATA: $free MB"
}

do_volume() {
    local device type
    if [[ -n "$HIC_VOLUME" ]]; then
        device=$(volume_device) || fail no-volume "$HIC_VOLUME"
        type=$(blkid -p -s TYPE -o value "$device") || true
        # Only a disk without any signature is formatted: one that holds something is never touched.
        [[ -n "$type" ]] || [[ -z "$(wipefs --noheadings "$device")" ]] || fail volume-in-use "$device"
        [[ -n "$type" ]] || mkfs.ext4 -q -L hic-data "$device"
        [[ -z "$type" || "$(blkid -p -s LABEL -o value "$device")" == hic-data ]] || fail volume-in-use "$device: $type"
        mkdir -p "$HIC_DATA"
        if ! grep -q " $HIC_DATA ext4 " /etc/fstab; then
            printf 'UUID=%s %s ext4 nodev,nosuid,nofail 0 2\n' \
                "$(blkid -p -s UUID -o value "$device")" "$HIC_DATA" >>/etc/fstab
        fi
        mountpoint -q "$HIC_DATA" || mount "$HIC_DATA"
        resize2fs "$device" >/dev/null
    fi
    mkdir -p "$HIC_DATA"
    chmod 755 "$HIC_DATA"
}

# --- cluster: PostgreSQL's data on that disk, and the certificate that it shows ---------------------------------

is_cluster() {
    [[ -e "$HIC_CLUSTER/PG_VERSION" ]] || return 1
    local made
    made=$(<"$HIC_CLUSTER/PG_VERSION")
    [[ "$("$HIC_BINARIES/postgres" --version)" == *" $made."* ]] || fail other-version "$made"
    # Renewed a month before it ends.
    openssl x509 -in "$HIC_CLUSTER/server.crt" -checkend 2592000 -noout >/dev/null 2>&1
}

do_cluster() {
    local new="$HIC_CLUSTER.new" output
    if [[ ! -e "$HIC_CLUSTER/PG_VERSION" ]]; then
        rm -rf "$new"
        install -d -m 700 "$new"
        [[ "$(id -un)" == "$HIC_DATABASE_ACCOUNT" ]] || chown "$HIC_DATABASE_ACCOUNT:" "$new"
        # Its administrator has no password: only this machine's own account comes in as it, by the socket.
        output=$(as_database "$HIC_BINARIES/initdb" -D "$new" -U hic_admin -E UTF8 --locale=C.UTF-8 --data-checksums \
            --auth-local=peer --auth-host=reject --no-sync --no-instructions 2>&1) || {
            printf '%s\n' "$output" >&2
            rm -rf "$new"
            fail initdb "${output##*$'\n'}"
        }
        sync -f "$new"
        mv "$new" "$HIC_CLUSTER"
    fi
    make_certificate
    # A server that runs shows it from now on, as people are about to be told.
    if database_runs; then
        as_database "$HIC_BINARIES/pg_ctl" -D "$HIC_CLUSTER" -s reload
        await_database
    fi
}

make_certificate() {
    local made="$HIC_CLUSTER/.certificate"
    rm -f "$made.key" "$made.crt"
    # The key is made here, and never leaves the server.
    as_database openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 400 \
        -subj "/CN=$HIC_SERVER_NAME" -addext "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1" \
        -keyout "$made.key" -out "$made.crt" 2>/dev/null
    chmod 600 "$made.key"
    mv -f "$made.key" "$HIC_CLUSTER/server.key"
    mv -f "$made.crt" "$HIC_CLUSTER/server.crt"
}

# --- server: PostgreSQL tuned, closed to others, running --------------------------------------------------------

admin() {
    local port=$HIC_PORT run=$HIC_RUN running
    # Until it is restarted, a server is where it was started: lines 4 and 5 of its pid file.
    if running=$(as_database cat "$HIC_CLUSTER/postmaster.pid" 2>/dev/null); then
        { read -r _ && read -r _ && read -r _ && read -r port && read -r run; } <<<"$running" || true
    fi
    as_database env PGOPTIONS='-c log_statement=none -c pgaudit.log=none -c log_min_error_statement=panic' "$HIC_BINARIES/psql" -X -q -A -t \
        -v ON_ERROR_STOP=1 -h "$run" -p "$port" -U hic_admin -d "${1:-postgres}"
}

sql() { printf '%s;\n' "$1" | admin "${2:-postgres}"; }

all_settings() {
    local library
    printf '%s' "$HIC_SETTINGS"
    # Statements are logged by pgaudit where the image has it, and by PostgreSQL itself where not (HIC-20).
    for library in "$HIC_BINARIES/../lib/pgaudit.so" "$HIC_BINARIES/../lib/postgresql/pgaudit.so"; do
        if [[ -e "$library" ]]; then
            printf "shared_preload_libraries = 'pgaudit'\npgaudit.log = 'read, write, ddl, role'\nlog_statement = 'none'\n"
            return
        fi
    done
    printf "log_statement = 'all'\n"
}

database_runs() { as_database "$HIC_BINARIES/pg_ctl" -D "$HIC_CLUSTER" status >/dev/null; }

is_server() {
    local wanted
    wanted=$(all_settings)
    [[ "$(cat "$HIC_CLUSTER/hic.conf" 2>/dev/null)" == "$wanted" ]] || return 1
    holds "$HIC_CLUSTER/pg_hba.conf" "$HIC_HBA" && holds "$HIC_CLUSTER/pg_ident.conf" "$HIC_IDENT" || return 1
    grep -q "^include 'hic.conf'" "$HIC_CLUSTER/postgresql.conf" || return 1
    service_is_set && database_runs || return 1
    [[ "$(sql "SELECT current_setting('server_encoding') || ' ' || current_setting('ssl') || ' ' ||
        (SELECT count(*) FROM pg_settings WHERE pending_restart)")" == 'UTF8 on 0' ]]
}

do_server() {
    HIC_BEFORE=$(service_text)
    put_for_database "$HIC_CLUSTER/hic.conf" 600 "$(all_settings)"
    put_for_database "$HIC_CLUSTER/pg_hba.conf" 600 "$HIC_HBA"
    put_for_database "$HIC_CLUSTER/pg_ident.conf" 600 "$HIC_IDENT"
    grep -q "^include 'hic.conf'" "$HIC_CLUSTER/postgresql.conf" ||
        printf "include 'hic.conf'\n" >>"$HIC_CLUSTER/postgresql.conf"
    install -d -m 700 "$HIC_LOGS"
    install -d -m 755 "$HIC_RUN"
    if [[ "$(id -un)" != "$HIC_DATABASE_ACCOUNT" ]]; then chown "$HIC_DATABASE_ACCOUNT:" "$HIC_LOGS" "$HIC_RUN"; fi
    set_service
    # People who work are cut off only when nothing less will do.
    if database_runs && [[ "$HIC_BEFORE" == "$(service_text)" ]]; then
        as_database "$HIC_BINARIES/pg_ctl" -D "$HIC_CLUSTER" -s reload
        await_database
        [[ "$(sql 'SELECT count(*) FROM pg_settings WHERE pending_restart')" != 0 ]] || return 0
    fi
    restart_database
}

service_text() { [[ -z "$HIC_UNIT" || ! -e "$HIC_UNIT" ]] || cat "$HIC_UNIT"; }

service_is_set() { [[ -z "$HIC_UNIT" ]] || { holds "$HIC_UNIT" "$HIC_UNIT_TEXT" && systemctl is-enabled --quiet "${HIC_UNIT##*/}"; }; }

set_service() {
    [[ -n "$HIC_UNIT" ]] || return 0
    put "$HIC_UNIT" 644 "$HIC_UNIT_TEXT"
    systemctl daemon-reload
    # The cluster that the packages make is not on the data disk, and would hold the port.
    if systemctl cat postgresql.service >/dev/null 2>&1; then systemctl disable --now --quiet postgresql.service; fi
    systemctl enable --quiet "${HIC_UNIT##*/}"
}

restart_database() {
    local log="$HIC_LOGS/start.log" output
    if [[ -n "$HIC_UNIT" ]]; then
        systemctl restart "${HIC_UNIT##*/}" || fail no-start "$(journalctl -u "${HIC_UNIT##*/}" -n 3 --no-pager -o cat)"
    else
        database_runs && as_database "$HIC_BINARIES/pg_ctl" -D "$HIC_CLUSTER" -s -m fast -w stop
        # Nothing of ours may stay open in a server that outlives us.
        output=$(as_database "$HIC_BINARIES/pg_ctl" -D "$HIC_CLUSTER" -s -w -t 30 -l "$log" start 2>&1 </dev/null) || {
            [[ ! -e "$log" ]] || output+=" $(tail -n 3 "$log" | tr '\n' ' ')"
            fail no-start "$output"
        }
    fi
    await_database
}

await_database() {
    local answer end=$((SECONDS + 10))
    while ((SECONDS <= end)); do
        # A reload is taken in after the signal, so the server is asked for what it now uses.
        if answer=$(sql 'SELECT pg_sleep(0.05)' 2>&1); then return; fi
        sleep 0.1
    done
    fail no-start "${answer##*$'\n'}"
}

# --- roles: the group's, and one for each handler; the statements are made by hic --------------------------------

is_roles() { [[ "$(printf '%s' "$HIC_ROLES_STATE" | admin)" == "$HIC_ROLES_WANTED" ]]; }

do_roles() { printf '%s' "$HIC_ROLES_SQL" | admin >/dev/null; }

# --- manual: what the manual's own commands find set (ENV-13, ENV-14) --------------------------------------------

is_manual() {
    holds "$HIC_CONFIG/postgresql.environment" "$HIC_MANUAL_ENVIRONMENT" && holds "$HIC_PROFILE" "$HIC_PROFILE_TEXT" &&
        cmp -s "$HIC_CONFIG/postgresql.crt" <(as_database cat "$HIC_CLUSTER/server.crt")
}

do_manual() {
    put "$HIC_CONFIG/postgresql.environment" 644 "$HIC_MANUAL_ENVIRONMENT"
    put "$HIC_CONFIG/postgresql.crt" 644 "$(as_database cat "$HIC_CLUSTER/server.crt")"$'\n'
    put "$HIC_PROFILE" 644 "$HIC_PROFILE_TEXT"
}

# --- analysis: R knows the database; RStudio, where it is, listens to this machine only ---------------------------

rstudio_is_closed() { [[ ! -d "$HIC_RSTUDIO" ]] || grep -qx 'www-address=127.0.0.1' "$HIC_RSTUDIO/rserver.conf" 2>/dev/null; }

is_analysis() {
    [[ -d "$HIC_RSTUDIO" ]] || command -v rstudio >/dev/null || HIC_TOLD=no-rstudio
    holds "$HIC_RENVIRON" "$HIC_RENVIRON_TEXT" && rstudio_is_closed
}

do_analysis() {
    put "$HIC_RENVIRON" 644 "$HIC_RENVIRON_TEXT"
    if ! rstudio_is_closed; then
        printf 'www-address=127.0.0.1\n' >>"$HIC_RSTUDIO/rserver.conf"
        systemctl try-restart rstudio-server
    fi
}

# --- hic: its configuration, and that it runs ---------------------------------------------------------------------

is_hic() {
    holds "$HIC_CONFIG/hic.environment" "$HIC_ENVIRONMENT" || return 1
    [[ -z "$HIC_SERVICES" ]] || holds "$HIC_HOME_FOLDER/services.json" "$HIC_SERVICES" || return 1
    [[ -n "$HIC_PYTHON" ]] || HIC_TOLD=no-hic
}

# First whether it runs: what is written down is looked at the next time, and taken for the whole.
do_hic() {
    [[ -z "$HIC_PYTHON" ]] || "$HIC_PYTHON" -P -c 'import provisioning.cli.main' </dev/null || fail hic-broken "$HIC_PYTHON"
    [[ -z "$HIC_SERVICES" ]] || put "$HIC_HOME_FOLDER/services.json" 600 "$HIC_SERVICES"
    put "$HIC_CONFIG/hic.environment" 644 "$HIC_ENVIRONMENT"
}

# --- desktop: the first steps, in Japanese, where a researcher sees them ------------------------------------------

is_desktop() {
    local folder
    for folder in "${HIC_DESKTOPS[@]}"; do holds "$folder/$HIC_README_NAME" "$HIC_README" || return 1; done
}

do_desktop() {
    local folder
    for folder in "${HIC_DESKTOPS[@]}"; do put "$folder/$HIC_README_NAME" 644 "$HIC_README"; done
}

# --- checks: on the server, as its users would -------------------------------------------------------------------

verdict() { if [[ "$2" == "$3" ]]; then say_check "$1" passed "$4"; else say_check "$1" failed "$4"; fi; }

# as_role ROLE PASSWORD OPTIONS DATABASE: psql over TLS, as the manual's user. The password is in its environment alone.
as_role() {
    local role=$1 word=$2 options=$3 database=$4
    PGPASSWORD=$word PGCLIENTENCODING=UTF8 PGSSLROOTCERT="$HIC_CONFIG/postgresql.crt" PGCONNECT_TIMEOUT=5 \
        "$HIC_BINARIES/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "host=localhost hostaddr=127.0.0.1 port=$HIC_PORT $options user=$role dbname=$database"
}

check_versions() {
    local database r hic=''
    database=$(sql "SELECT current_setting('server_version')") || database=''
    r=$(Rscript --vanilla -e 'cat(as.character(getRversion()))' </dev/null 2>/dev/null) || r=''
    if [[ -n "$HIC_PYTHON" ]]; then
        hic=$("$HIC_PYTHON" -P -c 'import provisioning; print(provisioning.__version__)' </dev/null 2>/dev/null) || hic=failed
    fi
    if [[ -z "$database" || -z "$r" || "$hic" == failed ]]; then
        say_check versions failed "PostgreSQL ${database:-?}, R ${r:-?}, hic ${hic:-?}"
    else
        say_check versions passed "PostgreSQL ${database%% *}, R $r${hic:+, hic $hic}"
    fi
}

check_tls() {
    local role=$HIC_GROUP_ROLE word=${HIC_PASSWORDS[0]} shown plain=refused
    shown=$(printf 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid();\n' |
        as_role "$role" "$word" sslmode=verify-full postgres 2>&1) || shown="refused: ${shown##*$'\n'}"
    if printf 'SELECT 1;\n' | as_role "$role" "$word" sslmode=disable postgres >/dev/null 2>&1; then plain=accepted; fi
    if [[ "$shown" == TLSv1.[23] && "$plain" == refused ]]; then
        say_check tls passed "$shown; without TLS refused"
    else
        say_check tls failed "$shown; without TLS $plain"
    fi
}

check_logins() {
    local number role state good=0 bad=() own=() wrong=refused
    for number in "${!HIC_ROLES[@]}"; do
        role=${HIC_ROLES[number]}
        # Who changed the own password (HIC-4) is not asked for it.
        state=$(printf '%s' "${HIC_PASSWORD_STATES[number]}" | admin) || state=gone
        if [[ "$state" == changed ]]; then
            own+=("$role")
        elif printf 'SELECT 1;\n' | as_role "$role" "${HIC_PASSWORDS[number]}" sslmode=verify-full postgres >/dev/null 2>&1; then
            good=$((good + 1))
        else
            bad+=("$role")
        fi
        if printf 'SELECT 1;\n' | as_role "$role" 'not-the-password' sslmode=verify-full postgres >/dev/null 2>&1; then
            wrong="accepted for $role"
        fi
    done
    if ((${#bad[@]})) || [[ "$wrong" != refused ]]; then
        say_check logins failed "refused: ${bad[*]:-none}; a wrong password is $wrong"
    else
        say_check logins passed "$good of ${#HIC_ROLES[@]} roles${own[*]:+, own password since: ${own[*]}}; a wrong password is refused"
    fi
}

# A table by DDL, filled by COPY as the manual does it, read by psql and by R; then all of it is dropped.
check_database() {
    local role=$HIC_GROUP_ROLE word=${HIC_PASSWORDS[0]} name="hic_check_$$" file answer
    HIC_SCRATCH=$(mktemp -d) && chmod 755 "$HIC_SCRATCH" # that the server may read it
    file="$HIC_SCRATCH/rows.csv"
    trap 'rm -rf "$HIC_SCRATCH"; sql "DROP DATABASE IF EXISTS hic_check_$$ WITH (FORCE)" >/dev/null 2>&1 || true' EXIT
    printf '1,入院\n2,入院外\n3,調剤\n' >"$file"
    chmod 644 "$file"
    answer=$(
        {
            printf "CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE template0;\n\\\\c\n" "$name" |
                as_role "$role" "$word" sslmode=verify-full postgres &&
                printf "CREATE SCHEMA sample; CREATE TABLE sample.rows (n int, kind text); COPY sample.rows FROM '%s' WITH csv;
                    SELECT count(*) || ' ' || sum(n) || ' ' || max(kind) FILTER (WHERE n = 3) FROM sample.rows;\n" "$file" |
                as_role "$role" "$word" sslmode=verify-full "$name"
        } 2>&1
    ) || true
    verdict database "$answer" '3 6 調剤' "DDL, COPY FROM file, SELECT: ${answer##*$'\n'}"
    check_r "$role" "$word" "$name"
}

check_r() {
    local answer
    # shellcheck disable=SC2016 # R, not the shell
    answer=$(PGPASSWORD=$2 PGHOST=localhost PGUSER=$1 PGDATABASE=$3 PGPORT=$HIC_PORT PGSSLMODE=verify-full \
        PGSSLROOTCERT="$HIC_CONFIG/postgresql.crt" R_ENVIRON="$HIC_RENVIRON" Rscript --no-init-file -e '
        library(DBI)
        driver <- if (requireNamespace("RPostgres", quietly = TRUE)) RPostgres::Postgres() else RPostgreSQL::PostgreSQL()
        # The driver of RPostgreSQL takes what it is not told from nowhere; libpq takes it from the environment.
        connection <- if (inherits(driver, "PqDriver")) dbConnect(driver) else dbConnect(driver,
            host = "localhost", port = as.integer(Sys.getenv("PGPORT")), user = Sys.getenv("PGUSER"),
            password = Sys.getenv("PGPASSWORD"), dbname = Sys.getenv("PGDATABASE"))
        rows <- dbGetQuery(connection, "SELECT n, kind FROM sample.rows ORDER BY n")
        cat(nrow(rows), sum(rows$n), rows$kind[3])
        invisible(dbDisconnect(connection))' </dev/null 2>&1) || true
    verdict r "$answer" '3 6 調剤' "Rscript reads the same table: ${answer##*$'\n'}"
}

check_storage() {
    local line bucket answer own=() others=() opened=()
    if [[ -z "$HIC_PYTHON" ]]; then
        say_check storage unjudged no-hic
        say_check others unjudged no-hic
        return
    fi
    set -a
    # shellcheck disable=SC1091 # written by the step hic
    . "$HIC_CONFIG/hic.environment"
    set +a
    while IFS=$'\t' read -r bucket answer; do
        if [[ " ${HIC_OTHER_BUCKETS[*]} " == *" $bucket "* ]]; then
            others+=("$bucket: $answer")
            [[ "$answer" == denied ]] || opened+=("$bucket")
        else
            own+=("$bucket: $answer")
        fi
    done < <("$HIC_PYTHON" -P -m provisioning.aws.probe "${HIC_OWN_BUCKETS[@]}" "${HIC_OTHER_BUCKETS[@]}" </dev/null)
    line=$(printf '%s; ' "${own[@]}")
    if [[ "${#own[@]}" == "${#HIC_OWN_BUCKETS[@]}" && "$line" != *denied* && "$line" != *failed* && "$line" != *absent* ]]; then
        say_check storage passed "${line%; }"
    else
        say_check storage failed "${line%; }"
    fi
    line=$(printf '%s; ' "${others[@]}")
    if [[ "$HIC_STAND_IN" == yes ]]; then
        say_check others unjudged no-policies
    elif ((${#opened[@]})) || [[ "${#others[@]}" != "${#HIC_OTHER_BUCKETS[@]}" ]]; then
        say_check others failed "${line%; }"
    else
        say_check others passed "${line%; }"
    fi
}

check_internet() {
    local address reached=() names
    if [[ "$HIC_STAND_IN" == yes ]]; then
        say_check internet unjudged own-network
        say_check names unjudged own-network
        return
    fi
    for address in "${HIC_OUTSIDE[@]}"; do
        # shellcheck disable=SC2016 # for the inner shell
        if timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/443"' "$address" 2>/dev/null; then reached+=("$address"); fi
    done
    if ((${#reached[@]})); then say_check internet failed "reached: ${reached[*]}"; else
        say_check internet passed "not reached: ${HIC_OUTSIDE[*]}"
    fi
    names=$(timeout 10 getent hosts "$HIC_OUTSIDE_NAME" | awk '{ print $1 }' | tr '\n' ' ') || true
    if [[ -n "$names" ]]; then say_check names failed "$HIC_OUTSIDE_NAME: $names"; else
        say_check names passed "$HIC_OUTSIDE_NAME is not answered"
    fi
}
