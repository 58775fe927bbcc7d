interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Which address ranges were mapped executable. Addresses are below 2^53 on every architecture strace knows, so
 * doubles are exact. Shared between processes made with CLONE_VM.
 */
export class ExecutableRanges {
  #ranges: readonly Range[];

  constructor(ranges: readonly Range[] = []) {
    this.#ranges = ranges;
  }

  /** A new mapping replaces what was there (mmap with MAP_FIXED, or after munmap). */
  map(start: number, length: number, executable: boolean): void {
    const end = start + length;
    if (this.#ranges.some((range) => range.start < end && start < range.end))
      this.#ranges = cut(this.#ranges, start, end);
    if (executable) this.#ranges = [...this.#ranges, { start, end }];
  }

  /** Is every byte of the range in an executable mapping? */
  covers(start: number, length: number): boolean {
    return covered(this.#ranges, start, start + length);
  }

  copy(): ExecutableRanges {
    return new ExecutableRanges(this.#ranges);
  }
}

function cut(ranges: readonly Range[], start: number, end: number): Range[] {
  return ranges.flatMap((range) =>
    [
      { start: range.start, end: Math.min(range.end, start) },
      { start: Math.max(range.start, end), end: range.end },
    ].filter((rest) => rest.start < rest.end),
  );
}

function covered(ranges: readonly Range[], start: number, end: number): boolean {
  let position = start;
  for (;;) {
    const next = ranges.find((range) => range.start <= position && position < range.end);
    if (next === undefined) return position >= end;
    position = next.end;
    if (position >= end) return true;
  }
}
