import { readFileSync } from "node:fs";
import test from "ava";
import { parseSettings, directiveOnLine } from "../../../src/verification/settings.js";
import { symptomsOf } from "../../../src/verification/symptoms/index.js";
import { type JournalEntry, parseJournal } from "../../../src/verification/symptoms/journal.js";
import type { Symptom } from "../../../src/verification/types.js";

/** What systemd of each version wrote about units that were started with settings like these. */
function recorded(version: number, name: string): readonly JournalEntry[] {
  const text = readFileSync(`test/fixtures/journal/${version}.jsonl`, "utf8");
  return parseJournal(
    text
      .split("\n")
      .filter((line) => line.includes(`"case": "${name}"`))
      .join("\n"),
  );
}

const unknownUnit =
  "[Service]\nExecStart=/bin/sleep 100\nType=exec\nNoSuchThing=yes\nProtectHome=yo\nRestrictAddressFamilies=AF_FOO\n";

function symptoms(
  entries: readonly JournalEntry[],
  lines: string,
  shown: Readonly<Record<string, string>> = {},
): readonly Symptom[] {
  return symptomsOf({
    entries,
    properties: new Map(Object.entries(shown)),
    settings: parseSettings(`[Service]\n${lines.split("; ").join("\n")}\n`),
    directiveAt: (_, line) => directiveOnLine(unknownUnit, line),
  });
}

interface Row {
  readonly name: string;
  readonly settings: string;
  readonly kind: Symptom["kind"];
  readonly text: RegExp;
  readonly blamed: string;
  readonly versions?: readonly number[];
}

const rows: readonly Row[] = [
  {
    name: "namespace",
    settings: "ReadWritePaths=/run; ReadWritePaths=-/nonexistent; ProtectSystem=strict",
    kind: "start",
    text: /could not start \/bin\/sleep \(226\/NAMESPACE\): Failed to set up mount namespacing: \/nonexistent: No such file/,
    blamed: "ReadWritePaths",
  },
  {
    name: "namespace",
    settings: "ProtectSystem=strict; PrivateTmp=yes; UMask=0077",
    kind: "start",
    text: /226\/NAMESPACE/,
    blamed: "ProtectSystem PrivateTmp",
  },
  {
    name: "exec",
    settings: "NoExecPaths=/; UMask=0077",
    kind: "start",
    text: /203\/EXEC\): Permission denied/,
    blamed: "NoExecPaths",
  },
  {
    name: "seccomp",
    settings: "SystemCallFilter=read; LockPersonality=yes",
    kind: "start",
    text: /228\/SECCOMP\): Failed to apply system call filters: Permission denied/,
    blamed: "SystemCallFilter",
    versions: [257],
  },
  {
    name: "user",
    settings: "User=nosuchuser; UMask=0077",
    kind: "start",
    text: /217\/USER\): Failed to determine user credentials/,
    blamed: "User",
  },
  {
    name: "net",
    settings: "NetworkNamespacePath=/nonexist",
    kind: "start",
    text: /225\/NETWORK/,
    blamed: "NetworkNamespacePath",
  },
  {
    name: "stdin",
    settings: "DevicePolicy=strict; DeviceAllow=/dev/fuse",
    kind: "start",
    text: /208\/STDIN\): Failed to set up standard input: Operation not permitted/,
    blamed: "DevicePolicy DeviceAllow",
  },
  {
    name: "kill",
    settings: "SystemCallFilter=read; UMask=0077",
    kind: "kill",
    text: /killed by SIGSYS/,
    blamed: "SystemCallFilter",
  },
  {
    name: "fsize",
    settings: "LimitFSIZE=0; SystemCallFilter=read",
    kind: "kill",
    text: /killed by SIGXFSZ/,
    blamed: "LimitFSIZE",
  },
  { name: "unknown", settings: "ProtectHome=yo", kind: "ignored", text: /ignoring/, blamed: "ProtectHome" },
  {
    name: "unknown",
    settings: "RestrictAddressFamilies=AF_FOO",
    kind: "ignored",
    text: /Failed to parse address family, ignoring: AF_FOO/,
    blamed: "RestrictAddressFamilies",
  },
  {
    name: "notifyexec",
    settings: "NotifyAccess=main",
    kind: "failure",
    text: /result timeout/,
    blamed: "NotifyAccess",
  },
  {
    name: "notifyexec",
    settings: "NotifyAccess=main",
    kind: "failure",
    text: /^Got notification message from a process, but reception only permitted/,
    blamed: "NotifyAccess",
    versions: [252],
  },
  {
    name: "exit",
    settings: "UMask=0077",
    kind: "failure",
    text: /result exit-code \(exited, status 3\)/,
    blamed: "",
  },
  {
    name: "pre",
    settings: "UMask=0077",
    kind: "failure",
    text: /result exit-code \(exited, status 4\)/,
    blamed: "",
  },
];

for (const { name, settings, kind, text, blamed, versions = [252, 257] } of rows)
  for (const version of versions)
    test(`systemd ${version}, ${settings}: ${name} is a ${kind}, blamed on ${blamed === "" ? "nothing" : blamed} (${text.source})`, (t) => {
      const found = symptoms(recorded(version, name), settings);
      const symptom = found.find((one) => one.kind === kind && text.test(one.text));
      t.truthy(symptom, JSON.stringify(found, undefined, 1));
      t.deepEqual([symptom?.directive ?? [], symptom?.candidates ?? []].flat().join(" "), blamed);
    });

for (const version of [252, 257])
  test(`systemd ${version}: a service that was started well has no symptoms, and of settings of others nothing is told`, (t) => {
    t.deepEqual(symptoms(recorded(version, "caps"), "CapabilityBoundingSet="), []);
    t.deepEqual(symptoms(recorded(version, "unknown"), "UMask=0022"), []);
  });

const entry = (message: string, given: Partial<JournalEntry> = {}): JournalEntry => ({
  cursor: "",
  message,
  id: "",
  pid: "1",
  file: "",
  line: "",
  exitCode: "",
  exitStatus: "",
  result: "",
  ...given,
});

const ignored: readonly (readonly [message: string, directive: string])[] = [
  [
    "a.service: PrivateNetwork=yes is configured, but the kernel does not support network namespaces, ignoring.",
    "PrivateNetwork",
  ],
  [
    "a.service: PrivateIPC=yes is configured, but IPC namespace setup failed, ignoring: Operation not permitted",
    "PrivateIPC",
  ],
  [
    "a.service: ProtectHostname=yes is configured, but UTS namespace setup is prohibited (container manager?), ignoring namespace setup.",
    "ProtectHostname",
  ],
  [
    "a.service: unit configures an IP firewall, but the local system does not support BPF/cgroup firewalling.",
    "IPAddressDeny",
  ],
  [
    "a.service: bpf-firewall: Attaching egress BPF program to cgroup /x failed: Invalid argument",
    "IPAddressDeny",
  ],
  ["a.service: bpf-foreign: foreign program /x does not exist, skipping.", "BPFProgram"],
  ["bpf-lsm: Failed to load BPF object: Operation not permitted", "RestrictFileSystems"],
  ["a.service: bpf-restrict-fs: Failed to update BPF map: Invalid argument", "RestrictFileSystems"],
  [
    "a.service: bpf-socket-bind: Failed to link 'bind4' cgroup-bpf program: Invalid argument",
    "SocketBindDeny",
  ],
  [
    "a.service: restrict-interfaces: Failed to load BPF object: Operation not permitted",
    "RestrictNetworkInterfaces",
  ],
  [
    "a.service: Attaching device control BPF program to cgroup /x failed: Operation not permitted",
    "DevicePolicy",
  ],
  ["a.service: No devices matched by device filter.", "DeviceAllow"],
  ["a.service: Kernel keyring not supported, ignoring.", "KeyringMode"],
  ["a.service: SECCOMP features not detected in the kernel, skipping LockPersonality=", "LockPersonality"],
  [
    "a.service: shared mount propagation hidden by other fs namespacing unit settings: ignoring",
    "MountFlags",
  ],
];

for (const [message, directive] of ignored)
  test(`${directive}= is told to be ignored by: ${message}`, (t) => {
    const found = symptoms([entry(message)], `${directive}=yes; UMask=0022`);
    t.deepEqual(found, [{ kind: "ignored", text: message, directive }]);
  });

test("without a mount namespace none of the settings that need one is in force", (t) => {
  const message = "a.service: Failed to set up namespace, assuming containerized execution and ignoring.";
  const [found] = symptoms([entry(message)], "ProtectSystem=strict; ProtectHome=yes; UMask=0022");
  t.deepEqual(found?.candidates, ["ProtectSystem", "ProtectHome"]);
});

test("without a journal the exit status is what is known", (t) => {
  const shown = { ExecMainCode: "1", ExecMainStatus: "226" };
  const [found] = symptoms([], "ProtectSystem=strict; PrivateTmp=yes", shown);
  t.is(found?.text, "a process of the service ended with exit status 226/NAMESPACE");
  t.deepEqual(found?.candidates, ["ProtectSystem", "PrivateTmp"]);
  const [killed] = symptoms([], "SystemCallFilter=read", { ExecMainCode: "3", ExecMainStatus: "31" });
  t.is(killed?.directive, "SystemCallFilter");
  t.deepEqual(symptoms([], "UMask=0077", { ExecMainCode: "1", ExecMainStatus: "1" }), []);
});

test("what a service writes in the name of systemd is not believed", (t) => {
  const forged = [
    entry("a.service: Failed at step NAMESPACE spawning /bin/x: No", {
      pid: "77",
      id: "641257651c1b4ec9a8624d7a40a9e1e7",
    }),
    entry("a.service: Main process exited", { pid: "77", exitCode: "killed", exitStatus: "31" }),
    entry("a.service: Failed with result 'timeout'.", { pid: "77", result: "timeout" }),
    entry("a.service: Got notification message from PID 7, but reception is disabled.", { pid: "77" }),
  ];
  t.deepEqual(symptoms(forged, "SystemCallFilter=read; ProtectSystem=yes; NotifyAccess=all"), []);
});

test("a message is one line without control characters", (t) => {
  const message = "a.service: PrivateIPC=yes is configured, but \u001b[31m\nx";
  for (const { text } of symptoms([entry(message)], "PrivateIPC=yes")) t.notRegex(text, /\p{Cc}/u);
});
