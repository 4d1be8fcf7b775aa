# shellcheck shell=bash
#
# Sourced by the scripts beside it. Sets ROOT (the project) and, after `make_environment run|dev`,
# VENV: a Python environment that holds exactly what requirements/<kind>.txt locks, and the project.
#
# HIC_VENV names another folder for it than .venv.

ROOT="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)"
VENV="${HIC_VENV:-$ROOT/.venv}"
case "$VENV" in /*) ;; *) VENV="$PWD/$VENV" ;; esac

say() { printf '%s\n' "$*" >&2; }

give_up() {
    say "$*"
    exit 3
}

# The first Python that is new enough; not that of an activated environment, which may be the one to be made.
find_python() {
    local candidate
    for candidate in python3 python3.11 python3.12 python3.13 python3.14; do
        "$candidate" - 2>/dev/null <<'PYTHON' && return
import sys
if sys.version_info < (3, 11):
    sys.exit(1)
print(getattr(sys, "_base_executable", "") or sys.executable)
PYTHON
    done
    say "Python 3.11 or newer is needed, and none was found as python3 or python3.11 ... python3.14."
    say "On Debian or Ubuntu: sudo apt-get install -y python3.11 python3.11-venv"
    return 1
}

# What the environment must match: the locks, the project's metadata, where both are, the interpreter.
fingerprint() {
    "$1" - "$ROOT/requirements/$2.txt" "$ROOT/pyproject.toml" "$ROOT" "$VENV" <<'PYTHON'
import hashlib, pathlib, sys
digest = hashlib.sha256(repr((sys.version, sys.argv[3:])).encode())
for path in sys.argv[1:3]:
    digest.update(pathlib.Path(path).read_bytes())
print(digest.hexdigest())
PYTHON
}

# An environment of kind `dev` holds all that one of kind `run` does.
is_made() {
    local kind
    [[ -x "$VENV/bin/python" && ! -e "$VENV/unfinished" ]] || return 1
    for kind in "$1" dev; do
        if [[ -f "$VENV/made-$kind" && "$(cat "$VENV/made-$kind")" == "$(fingerprint "$PYTHON" "$kind")" ]]; then
            return 0
        fi
    done
    return 1
}

# Debian and Ubuntu package Python without what `python -m venv` needs.
ensure_venv_module() {
    local package install
    "$PYTHON" -c 'import ensurepip, venv; ensurepip.version()' 2>/dev/null && return
    package="$("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    install="apt-get install -y $package"
    command -v apt-get >/dev/null || give_up "This Python has no venv and ensurepip modules; install them."
    [[ "$(id -u)" == 0 ]] || give_up "This Python cannot make environments yet. Run: sudo $install"
    say "environment: $install"
    export DEBIAN_FRONTEND=noninteractive
    $install >/dev/null 2>&1 || { apt-get update >/dev/null && $install >/dev/null; } ||
        give_up "That failed. Run it by hand, then try again: $install"
}

# One at a time. The shell keeps the lock with file descriptor 9, whoever asked for it.
lock_environment() {
    mkdir -p "$VENV"
    exec 9>"$VENV/lock"
    "$PYTHON" - <<'PYTHON' || give_up "Another run has been making $VENV for 15 minutes. End it, or remove the folder."
import fcntl, sys, time
deadline = time.monotonic() + 900
while True:
    try:
        sys.exit(fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB))
    except BlockingIOError:
        if time.monotonic() > deadline:
            sys.exit(1)
        time.sleep(0.2)
PYTHON
}

# Left half made, or made for another place or interpreter: nothing of it can be trusted.
must_be_made_anew() {
    [[ ! -e "$VENV/unfinished" ]] || return 0
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 || return 0
    [[ -f "$VENV/made-for" && "$(cat "$VENV/made-for")" != "$(interpreter_and_place)" ]]
}

interpreter_and_place() { "$PYTHON" -c 'import sys; print(sys.version, *sys.argv[1:])' "$ROOT" "$VENV"; }

install_packages() {
    "$VENV/bin/python" -m pip install --quiet --no-input --disable-pip-version-check "$@" ||
        give_up "The packages could not be installed; pip says why above. Running this again continues."
}

make_environment() {
    local kind="$1" began
    PYTHON="$(find_python)" || exit 3
    if is_made "$kind"; then return; fi
    ensure_venv_module
    lock_environment
    if ! is_made "$kind"; then
        if must_be_made_anew; then
            began=$SECONDS
            find "$VENV" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf {} +
            : >"$VENV/unfinished"
            "$PYTHON" -m venv "$VENV" || give_up "The Python environment $VENV could not be made."
            say "environment: $VENV made with $("$PYTHON" --version) ($((SECONDS - began)) s)"
        fi
        : >"$VENV/unfinished"
        rm -f "$VENV"/made-*
        began=$SECONDS
        install_packages --require-hashes --no-deps --only-binary :all: -r "$ROOT/requirements/$kind.txt"
        say "environment: requirements/$kind.txt installed ($((SECONDS - began)) s)"
        began=$SECONDS
        install_packages --no-deps --no-build-isolation -e "$ROOT"
        say "environment: hic installed ($((SECONDS - began)) s)"
        interpreter_and_place >"$VENV/made-for"
        fingerprint "$PYTHON" "$kind" >"$VENV/made-$kind"
        rm "$VENV/unfinished"
    fi
    # Else the servers that are started later would hold the lock as long as they live.
    exec 9>&-
}
