/**
 * The word that a mistyped one was probably meant to be, whatever its case; undefined when none is near: of `words` one
 * that begins with it or holds it as a whole part, or else at most two typing errors or a third of it away.
 */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const text = typed.toLowerCase();
  const part = words.find((word) =>
    word
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .join("_")
      .endsWith(`_${text}`),
  );
  if (text.length > 2 && part !== undefined) {
    return part;
  }
  const limit = Math.min(2, Math.floor(text.length / 3)) + 1;
  let best: string | undefined;
  let least = limit;
  for (const word of words) {
    const distance =
      Math.abs(word.length - text.length) < least ? editDistance(text, word.toLowerCase()) : least;
    if (distance < least) {
      best = word;
      least = distance;
    }
  }
  return best;
}

/** Insertions, deletions and replacements that make one text the other (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
