# shellcheck shell=bash
# Builds the root file systems that machines are copied from: trees/SUITE-KEY, one per recipe.
# Sourced by scripts/testbed; uses $HOME_DIR.

SUITES="bookworm trixie"

# What the integration tests use; the rest is what --variant=minbase brings.
TREE_PACKAGES=(
  systemd systemd-sysv dbus util-linux procps iproute2 libcap2-bin strace
  curl socat python3 python3-dbus python3-gi nginx-light redis-server
)
# More of them, for a trial with other services: SANDBOX_PROFILER_PACKAGES="memcached postgresql"
read -ra more <<<"${SANDBOX_PROFILER_PACKAGES:-}"
TREE_PACKAGES+=("${more[@]}")

# customize TREE: services are installed but not started at boot, unless a test wants them.
customize() {
  local tree=$1 unit
  rm -rf "$tree"/etc/systemd/system/*.wants
  # Nothing to load, no terminal and no clock-driven work in a container.
  for unit in systemd-modules-load.service console-getty.service apt-daily.timer apt-daily-upgrade.timer; do
    ln -sf /dev/null "$tree/etc/systemd/system/$unit"
  done
  # Empty, not absent: machine-id(5) calls an absent one "first boot" and presets would enable everything again.
  : >"$tree/etc/machine-id"
  rm -f "$tree/etc/resolv.conf" "$tree/etc/hostname"
}

# The tree is rebuilt when the recipe changes.
tree_key() {
  { declare -f customize make_tree && echo "${TREE_PACKAGES[@]}" "${MIRROR[@]}"; } | sha256sum | cut -c 1-12
}

tree_path() { printf '%s/trees/%s-%s' "$HOME_DIR" "$1" "$(tree_key)"; }

check_suite() {
  case " $SUITES " in
    *" $1 "*) ;;
    *) die "$EXIT_USAGE" "unknown suite '$1': one of $SUITES" ;;
  esac
}

# make_tree SUITE DIRECTORY: replaces this shell. In its own mount and PID namespace, so that whatever ends it, no mount and no process stays.
make_tree() {
  local suite=$1 target=$2 include
  include=$(IFS=,; echo "${TREE_PACKAGES[*]}")
  exec unshare --mount --pid --fork --kill-child --mount-proc -- \
    mmdebstrap --variant=minbase --include="$include" "$suite" "$target" "${MIRROR[@]}"
}

# build_tree SUITE: sets TREE. Atomic: a tree is either whole or not there. Keeps the suite's lock in TREE_LOCK, so that
# the tree stays until it is copied.
build_tree() {
  local suite=$1 started log child status=0
  check_suite "$suite"
  TREE=$(tree_path "$suite")
  need_packages systemd-container mmdebstrap debian-archive-keyring
  mkdir -p "$HOME_DIR/trees"
  exec {TREE_LOCK}>"$HOME_DIR/trees/$suite.lock"
  flock --nonblock "$TREE_LOCK" || { say "$suite: waiting for another testbed"; flock "$TREE_LOCK"; }
  if [ ! -d "$TREE" ]; then
    remove_unused_trees "$suite"
    started=$SECONDS
    BUILDING=$TREE.partial
    log=$HOME_DIR/trees/$suite.log
    say "$suite: building a Debian system (about 20 seconds, cached below $HOME_DIR)"
    # In the background, since bash runs a trap only after the foreground command has ended.
    make_tree "$suite" "$BUILDING" </dev/null > >(report_progress "$suite" "$log") 2>&1 {TREE_LOCK}>&- &
    child=$!
    wait "$child" || status=$?
    if [ "$status" -ne 0 ]; then
      tail -n 15 "$log" >&2
      die "$EXIT_HOST" "$suite: mmdebstrap failed (whole log: $log)"
    fi
    customize "$BUILDING"
    mv "$BUILDING" "$TREE"
    BUILDING=
    say "$suite: built in $((SECONDS - started)) s, $(du -sh "$TREE" | cut -f 1)"
  fi
  touch "$TREE"
}

# Trees of older recipes, unless another clone of the project seems to use them, and what a killed build left.
remove_unused_trees() {
  rm -rf --one-file-system "$HOME_DIR/trees/$1-"*.partial
  find "$HOME_DIR/trees" -maxdepth 1 -name "$1-*" -mtime +7 -exec rm -rf --one-file-system {} +
}

# Everything to the log, the steps ("I: …") to the person who waits.
report_progress() {
  local line
  while IFS= read -r line; do
    printf '%s\n' "$line" >&3
    case $line in "I: "*) say "$1: ${line#I: }" ;; esac
  done 3>"$2"
}
