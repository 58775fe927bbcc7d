# shellcheck shell=bash
# Sets the project up and puts it into a machine. Uses $PROJECT, the directory of the clone.

# The packages that `npm install --omit=dev` would install, as paths below the project.
# devOptional: what only a development dependency or an optional peer asks for.
production_modules() {
  node --input-type=module -e '
    import { existsSync, readFileSync } from "node:fs";
    const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
    for (const [path, { dev, devOptional }] of Object.entries(packages))
      if (path !== "" && !dev && !devOptional && existsSync(path)) console.log(path);
  '
}

# push_project NAME: /opt/sandbox-profiler in the machine, `profile` and `node` on its PATH.
# The host's Node goes with it: Debian 12 has Node 18.
push_project() (
  set -e
  name=$1
  cd "$PROJECT"
  [ -e dist/bin/cli.js ] || die "$EXIT_USAGE" "the project is not built: run \`npm run build\`"
  mapfile -t modules < <(production_modules)
  {
    # Sources and other systems' binaries of node-pty are 60 of its 63 MB.
    tar --create --exclude='node-pty/deps' --exclude='node-pty/third_party' --exclude='node-pty/prebuilds/win32-*' \
      --exclude='node-pty/prebuilds/darwin-*' --exclude='*.map' package.json dist/bin dist/src "${modules[@]}"
    tar --create --dereference --directory="$(dirname "$NODE")" --transform='s,^,bin/,' "$(basename "$NODE")"
  } | enter "$name" sh -e -c '
    rm -rf /opt/sandbox-profiler
    mkdir -p /opt/sandbox-profiler
    tar --extract --touch --ignore-zeros --no-same-owner --directory=/opt/sandbox-profiler
    ln -sf /opt/sandbox-profiler/bin/node /usr/local/bin/node
    ln -sf /opt/sandbox-profiler/dist/bin/cli.js /usr/local/bin/profile
  '
  enter "$name" node --version >/dev/null </dev/null ||
    die "$EXIT_HOST" "the host's Node ($NODE) does not run in $name: use one that is not linked to the host's libraries"
)

# set_up_project: dependencies, unless they are there, and build. Fails when npm does.
set_up_project() {
  cd "$PROJECT" || exit
  need_node
  if [ ! -e node_modules/typescript ] || { [ ! -L node_modules ] && [ package-lock.json -nt node_modules/.package-lock.json ]; }; then
    say "installing the npm packages"
    # Exactly what package-lock.json says. Not `npm ci`: it refuses a lock file that lacks the binaries of other platforms,
    # and not every mirror of the registry has them all. node-pty is compiled where no prebuilt binary fits; it is optional,
    # and without a compiler npm goes on without it.
    npm install --no-save --no-audit --no-fund --loglevel=error >&2 </dev/null || return
  fi
  say "building"
  npm run --silent build >&2 </dev/null
}

need_node() {
  { has node && has npm; } || die "$EXIT_HOST" "needs Node.js 20.10 or newer with npm"
  node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 10) ? 0 : 1);
  ' || die "$EXIT_HOST" "needs Node.js 20.10 or newer, this is $(node --version)"
}
