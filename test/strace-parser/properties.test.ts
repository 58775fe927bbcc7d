import { fc, testProp } from "@fast-check/ava";
import { type Parsed, parse, parseChunks, show, showRecord } from "./parse.js";

/** Everything that two readings of the same bytes must agree on. */
function shown({ records, summary }: Parsed): unknown {
  return { records: records.map(showRecord), times: records.map(({ time }) => time), summary };
}

const escaped = (bytes: Uint8Array, also: string): string =>
  [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return byte < 32 || byte > 126 || also.includes(character)
        ? `\\x${byte.toString(16).padStart(2, "0")}`
        : character;
    })
    .join("");

const quoted = (bytes: Uint8Array): string => `"${escaped(bytes, '"\\')}"`;
const bytes = fc.uint8Array({ maxLength: 12 });
const identifier = fc.constantFrom("O_RDONLY", "O_CLOEXEC", "SIGTERM", "PROT_EXEC", "AF_UNIX");
const member = fc.constantFrom("st_mode", "fd", "events", "sa_family");

interface Printed {
  /** As strace prints it. */
  readonly trace: string;
  /** As the tests show what was read. */
  readonly value: string;
}

const showBytes = (content: Uint8Array): string => {
  const text = Buffer.from(content);
  const utf8 = Buffer.from(text.toString("utf8")).equals(text);
  return utf8 ? JSON.stringify(text.toString("utf8")) : `bytes${JSON.stringify(text.toString("latin1"))}`;
};

const group = (open: string, close: string, items: readonly Printed[]): Printed => ({
  trace: `${open}${items.map(({ trace }) => trace).join(", ")}${close}`,
  value: `${open}${items.map(({ value }) => value).join(", ")}${close}`,
});

/** Values as strace prints them, with what must be read. */
const { value: printedValue } = fc.letrec<{ value: Printed; leaf: Printed }>((tie) => ({
  leaf: fc.oneof(
    fc.integer().map((number) => ({ trace: `${number}`, value: `${number}` })),
    fc.nat().map((number) => ({ trace: `0x${number.toString(16)}`, value: `0x${number.toString(16)}` })),
    fc
      .uniqueArray(identifier, { minLength: 1, maxLength: 3 })
      .map((names) => ({ trace: names.join("|"), value: names.join("|") })),
    bytes.map((content) => ({ trace: quoted(content), value: showBytes(content) })),
    bytes.map((content) => ({ trace: `${quoted(content)}...`, value: `${showBytes(content)}...` })),
    fc.tuple(fc.nat(1000), bytes).map(([fd, name]) => {
      const path = Buffer.concat([Buffer.from("/"), name]);
      return { trace: `${fd}<${escaped(path, "<>\\")}>`, value: `${fd}<${showBytes(path)}>` };
    }),
  ),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => group("[", "]", items)),
    fc.array(fc.tuple(member, tie("value")), { maxLength: 3 }).map((members) =>
      group(
        "{",
        "}",
        members.map(([name, { trace, value }]) => ({ trace: `${name}=${trace}`, value: `${name}=${value}` })),
      ),
    ),
    fc.tuple(tie("leaf"), tie("leaf")).map(([before, after]) => ({
      trace: `[${before.trace} => ${after.trace}]`,
      value: `[${before.value} => ${after.value}]`,
    })),
  ),
}));

const result = fc.constantFrom(
  "0",
  "7",
  "0x7f0000001000",
  "?",
  "-1 ENOENT (No such file or directory)",
  "3</x y>",
  "3<TCP:[127.0.0.1:1->127.0.0.1:2]>",
  "0 (Timeout)",
  "1 ([{fd=3, revents=POLLIN}])",
  "? ERESTARTSYS (To be restarted if SA_RESTART is set)",
);

const call = fc
  .tuple(
    fc.constantFrom("openat", "read", "ioctl", "futex"),
    fc.array(printedValue, { maxLength: 4 }),
    result,
  )
  .map(([name, args, outcome]) => ({ name, args, outcome }));

const line = fc.oneof(
  {
    arbitrary: call.map(
      ({ name, args, outcome }) => `${name}(${args.map(({ trace }) => trace).join(", ")}) = ${outcome}`,
    ),
    weight: 6,
  },
  {
    arbitrary: call.map(
      ({ name, args }) => `${name}(${args.map(({ trace }) => trace).join(", ")} <unfinished ...>`,
    ),
    weight: 2,
  },
  fc.constantFrom(
    "<... read resumed>) = 1",
    "<... futex resumed>) = ?",
    "--- SIGCHLD {si_signo=SIGCHLD} ---",
    "+++ exited with 0 +++",
    "nonsense",
  ),
);

const trace = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), line), { maxLength: 12 })
  .map((lines) => lines.map(([pid, text]) => `${pid} 1700000000.000001 ${text}\n`).join(""));

/** Cuts at the given places, which are fractions of the length. */
function cut(whole: Buffer, places: readonly number[]): Buffer[] {
  const ends = places.map((place) => Math.floor(place * whole.length)).sort((a, b) => a - b);
  return [...ends, whole.length].map((end, i) => whole.subarray(ends[i - 1] ?? 0, end));
}

testProp(
  "what is read does not depend on how the trace is cut into chunks",
  [trace, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), fc.boolean()],
  (t, text, places, everything) => {
    const whole = Buffer.from(text, "latin1");
    const options = everything ? {} : { every: new Set(["openat"]) };
    t.deepEqual(shown(parseChunks(cut(whole, places), options)), shown(parseChunks([whole], options)));
  },
);

testProp("a call that strace prints is read as it was meant", [call], (t, { name, args, outcome }) => {
  const { records, summary } = parse(
    `1 ${name}(${args.map(({ trace }) => trace).join(", ")}) = ${outcome}\n`,
  );
  t.is(summary.unparsed.lines, 0);
  t.is(records.length, 1);
  const [record] = records;
  t.deepEqual(
    record?.kind === "call" ? record.args.map(show) : [],
    args.map(({ value }) => value),
  );
});

testProp(
  "a call split into two parts is the same call",
  [call, fc.nat(4)],
  (t, { name, args, outcome }, at) => {
    const first = args
      .slice(0, at)
      .map(({ trace }) => `${trace}, `)
      .join("");
    const rest = args
      .slice(at)
      .map(({ trace }) => trace)
      .join(", ");
    const split = parse(
      `1 ${name}(${first} <unfinished ...>\n1 <... ${name} resumed>${rest}) = ${outcome}\n`,
    );
    const whole = parse(`\n1 ${name}(${first}${rest}) = ${outcome}\n`);
    t.deepEqual(split.records.map(showRecord), whole.records.map(showRecord));
  },
);

testProp(
  "any bytes are read without an exception",
  [fc.array(fc.uint8Array({ maxLength: 300 }))],
  (t, chunks) => {
    const { summary } = parseChunks(chunks);
    t.is(
      summary.bytes,
      chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    );
  },
);

testProp(
  "a damaged trace is read without an exception, and each line is accounted for",
  [trace, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 5 })],
  (t, text, damages) => {
    const damaged = Buffer.from(text, "latin1");
    for (const [place, byte] of damages) {
      if (damaged.length > 0) {
        damaged[Math.floor(place * (damaged.length - 1))] = byte;
      }
    }
    const { records, summary } = parseChunks([damaged]);
    const firstParts = damaged
      .toString("latin1")
      .split("\n")
      .filter((part) => part.endsWith(" <unfinished ...>"));
    t.true(records.length + summary.unparsed.lines + firstParts.length >= summary.lines);
  },
);
