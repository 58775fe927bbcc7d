import { StraceParser } from "./parser.js";
import { LazyCallRecord } from "./record.js";
import type { ParserOptions, ParseSummary, TraceRecord } from "./types.js";

/**
 * The records of a trace, for those who prefer a loop to a callback. Each record is a snapshot: decoded in full and safe
 * to keep. That costs several times what {@link StraceParser} needs. The generator's return value is the summary.
 */
export async function* parseStrace(
  source: AsyncIterable<Uint8Array>,
  options: ParserOptions = {},
): AsyncGenerator<TraceRecord, ParseSummary, undefined> {
  let records: TraceRecord[] = [];
  const parser = new StraceParser((record) => {
    records.push(record instanceof LazyCallRecord ? record.snapshot() : record);
  }, options);
  for await (const chunk of source) {
    parser.write(chunk);
    yield* records;
    records = [];
  }
  const summary = parser.end();
  yield* records;
  return summary;
}
