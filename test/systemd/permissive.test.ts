import test from "ava";
import { type PermissiveOptions, permissiveDropIn, remains } from "../../src/systemd/permissive.js";
import type { ExecCommand } from "../../src/systemd/show.js";
import type { ExecCommands, UnitState } from "../../src/systemd/unit.js";

function command(...argv: readonly string[]): ExecCommand {
  return { path: argv[0] ?? "", argv, flags: [], pid: 0 };
}

const noCommands: ExecCommands = {
  ExecCondition: [],
  ExecStartPre: [],
  ExecStart: [command("/usr/sbin/daemon")],
  ExecStartPost: [],
  ExecReload: [],
  ExecStop: [],
  ExecStopPost: [],
};

interface Traits {
  readonly commands?: Partial<ExecCommands>;
  readonly properties?: Readonly<Record<string, string>>;
  readonly dynamicUser?: boolean;
  readonly rootDirectory?: string;
}

function service(traits: Traits = {}): UnitState {
  return {
    unit: {
      name: "daemon.service",
      installed: true,
      type: "simple",
      user: "",
      group: "",
      dynamicUser: traits.dynamicUser ?? false,
      supplementaryGroups: [],
      ambientCapabilities: [],
      directories: [],
      rootDirectory: traits.rootDirectory ?? "",
      pidFile: "",
      commands: [],
      properties: {},
    },
    properties: new Map(
      Object.entries({ TimeoutStartUSec: "1min 30s", TimeoutStopUSec: "1min 30s", ...traits.properties }),
    ),
    commands: { ...noCommands, ...traits.commands },
    triggeredBy: [],
  };
}

const gate = "/run/sandbox-profiler/gate/0.sock";

function rendered(state: UnitState, options: Partial<PermissiveOptions> = {}) {
  const permissive = permissiveDropIn(state, { version: 257, gate, exists: () => true, ...options });
  return { ...permissive, lines: permissive.text.trimEnd().split("\n") };
}

test("the type stays, but a simple service does not share the set-up of its credentials with ExecStartPost=", (t) => {
  t.true(rendered(service()).lines.includes("Type=simple"));
  const post = service({ commands: { ExecStartPost: [command("/bin/true")] } });
  t.true(rendered(post).lines.includes("Type=exec"));
  t.true(rendered({ ...post, unit: { ...post.unit, type: "notify" } }).lines.includes("Type=notify"));
});

test("an older systemd is not given directives it does not know", (t) => {
  const old = rendered(service(), { version: 252 }).lines;
  const current = rendered(service(), { version: 257 }).lines;
  t.deepEqual(
    current.filter((line) => !old.includes(line)),
    ["PrivatePIDs=no"],
  );
});

test("list settings are emptied, all capabilities allowed, booleans written out", (t) => {
  const { lines } = rendered(service());
  for (const line of [
    "SystemCallFilter=",
    "DeviceAllow=",
    "CapabilityBoundingSet=~",
    "ProtectSystem=no",
    "DevicePolicy=auto",
  ])
    t.true(lines.includes(line), line);
});

test("who the service is and what it belongs to stays", (t) => {
  const { text } = rendered(service());
  for (const directive of [
    "User",
    "DynamicUser",
    "AmbientCapabilities",
    "RootDirectory",
    "BindPaths",
    "Restart",
    "StateDirectory",
    "UMask",
    "KeyringMode",
    "NotifyAccess",
    "RemoveIPC",
  ])
    t.false(text.includes(`\n${directive}=`), directive);
});

test("a namespace that is shared with another unit stays shared", (t) => {
  const { text } = rendered(service({ properties: { JoinsNamespaceOf: "other.service" } }));
  t.false(text.includes("PrivateNetwork="));
  t.false(text.includes("PrivateTmp="));
  t.true(text.includes("PrivateDevices=no"));
});

test("a unit without further commands holds none", (t) => {
  const { holds, lines, untraced } = rendered(service());
  t.false(holds);
  t.deepEqual(untraced, []);
  t.false(lines.some((line) => /^Exec(?!Paths)/.test(line)));
});

test("time-outs are raised, and infinity stays", (t) => {
  const { lines } = rendered(
    service({ properties: { TimeoutStartUSec: "infinity", TimeoutStopUSec: "5s" } }),
  );
  t.true(lines.includes("TimeoutStartSec=infinity"));
  t.true(lines.includes("TimeoutStopSec=60s"));
  t.true(rendered(service()).lines.includes("TimeoutStartSec=900s"));
});

test("commands that pass no gate are held; those that do are left alone", (t) => {
  const { lines } = rendered(
    service({
      commands: {
        ExecStartPre: [command("/bin/pre")],
        ExecStart: [command("/bin/one"), command("/bin/two")],
        ExecReload: [command("/bin/kill", "-HUP", "$MAINPID")],
      },
    }),
  );
  const hold = '"/bin/sh" "-c" "unset PWD; kill -STOP $$$$; exec \\"$$@\\"" "sandbox-profiler-hold"';
  t.deepEqual(
    lines.filter((line) => line.startsWith("Exec") && !line.startsWith("ExecPaths")),
    [
      "ExecStart=",
      'ExecStart="/bin/one"',
      `ExecStart=${hold} "/bin/two"`,
      "ExecReload=",
      `ExecReload=${hold} "/bin/kill" "-HUP" "$MAINPID"`,
    ],
  );
});

test("without a shell in its root directory a command runs as it is, and that is said", (t) => {
  const state = service({ rootDirectory: "/srv/jail", commands: { ExecStop: [command("/bin/quit")] } });
  const { lines, untraced } = rendered(state, { exists: (root) => root !== "/srv/jail" });
  t.true(lines.includes('ExecStop="/bin/quit"'));
  t.deepEqual(untraced, ["ExecStop=/bin/quit was not traced: there is no /bin/sh in /srv/jail"]);
});

test("RootDirectoryStartOnly= lets the other commands run on the host", (t) => {
  const state = service({
    rootDirectory: "/srv/jail",
    properties: { RootDirectoryStartOnly: "yes" },
    commands: { ExecStop: [command("/bin/quit")] },
  });
  t.deepEqual(rendered(state, { exists: (root) => root !== "/srv/jail" }).untraced, []);
});

test("a shell that an image or a temporary file system hides is not counted on", (t) => {
  const stop = { ExecStop: [command("/bin/quit")] };
  t.deepEqual(rendered(service({ commands: stop, properties: { TemporaryFileSystem: "/:ro" } })).untraced, [
    "ExecStop=/bin/quit was not traced: TemporaryFileSystem=/ hides /bin/sh",
  ]);
  t.deepEqual(rendered(service({ commands: stop, properties: { RootImage: "/srv/image" } })).untraced, [
    "ExecStop=/bin/quit was not traced: the content of RootImage= is not known",
  ]);
});

test("a prefix of a newer systemd leaves the whole setting as it is, and that is said", (t) => {
  const shelled = { ...command("/bin/sh", "-c", "true"), flags: ["via-shell"] };
  const { lines, untraced } = rendered(service({ commands: { ExecStop: [shelled] } }));
  t.false(lines.some((line) => line.startsWith("ExecStop=")));
  t.deepEqual(untraced, ["ExecStop=/bin/sh -c true was not traced: the prefix via-shell is not understood"]);
});

test("what another drop-in brings back is noticed", (t) => {
  const now = new Map([
    ["ProtectSystem", "strict"],
    ["PrivateTmp", "no"],
    ["SystemCallFilter", ""],
  ]);
  t.deepEqual(remains(service(), 257, now), ["ProtectSystem=strict"]);
});

test("what DynamicUser= insists on is no remainder", (t) => {
  const now = new Map([
    ["ProtectSystem", "strict"],
    ["NoNewPrivileges", "yes"],
    ["PrivateDevices", "yes"],
  ]);
  t.deepEqual(remains(service({ dynamicUser: true }), 257, now), ["PrivateDevices=yes"]);
});
