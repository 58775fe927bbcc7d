import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { capabilities } from "../../src/facts/names.js";
import { FactSet, factId } from "../../src/facts/set.js";
import type { Fact } from "../../src/facts/types.js";
import { minimize } from "../../src/minimize/index.js";
import type { Attempt, Minimized, MinimizeOptions } from "../../src/minimize/types.js";
import { grantedFacts } from "../../src/profile/trials.js";
import { synthesize } from "../../src/profile/synthesize.js";
import type { Profile } from "../../src/profile/types.js";
import { profileOf, usual } from "../comparison/sample.js";
import { call, calls, file } from "../directives/context.js";

const synthesis = { breadth: "portable", posture: "strict", target: 257 } as const;

/** CAP_DAC_OVERRIDE implies one of the first. */
/** Where all that was done is done again. */
function run(
  profile: Profile,
  attempt: Attempt,
  { again = FactSet.of(profile.facts), ...others }: Partial<MinimizeOptions> = {},
): Promise<Minimized> {
  return minimize(profile, attempt, { synthesis, limit: 1000, again, ...others });
}

const some = capabilities.slice(0, 12).filter((name) => name !== "CAP_DAC_READ_SEARCH");

const capability = (name: (typeof capabilities)[number]): Fact => ({
  kind: "capability",
  capability: name,
  source: "inferred",
  operation: `use ${name}`,
});

/** Of each clause the service needs one capability or more; without it fails. */
type Needs = readonly (readonly string[])[];

function has(profile: Profile): ReadonlySet<string> {
  return new Set(
    grantedFacts(profile).flatMap((fact) => (fact.kind === "capability" ? [fact.capability] : [])),
  );
}

function works(granted: ReadonlySet<string>, needs: Needs): boolean {
  return needs.every((clause) => clause.some((name) => granted.has(name)));
}

function service(needs: Needs): { readonly attempt: Attempt; readonly walked: Profile[] } {
  const walked: Profile[] = [];
  const attempt: Attempt = (trial) => {
    walked.push(trial);
    return Promise.resolve(works(has(trial), needs) ? { works: true } : { works: false, why: "it exits" });
  };
  return { attempt, walked };
}

const needs = fc.array(fc.uniqueArray(fc.constantFrom(...some), { minLength: 1, maxLength: 3 }), {
  maxLength: 8,
});
const used = fc.subarray([...some], { minLength: 1 });

testProp(
  "whatever a service needs, it works with what is left, and nothing more could be taken away",
  [used, needs],
  async (t, names, wanted) => {
    // What it does not use, it does not need.
    const real = wanted
      .map((clause) => clause.filter((name) => names.includes(name)))
      .filter((one) => one.length > 0);
    const profile = profileOf([...usual, ...names.map(capability)]);
    const { attempt, walked } = service(real);
    const { profile: result, removed, kept, runs, untried } = await run(profile, attempt);
    const left = has(result);
    t.true(works(left, real));
    for (const name of left) t.false(works(new Set([...left].filter((one) => one !== name)), real), name);
    t.deepEqual(
      [...removed, ...kept.map(({ privilege }) => privilege)].map(({ name }) => name).sort(),
      [...names].sort(),
    );
    t.deepEqual(untried, []);
    t.is(runs, walked.length);
    t.true(runs <= 2 * names.length, `${runs} walks for ${names.length}`);
    // The drop-in of the result is one that the service was seen to work under.
    const dropInOf = (one: Profile) => withoutHead(synthesize(one, synthesis).dropIn);
    const seen = [profile, ...walked.filter((one) => works(has(one), real))].map(dropInOf);
    t.true(seen.includes(dropInOf(result)));
    const verdictOf = (name: (typeof capabilities)[number]) => result.verdicts?.[factId(capability(name))];
    for (const name of names) t.is(verdictOf(name), left.has(name) ? "needed" : "unneeded");
  },
  { numRuns: 60 },
);

const withoutHead = (dropIn: string): string => dropIn.split("\n\n").slice(1).join("\n\n");

test("when a service needs nothing of what it used then one walk shows it", async (t) => {
  const profile = profileOf([...usual, ...some.map(capability)]);
  const { runs, removed } = await run(profile, service([]).attempt);
  t.deepEqual([runs, removed.length], [1, some.length]);
});

test("when one of many is needed then it is found in few walks", async (t) => {
  const profile = profileOf([...usual, ...some.map(capability)]);
  const { runs, kept } = await run(profile, service([["CAP_SETUID"]]).attempt);
  t.deepEqual(
    kept.map(({ privilege: { name }, why }) => [name, why]),
    [["CAP_SETUID", "it exits"]],
  );
  t.true(runs <= 8, String(runs));
});

test("when the limit is reached then what was not tried keeps its privilege and gets no verdict", async (t) => {
  const profile = profileOf([...usual, ...some.map(capability)]);
  const { attempt } = service(some.map((name) => [name]));
  const result = await run(profile, attempt, { limit: 3 });
  t.is(result.runs, 3);
  t.true(result.untried.length > 0);
  t.is(Object.keys(result.profile.verdicts ?? {}).length, result.kept.length);
  t.is(has(result.profile).size, some.length);
});

test("when an earlier trial has shown that it is needed then it is not tried again", async (t) => {
  const profile = profileOf([...usual, ...some.map(capability)]);
  const first = await run(profile, service([["CAP_SETUID"], ["CAP_KILL"]]).attempt);
  const again = await run(first.profile, service([["CAP_SETUID"], ["CAP_KILL"]]).attempt);
  t.is(again.runs, 0);
  t.deepEqual(again.profile, first.profile);
  t.deepEqual(again.kept.map(({ privilege }) => privilege.name).sort(), ["CAP_KILL", "CAP_SETUID"]);
});

/** A service that can do without all that is tried. */
async function minimized(
  facts: readonly Fact[],
  more: Parameters<typeof profileOf>[1] = {},
): Promise<Minimized> {
  return run(profileOf([...usual, ...facts], more), service([]).attempt);
}

const namesOf = ({ removed }: Minimized): string[] => removed.map(({ kind, name }) => `${kind} ${name}`);

test("a lesser capability that another one had implied is tried once it is granted", async (t) => {
  const { removed, runs } = await minimized([
    capability("CAP_DAC_OVERRIDE"),
    capability("CAP_DAC_READ_SEARCH"),
  ]);
  t.deepEqual(
    removed.map(({ name }) => name),
    ["CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"],
  );
  t.is(runs, 2);
});

test("unusual calls are tried before usual ones, and never those that every program is made of", async (t) => {
  const result = await minimized(
    calls(
      "settimeofday io_setup io_submit sched_setaffinity ptrace setuid setgroups fsync chroot mlock umask uname",
    ),
  );
  t.deepEqual(namesOf(result), [
    "system call settimeofday",
    "system call ptrace",
    "system call io_setup",
    "system call io_submit",
    "system call sched_setaffinity",
  ]);
  t.regex(
    result.spared.join("\n"),
    /^chroot fsync mlock setgroups setuid umask: refused, it could go on with more/m,
  );
});

test("a call that failed as a refusal would make it fail is nothing to take away", async (t) => {
  t.deepEqual(namesOf(await minimized([call("settimeofday", "EPERM"), call("io_setup", "ENOSYS")])), []);
});

test("families are tried by which it serves nobody and tells the journal nothing", async (t) => {
  const result = await minimized([
    { kind: "socket", family: "AF_NETLINK", type: "SOCK_RAW", protocol: "NETLINK_ROUTE" },
    { kind: "netlink", request: "RTM_GETLINK" },
    { kind: "socket", family: "AF_INET", type: "SOCK_STREAM", protocol: "" },
    { kind: "bind", family: "AF_INET", type: "SOCK_STREAM", address: "0.0.0.0", port: 8080 },
    { kind: "socket", family: "AF_INET6", type: "SOCK_STREAM", protocol: "" },
    { kind: "connect", family: "AF_INET6", type: "SOCK_STREAM", address: "2001:db8::1", port: 443 },
  ]);
  t.deepEqual(namesOf(result), ["address family AF_INET6", "address family AF_NETLINK"]);
  t.regex(result.spared.join("\n"), /^AF_INET AF_UNIX: /m);
  const { dropIn } = synthesize(result.profile, synthesis);
  t.regex(dropIn, /^RestrictAddressFamilies=AF_INET AF_UNIX$/m);
});

test("only places where nothing lasts are tried to be made read-only", async (t) => {
  const directory = { type: "directory", mode: 0o755, uid: 0, gid: 0 } as const;
  const files = Object.fromEntries(
    ["/run/thing", "/var/cache/thing", "/var/lib/thing", "/srv/thing"].map((path) => [path, directory]),
  );
  const result = await minimized(
    Object.keys(files).map((path) => file("create", `${path}/x`, "file")),
    { host: { files } },
  );
  t.deepEqual(namesOf(result), ["writable path /run/thing", "writable path /var/cache/thing"]);
  t.regex(result.spared.join("\n"), /^\/srv\/thing \/var\/lib\/thing: a service that cannot write there/m);
});

test("what is done only once, as on the first start, is not tried: to run without would prove nothing", async (t) => {
  const [first, later] = (["/srv/thing", "/run/thing"] as const).map(
    (path): Fact => ({ ...capability("CAP_CHOWN"), operation: `chown ${path}` }) as Fact,
  );
  if (first === undefined || later === undefined) return t.fail();
  const profile = profileOf([...usual, first, later, capability("CAP_KILL")]);
  const again = FactSet.of(profile.facts).difference(FactSet.of([first]));
  const result = await run(profile, service([]).attempt, { again });
  t.deepEqual(namesOf(result), ["capability CAP_KILL"]);
  t.regex(result.spared.join("\n"), /^CAP_CHOWN: it was not used again for all .*\/srv\/thing/m);
  t.true(has(result.profile).has("CAP_CHOWN"));
  t.is(result.profile.verdicts?.[factId(first)], undefined);
});

test("that other addresses were connected to the next time does not keep a family from being tried", async (t) => {
  const facts: readonly Fact[] = [
    { kind: "socket", family: "AF_INET6", type: "SOCK_STREAM", protocol: "" },
    { kind: "connect", family: "AF_INET6", type: "SOCK_STREAM", address: "2001:db8::1", port: 443 },
  ];
  const profile = profileOf([...usual, ...facts]);
  const again = FactSet.of(profile.facts).difference(FactSet.of(facts.slice(1)));
  t.deepEqual(namesOf(await run(profile, service([]).attempt, { again })), ["address family AF_INET6"]);
});
