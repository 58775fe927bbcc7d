/** Which runs saw a fact, as text: `0-2,5`. A thousand runs that agree are written as shortly as one. */

export const runRanges = /^\d{1,9}(?:-\d{1,9})?(?:,\d{1,9}(?:-\d{1,9})?)*$/;

/** @param indices rising, each once. */
export function formatRuns(indices: readonly number[]): string {
  const ranges: string[] = [];
  for (let start = 0; start < indices.length; ) {
    let end = start;
    while (indices[end + 1] === (indices[end] ?? 0) + 1) end++;
    ranges.push(end === start ? `${indices[start] ?? ""}` : `${indices[start] ?? ""}-${indices[end] ?? ""}`);
    start = end + 1;
  }
  return ranges.join(",");
}

/**
 * The indices below `count` that the ranges name, rising, each once: what is named beyond the runs that there are, was
 * left by an editing hand.
 */
export function parseRuns(ranges: string, count: number): number[] {
  const named = new Set<number>();
  for (const range of ranges.split(",").filter((text) => text !== "")) {
    const [first = "", last = first] = range.split("-");
    for (let index = Number(first); index <= Math.min(Number(last), count - 1); index++) named.add(index);
  }
  return [...named].sort((a, b) => a - b);
}
