# shellcheck shell=bash
# What every script here needs: messages, exit codes and the packages of the host.
# Exit codes are those of `profile`: 2 = bad usage, 3 = this host cannot, with one line that says what to do.

EXIT_USAGE=2
EXIT_HOST=3

# say TEXT…: progress, on stderr so that results stay alone on stdout.
say() { printf '%s: %s\n' "$PROGRAM" "$*" >&2; }

# die CODE TEXT…
die() {
  local code=$1
  shift
  say "$*"
  exit "$code"
}

has() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" -eq 0 ]; }

can_install() { is_root && has apt-get && [ -e /etc/debian_version ]; }

# Only packages that dpkg does not call installed are printed.
missing_packages() {
  local package
  for package; do
    case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
      ii*) ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

# need_packages PACKAGE…: installs what is missing when run as root on Debian, else says what to install and exits 3.
# The package lists are fetched only when the installation fails without: they may be there and fresh.
need_packages() {
  local missing log
  if has dpkg-query; then missing=$(missing_packages "$@"); else missing="$* "; fi
  missing=${missing% }
  [ -n "$missing" ] || return 0
  can_install || die "$EXIT_HOST" "needs $missing: run \`apt-get install $missing\` as root"
  say "installing $missing"
  log=$(mktemp)
  # shellcheck disable=SC2086 # a list of words
  if ! apt_install $missing >"$log" 2>&1; then
    say "fetching the package lists"
    # shellcheck disable=SC2086
    if ! { apt-get update -qq && apt_install $missing; } >"$log" 2>&1; then
      tail -n 15 "$log" >&2
      rm -f "$log"
      die "$EXIT_HOST" "apt-get could not install $missing"
    fi
  fi
  rm -f "$log"
}

apt_install() { DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" </dev/null; }

# start_time PID: when the process started (clock ticks since boot, field 22 of /proc/PID/stat), empty if there is none.
# PID and start time together name a process for good; a PID alone may be somebody else's by tomorrow.
start_time() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  # The second field is the program's name in parentheses and may contain anything.
  read -ra stat <<<"${stat##*) }"
  printf '%s' "${stat[19]}"
}

# is_same_process PID START
is_same_process() { [ -n "$2" ] && [ "$(start_time "$1")" = "$2" ]; }

# await_exit PID SECONDS: waits for a process that need not be a child.
await_exit() { timeout "$2" tail --pid="$1" -s 0.05 -f /dev/null; }
