/** What `profile verify` makes of services that behave differently when they are confined, and of drop-ins that do not fit. */
import { factId } from "../../src/facts/set.js";
import type { StoredEvidence } from "../../src/profile/types.js";
import type { Fact } from "../../src/facts/types.js";
import type { Verification } from "../../src/verification/types.js";
import type { Machine, Suite } from "./machine.js";
import { leftovers } from "./units.js";
import { type MachineTest, needs, withMachine } from "./with-machine.js";

const directory = "/root/verification";

/** Also what the programs expect of the machine. */
async function learn(
  machine: Machine,
  unit: string,
  need: string,
  lines: readonly string[] = [],
): Promise<void> {
  const text = [
    "[Service]",
    "Type=oneshot",
    ...lines,
    `ExecStart=/usr/bin/python3 -I -S -B ${needs}/main.py ${need}`,
  ];
  await machine.writeFile(`/etc/systemd/system/${unit}.service`, `${text.join("\n")}\n`);
  await machine.succeed("mkdir -p /srv/needs/own; echo theirs >/srv/needs/theirs");
  await machine.succeed(`profile run ${unit} --no-verify --lifecycle start --out ${directory}`);
}

interface Verified {
  readonly exitCode: number;
  readonly verification: Verification;
  readonly dropIn: string;
}

const profileOf = (unit: string): string => `${directory}/${unit}.service.profile.json`;

async function verify(machine: Machine, unit: string, ...options: readonly string[]): Promise<Verified> {
  const run = await machine.exec(
    ["profile", "verify", unit, profileOf(unit), "--lifecycle", "start", "--json", ...options],
    { timeout: 240 },
  );
  try {
    return { ...(JSON.parse(run.stdout) as Verified), exitCode: run.exitCode };
  } catch {
    throw new Error(`profile verify ${unit}: exit ${run.exitCode}\n${run.stdout}\n${run.stderr}`);
  }
}

async function startUnder(machine: Machine, unit: string, dropIn: string): Promise<string> {
  await machine.writeFile(`/etc/systemd/system/${unit}.service.d/50-repaired.conf`, dropIn);
  const result = await machine.exec(`systemctl daemon-reload; systemctl start ${unit}`);
  return result.exitCode === 0 ? "works" : result.stderr;
}

function testConfinedBehaviour(testOn: MachineTest): void {
  testOn(
    "what a service tries only because it is confined is tolerated, and not granted",
    async (t, machine) => {
      await learn(machine, "falls-back", "confined.falls_back");
      const before = await machine.readFile(`${directory}/falls-back.service.conf`);
      const { exitCode, verification, dropIn } = await verify(machine, "falls-back");
      t.is(exitCode, 0);
      t.is(verification.verdict, "verified");
      t.deepEqual(verification.denials, []);
      t.true(
        verification.tolerated.some(
          ({ process, what }) => process === "python3" && /^personality\(.*EPERM/.test(what),
        ),
      );
      t.is(settings(dropIn), settings(before));
    },
  );

  testOn(
    "what a confined service needs instead is learned, one refusal after the other",
    async (t, machine) => {
      await learn(machine, "other-way", "confined.takes_another_way");
      const { exitCode, verification, dropIn } = await verify(machine, "other-way");
      t.is(exitCode, 0);
      t.is(verification.verdict, "verified");
      t.deepEqual(notLearned(verification), []);
      t.not(verification.denials.length, 0);
      t.regex(dropIn, /^RestrictAddressFamilies=AF_UNIX$/m);
      t.regex(dropIn, /^SystemCallFilter=.*\bpersonality\b/m);
      t.notRegex(dropIn, /^LockPersonality=yes$/m);
      t.is(await startUnder(machine, "other-way", dropIn), "works");
    },
  );

  testOn("what the unit itself refuses, as before, is not blamed on the drop-in", async (t, machine) => {
    await learn(machine, "ships-lock", "confined.goes_on", ["LockPersonality=yes"]);
    const { exitCode, verification } = await verify(machine, "ships-lock");
    t.is(exitCode, 0);
    t.is(verification.verdict, "verified");
    t.deepEqual(verification.denials, []);
  });
}

/** What was repaired in another way than by facts. */
function notLearned({ denials }: Verification): readonly string[] {
  return denials
    .filter(({ repair }) => repair !== "learned")
    .map(({ what, repair, directives }) => `${what}: ${repair}, ${directives.join()}`);
}

/** Without comments, which say whether it is proved. */
function settings(dropIn: string): string {
  return dropIn
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .join("\n");
}

interface Document {
  readonly hosts: readonly { readonly systemd: { readonly version: number } }[];
  readonly facts: readonly Fact[];
  readonly evidence: Readonly<Record<string, StoredEvidence>>;
}

/** A write, a capability, a family, a port and a call. */
function isTakenAway(fact: Fact): boolean {
  switch (fact.kind) {
    case "file":
      return fact.path.startsWith("/srv/needs/own") && fact.access !== "read";
    case "capability":
      return fact.capability === "CAP_SYS_NICE";
    case "syscall":
      return fact.name === "keyctl";
    case "socket":
    case "bind":
      return true;
    default:
      return false;
  }
}

function testForgotten(testOn: MachineTest): void {
  testOn("a profile from which facts were taken learns exactly these again", async (t, machine) => {
    await learn(machine, "forgotten", "confined.needs_several");
    const path = profileOf("forgotten");
    const whole = await machine.readFile(path);
    const original = await machine.readFile(`${directory}/forgotten.service.conf`);
    await machine.writeFile(`${directory}/whole.json`, whole);
    const { evidence, ...rest } = JSON.parse(whole) as Document;
    const facts = rest.facts.filter((fact) => !isTakenAway(fact));
    const kinds = rest.facts.filter(isTakenAway).map(({ kind }) => kind);
    t.deepEqual([...new Set(kinds)].sort(), ["bind", "capability", "file", "socket", "syscall"]);
    const kept = facts.map(factId);
    const left = Object.fromEntries(Object.entries(evidence).filter(([id]) => kept.includes(id)));
    await machine.writeFile(path, JSON.stringify({ ...rest, facts, evidence: left }));
    await machine.succeed(`cp ${path} ${directory}/less.json`);

    const { exitCode, verification, dropIn } = await verify(machine, "forgotten");
    t.is(exitCode, 0);
    t.is(verification.verdict, "verified");
    t.deepEqual(notLearned(verification), []);
    t.not(verification.denials.length, 0);
    const repaired = JSON.parse(await machine.readFile(path)) as Document;
    // Debian's 252 refuses no port, so that nobody hears there of the one that is bound.
    const ports = (rest.hosts[0]?.systemd.version ?? 0) >= 257 ? ["bind"] : [];
    t.deepEqual([...new Set(repaired.facts.filter(isTakenAway).map(({ kind }) => kind))].sort(), [
      ...ports,
      "capability",
      "file",
      "socket",
      "syscall",
    ]);
    t.deepEqual(Object.keys(repaired.evidence).sort(), repaired.facts.map(factId).sort());
    t.is(settings(dropIn), settings(original));
    t.is(await startUnder(machine, "forgotten", dropIn), "works");

    const same = await machine.exec(["profile", "check", `${directory}/whole.json`, path]);
    t.is(same.exitCode, 0, same.stdout);
    const more = await machine.exec(["profile", "check", `${directory}/less.json`, path]);
    t.is(more.exitCode, 1, more.stdout);
    for (const name of ["keyctl", "CAP_SYS_NICE", ...ports.map(() => "8642"), "/srv/needs/own"])
      t.true(more.stdout.includes(name), more.stdout);
  });
}

function testVerdicts(testOn: MachineTest): void {
  testOn(
    "a service that fails without the drop-in as well: exit code 4, nothing is written",
    async (t, machine) => {
      await learn(machine, "fails", "confined.fails_without_its_file");
      await machine.succeed("rm /srv/needs/theirs");
      const before = await hashes(machine);
      const { exitCode, verification } = await verify(machine, "fails");
      t.is(exitCode, 4);
      t.is(verification.verdict, "failed");
      t.regex(verification.failure ?? "", /exit status 102/);
      t.is(await hashes(machine), before);
    },
  );

  testOn("--no-repair tells what is denied: exit code 1, nothing is written", async (t, machine) => {
    await learn(machine, "too-tight", "files.write_srv");
    const conf = `${directory}/too-tight.service.conf`;
    await machine.succeed(
      `sed 's/^ReadWritePaths=.*/ReadWritePaths=/; /ExecPaths=/d' ${conf} >${directory}/edited`,
    );
    const before = await hashes(machine);
    const { exitCode, verification } = await verify(
      machine,
      "too-tight",
      "--no-repair",
      "--drop-in",
      `${directory}/edited`,
    );
    t.is(exitCode, 1);
    t.is(verification.verdict, "denied");
    t.deepEqual(
      verification.denials.map(({ repair, directives }) => [repair, directives]),
      [["none", ["ReadWritePaths"]]],
    );
    t.is(await hashes(machine), before);
    t.is(await leftovers(machine, "too-tight.service"), "");
  });

  testOn(
    "names that a service chose are no escape sequences and no lines of their own",
    async (t, machine) => {
      await learn(machine, "hostile", "confined.writes_hostile_name");
      const conf = `${directory}/hostile.service.conf`;
      await machine.succeed(
        `sed 's/^ReadWritePaths=.*/ReadWritePaths=/; /ExecPaths=/d' ${conf} >${directory}/edited`,
      );
      const shown = await machine.succeed(
        `FORCE_COLOR=1 profile verify hostile ${profileOf("hostile")} --lifecycle start --drop-in ${directory}/edited`,
      );
      t.false(shown.includes("\x1b[31mred"), shown);
      t.regex(shown, /^refused: openat\(.*x1b|refused:.*openat\(/im);
      t.notRegex(shown, /^ReadWritePaths=/m);
      t.regex(shown, /^ {2}\+ ReadWritePaths=\/srv\/needs\/own$/m);
    },
  );
}

async function hashes(machine: Machine): Promise<string> {
  return machine.succeed(`sha256sum ${directory}/*`);
}

function testUnenforced(testOn: MachineTest): void {
  testOn("what this machine does not enforce is named, and nothing is claimed of it", async (t, machine) => {
    await learn(machine, "unenforced", "twin.nothing");
    const conf = `${directory}/unenforced.service.conf`;
    await machine.succeed(
      `{ cat ${conf}; echo RestrictFileSystems=; echo RestrictFileSystems=proc; } >${directory}/edited`,
    );
    const { exitCode, verification } = await verify(
      machine,
      "unenforced",
      "--drop-in",
      `${directory}/edited`,
    );
    t.is(exitCode, 0);
    t.true(verification.unenforced.includes("RestrictFileSystems"), verification.unenforced.join());
    t.deepEqual(verification.denials, []);
  });
}

export function testVerification(suite: Suite): void {
  const testOn = withMachine(suite);
  testConfinedBehaviour(testOn);
  testForgotten(testOn);
  testVerdicts(testOn);
  testUnenforced(testOn);
}
