import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { FactSet, factId } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import type { Host } from "../../src/host/types.js";
import { hostOf } from "../../src/profile/hosts.js";
import { mergeProfiles } from "../../src/profile/merge.js";
import { synthesize } from "../../src/profile/synthesize.js";
import type { Profile } from "../../src/profile/types.js";
import { anyProfile } from "./arbitrary.js";
import { sampleProfile } from "./sample.js";

const sampleHost = hostOf(sampleProfile);

const sighting = { count: 1, first: 0, phase: "soak", process: "demo", example: "open() = 3" };

const hosts = (...changes: readonly Partial<Host>[]): Pick<Profile, "hosts"> => ({
  hosts: changes.map((change) => ({ ...sampleHost, ...change })),
});

test("when there is one machine then settings are decided for it as it is", (t) => {
  t.is(hostOf({ hosts: [sampleHost] }), sampleHost);
});

testProp(
  "when machines are in another order then settings are decided for the same one",
  [fc.array(anyProfile, { minLength: 2, maxLength: 4 })],
  (t, profiles) => {
    const { hosts: all } = mergeProfiles(profiles);
    t.deepEqual(hostOf({ hosts: all }), hostOf({ hosts: [...all].reverse() }));
  },
  { numRuns: 100 },
);

test("when versions of systemd differ then the oldest decides, with the features that all of that version have", (t) => {
  const old = { version: 252, features: ["+SECCOMP", "-BPF_FRAMEWORK"] };
  const other = { version: 252, features: ["+SECCOMP", "+BPF_FRAMEWORK"] };
  const recent = { version: 257, features: ["-SECCOMP", "+BPF_FRAMEWORK"] };
  const several = hosts({ systemd: recent }, { systemd: old }, { systemd: null }, { systemd: other });
  t.deepEqual(hostOf(several).systemd, { version: 252, features: ["+SECCOMP", "-BPF_FRAMEWORK"] });
  t.deepEqual(hostOf(several, 257).systemd, {
    version: 257,
    features: ["+BPF_FRAMEWORK", "-SECCOMP"],
  });
  t.deepEqual(hostOf(several, 255).systemd?.version, 252);
  t.is(hostOf(hosts({ systemd: null }, { systemd: null, kernel: "7.0" })).systemd, null);
});

test("when machines differ then what the weakest has is what there is", (t) => {
  const joined = hostOf(
    hosts(
      {
        kernel: "6.12.0",
        securityModules: ["bpf", "apparmor"],
        unenforced: ["SocketBindDeny"],
        userNamespaces: true,
      },
      { kernel: "6.1.0", cgroups: "hybrid", securityModules: ["apparmor"], userNamespaces: false },
      {
        unprivilegedPortStart: 0,
        kernel: "6.9",
        securityModules: ["apparmor"],
        unenforced: ["IPAddressDeny"],
      },
    ),
  );
  t.like(joined, {
    kernel: "6.1.0",
    cgroups: "hybrid",
    userNamespaces: false,
    unprivilegedPortStart: 1024,
  });
  t.deepEqual(joined.securityModules, ["apparmor"]);
  t.deepEqual(joined.unenforced, ["IPAddressDeny", "SocketBindDeny"]);
  t.is(hostOf(hosts({ securityModules: null }, { securityModules: ["bpf"] })).securityModules, null);
});

test("when a user has other ids elsewhere then its files are still its own", (t) => {
  const directory = { type: "directory", mode: 0o750 } as const;
  const joined = hostOf(
    hosts(
      {
        kernel: "6.1",
        users: { "0": "root", "105": "redis" },
        groups: { "0": "root", "105": "redis" },
        memberships: { "105": [105] },
        files: { "/var/lib/redis": { ...directory, uid: 105, gid: 105 } },
      },
      {
        kernel: "6.12",
        users: { "0": "root", "999": "redis", "105": "postgres" },
        groups: { "0": "root", "999": "redis", "105": "postgres" },
        memberships: { "999": [999, 4] },
        files: {
          "/var/lib/redis": { ...directory, uid: 999, gid: 999 },
          "/var/lib/postgres": { ...directory, uid: 105, gid: 105 },
        },
      },
    ),
  );
  const idOf = (names: Host["users"], wanted: string): number =>
    Number(Object.entries(names).find(([, name]) => name === wanted)?.[0]);
  t.is(joined.files["/var/lib/redis"]?.uid, idOf(joined.users, "redis"));
  t.is(joined.files["/var/lib/postgres"]?.uid, idOf(joined.users, "postgres"));
  t.not(idOf(joined.users, "postgres"), idOf(joined.users, "redis"));
  t.deepEqual(joined.memberships[idOf(joined.users, "redis")], [4, 105]);
});

/** The sample with these facts only, learned on another machine. */
function learnedOn(host: Partial<Host>, facts: readonly Fact[], id = "000000000000000a"): Profile {
  const [run] = sampleProfile.runs;
  if (run === undefined) throw new TypeError("the sample has a run");
  return {
    ...sampleProfile,
    hosts: [{ ...sampleHost, ...host }],
    facts: [...FactSet.of(facts)],
    runs: [{ ...run, id }],
    evidence: {},
  };
}

const call = (architecture: "x86-64" | "arm64" | "x86", name: string): Fact => ({
  kind: "syscall",
  architecture,
  name,
  result: "used",
});

function settings(
  profile: Profile,
  directive: string,
  posture: "strict" | "isolated" = "strict",
  target?: number,
): string[] {
  const options = { breadth: "exact", posture, target } as const;
  const { decisions } = synthesize(profile, options);
  const found = decisions.find((one) => one.directive === directive);
  return found?.decision === "set" ? [...found.values] : [];
}

const onX86 = learnedOn({}, [call("x86-64", "open"), call("x86-64", "poll")]);
const onArm = learnedOn(
  { architecture: "arm64" },
  [call("arm64", "openat"), call("arm64", "ppoll")],
  "000000000000000b",
);

test("when a service was learned on two architectures then both are native and the calls of both are let through", (t) => {
  const both = mergeProfiles([onArm, onX86]);
  t.deepEqual(settings(both, "SystemCallArchitectures"), ["", "native"]);
  const allowed = settings(both, "SystemCallFilter").join(" ").split(" ");
  for (const name of ["open", "poll", "openat", "ppoll"]) t.true(allowed.includes(name), name);
});

test("when one of them also ran 32-bit programs then those are let through by name, and no other architecture", (t) => {
  const withOld = learnedOn({}, [call("x86-64", "open"), call("x86", "open")]);
  t.deepEqual(settings(mergeProfiles([onArm, withOld]), "SystemCallArchitectures"), ["", "native x86"]);
});

test("when a program has another dynamic linker elsewhere then both may be executed, each where it is there", (t) => {
  const status = { type: "file", mode: 0o755, uid: 0, gid: 0 } as const;
  const directory = { type: "directory", mode: 0o755, uid: 0, gid: 0 } as const;
  const machine = (architecture: "x86-64" | "arm64", interpreter: string): Profile =>
    learnedOn(
      {
        architecture,
        files: {
          "/": directory,
          "/srv": directory,
          "/srv/demo": directory,
          "/srv/demo/bin": { ...status, interpreter },
          [interpreter]: status,
        },
      },
      [call(architecture, "read"), { kind: "file", access: "execute", path: "/srv/demo/bin" }],
      architecture === "arm64" ? "000000000000000b" : "000000000000000a",
    );
  const both = mergeProfiles([machine("x86-64", "/srv/x/ld.so"), machine("arm64", "/srv/arm/ld.so")]);
  t.deepEqual(settings(both, "ExecPaths"), ["", "-/srv/arm /srv/demo -/srv/x"]);
  t.deepEqual(settings(both, "ExecPaths", "isolated"), ["", "-/srv/arm/ld.so /srv/demo/bin -/srv/x/ld.so"]);
});

test("when a profile is of several runs and machines then the head of the drop-in says so, and for which systemd it is", (t) => {
  const newer = { ...onArm, hosts: [{ ...sampleHost, systemd: { version: 257, features: [] } }] };
  const { dropIn } = synthesize(mergeProfiles([onX86, newer]), {
    breadth: "exact",
    posture: "strict",
    target: undefined,
  });
  t.regex(dropIn, /^# Written for systemd 252, /m);
  t.regex(dropIn, /^# Evidence: 4 facts of 2 runs on 2 hosts, phases start, soak, stop/m);
  t.regex(
    dropIn,
    /^# Evidence: learned on systemd 252 and 257; --target-systemd writes it for another of them\.$/m,
  );
});

test("when one machine has a systemd that cannot answer ENOSYS then the drop-in for all of them does without", (t) => {
  const newer = { ...onArm, hosts: [{ ...sampleHost, systemd: { version: 257, features: [] } }] };
  const filterFor = (target: number | undefined, ...profiles: readonly Profile[]): string =>
    settings(mergeProfiles(profiles), "SystemCallFilter", "strict", target).join(" ");
  t.regex(filterFor(undefined, onX86), /~.*openat2:ENOSYS/);
  t.notRegex(filterFor(undefined, onX86, newer), /ENOSYS/);
  t.regex(filterFor(252, onX86, newer), /~.*openat2:ENOSYS/);
});

test("when some runs saw less than others then the head of the drop-in counts the facts", (t) => {
  const [fact] = onX86.facts;
  if (fact === undefined) return t.fail();
  const seen = { ...onX86, evidence: { [factId(fact)]: { ...sighting, runs: "0" } } };
  const other = { ...seen, facts: [fact], runs: onArm.runs };
  const text = (profile: Profile): string =>
    synthesize(profile, { breadth: "exact", posture: "strict", target: undefined }).dropIn;
  t.notRegex(text(mergeProfiles([seen, other])), /some of the runs/);
  const less = { ...other, facts: [], evidence: {} };
  t.regex(text(mergeProfiles([seen, less])), /^# Evidence: 1 fact seen in some of the runs only\.$/m);
});
