import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import test from "ava";
import { type Parsed, parseChunks, showRecord } from "./parse.js";

const FIXTURES = new URL("../../../test/fixtures/strace/", import.meta.url);
const VERSIONS = ["6.1", "6.13"];

function readTrace(version: string, name: string): Parsed {
  return parseChunks([readFileSync(new URL(`${version}/${name}.trace`, FIXTURES))]);
}

/** `UPDATE_GOLDEN=1 npx ava` writes what is found; look at the difference before you commit it. */
function compareWithGolden(file: URL, actual: string): string {
  if (process.env["UPDATE_GOLDEN"] === "1") {
    writeFileSync(file, actual);
  }
  return readFileSync(file, "utf8");
}

for (const version of VERSIONS) {
  const names = readdirSync(new URL(`${version}/`, FIXTURES))
    .filter((name) => name.endsWith(".trace"))
    .map((name) => name.replace(/\.trace$/, ""));

  test(`strace ${version}: every line of every trace is understood`, (t) => {
    for (const name of names) {
      const { summary } = readTrace(version, name);
      t.deepEqual(summary.unparsed, { lines: 0, examples: [] }, name);
      t.true(summary.lines > 3, name);
    }
  });

  for (const name of ["full", "verbose", "signals", "stderr"]) {
    test(`strace ${version}: the records of ${name}.trace are those that were looked over`, (t) => {
      const actual = readTrace(version, name)
        .records.map((record) => `${showRecord(record)}\n`)
        .join("");
      t.is(actual, compareWithGolden(new URL(`${version}/${name}.records`, FIXTURES), actual));
    });
  }

  test(`strace ${version}: nothing of the arguments is left undecoded but expressions`, (t) => {
    for (const name of names) {
      for (const record of readTrace(version, name).records) {
        const raw = showRecord(record).match(/«[^»]*»/g) ?? [];
        t.deepEqual(
          raw.filter((text) => !/^«(?:W[A-Z]+\(.*|&sin6_addr|<\.\.\. resuming .*|)»$/.test(text)),
          [],
          `${name}:${record.line}`,
        );
      }
    }
  });

  test(`strace ${version}: the calls do not depend on the options`, (t) => {
    const expected = callsByProcess([readTrace(version, "plain")]);
    t.true(expected.length >= 3);
    for (const name of ["full", "quoted", "cut", "verbose", "stderr"]) {
      t.deepEqual(callsByProcess([readTrace(version, name)]), expected, name);
    }
    const returning = expected.map((process) => process.filter((call) => !call.includes("unknown")));
    t.deepEqual(callsByProcess([readTrace(version, "status")]), returning, "status");
  });

  test(`strace ${version}: -ff gives the same calls, a file for each process`, (t) => {
    const files = names.filter((name) => name.startsWith("split-")).sort();
    // Without --quiet=attach a trace to a file does not tell the ABI of a call.
    const withoutAbi = (process: string[]) => process.map((call) => call.replace(/^\w+ /, ""));
    const expected = callsByProcess([readTrace(version, "plain")]).map(withoutAbi);
    t.deepEqual(callsByProcess(files.map((name) => readTrace(version, name))).map(withoutAbi), expected);
  });
}

/** Name and outcome of each call, in order, for each process in the order of their appearance. */
function callsByProcess(traces: readonly Parsed[]): string[][] {
  return traces.flatMap(({ records }) => {
    const processes = new Map<number, string[]>();
    for (const record of records) {
      if (record.kind === "call") {
        const list = processes.get(record.pid) ?? [];
        processes.set(record.pid, list);
        list.push(`${record.personality} ${record.name} ${record.outcome} ${record.errno ?? ""}`);
      }
    }
    return [...processes.values()];
  });
}
