/** What the tests of the parser share: text to records, and records to text. */
import { LazyCallRecord } from "../../src/strace-parser/record.js";
import {
  type CallRecord,
  type ParserOptions,
  type ParseSummary,
  StraceParser,
  type TraceRecord,
  type Value,
} from "../../src/strace-parser/index.js";

export interface Parsed {
  readonly records: readonly TraceRecord[];
  readonly summary: ParseSummary;
}

/** Parses chunks, giving the parser one buffer again and again as a reader would. */
export function parseChunks(chunks: readonly Uint8Array[], options?: ParserOptions): Parsed {
  const records: TraceRecord[] = [];
  const parser = new StraceParser((record) => {
    records.push(record instanceof LazyCallRecord ? record.snapshot() : record);
  }, options);
  const buffer = new Uint8Array(Math.max(0, ...chunks.map((chunk) => chunk.length)));
  for (const chunk of chunks) {
    buffer.fill(0);
    buffer.set(chunk);
    parser.write(buffer.subarray(0, chunk.length));
  }
  return { records, summary: parser.end() };
}

/** Parses text; strings stand for Latin-1 bytes, so that "\xff" is one. */
export function parse(text: string, options?: ParserOptions): Parsed {
  return parseChunks([Buffer.from(text, "latin1")], options);
}

export function calls({ records }: Parsed): CallRecord[] {
  return records.filter((record) => record.kind === "call");
}

/** The only call of a line. */
export function parseCall(line: string): CallRecord {
  const parsed = parse(`${line}\n`);
  const [call] = calls(parsed);
  if (call === undefined || parsed.records.length !== 1 || parsed.summary.unparsed.lines > 0) {
    throw new Error(`not one call: ${line}`);
  }
  return call;
}

/** The arguments of a call, printed by {@link show}. */
export function showArguments(line: string): string {
  return parseCall(line).args.map(show).join(", ");
}

/** A value nearly as strace prints it; raw text between « and ». */
export function show(value: Value): string {
  switch (value.type) {
    case "number":
      return value.text;
    case "string":
      return `${value.utf8 ? "" : "bytes"}${JSON.stringify(value.value)}${value.truncated ? "..." : ""}`;
    case "flags":
      return [
        ...value.names,
        ...(value.bits === 0 && value.names.length > 0 ? [] : [`0x${value.bits.toString(16)}`]),
      ].join("|");
    case "descriptor": {
      const device =
        value.device === undefined ? "" : ` ${value.device.type} ${value.device.major}:${value.device.minor}`;
      return `${value.fd}<${value.utf8 ? "" : "bytes"}${JSON.stringify(value.target)}${device}>${value.deleted ? "(deleted)" : ""}`;
    }
    case "struct": {
      const members = value.members.map(
        ({ name, value: member }) => `${name === "" ? "" : `${name}=`}${show(member)}`,
      );
      return `{${[...members, ...(value.truncated ? ["..."] : [])].join(", ")}}`;
    }
    case "array":
      return `${value.complement ? "~" : ""}[${[...value.items.map(show), ...(value.truncated ? ["..."] : [])].join(", ")}]`;
    case "macro":
      return `${value.name}(${value.args.map(show).join(", ")})`;
    case "change":
      return `${show(value.before)} => ${show(value.after)}`;
    case "raw":
      return `«${value.text}»`;
  }
}

/** One line that says all of a record but its time. */
export function showRecord(record: TraceRecord): string {
  const lead = `${record.line} ${record.pid}`;
  switch (record.kind) {
    case "call": {
      const descriptor = record.resultDescriptor === undefined ? "" : ` ${show(record.resultDescriptor)}`;
      const annotation = record.annotation === undefined ? "" : ` (${record.annotation})`;
      const personality = record.personality === "native" ? "" : ` [${record.personality}]`;
      const args = record.args.map(show).join(", ");
      const result = `${record.outcome} ${record.result ?? "?"} ${record.errno ?? ""}`.trimEnd();
      return `${lead}${personality} ${record.name}(${args}) ${result}${descriptor}${annotation}`;
    }
    case "signal":
      return `${lead} signal ${record.signal} ${record.info === undefined ? "" : show(record.info)}`.trimEnd();
    case "exit":
      return `${lead} ${record.reason} ${record.status ?? record.signal ?? record.by ?? ""}`;
    case "note":
      return `${lead} note ${record.text}`;
  }
}
