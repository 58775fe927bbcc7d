/** Finds where strings, descriptors and argument lists end, without decoding them. */

import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  GREATER,
  indexOfText,
  isWord,
  LESS,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
  QUOTE,
  SLASH,
  STAR,
} from "./bytes.js";

/** `at` is the opening quote; returns the position behind the closing one, or -1. */
export function skipString(bytes: Buffer, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH) {
      i++;
    } else if (byte === QUOTE) {
      return i + 1;
    }
  }
  return -1;
}

/**
 * `at` is the `<` behind a descriptor; returns the position behind its `>`, or -1. In a path strace escapes `<` and `>`
 * (\74, \76), so that only its own device suffix nests: `</dev/null<char 1:3>>`. Everything else (`TCP:[a->b]`,
 * `UNIX-STREAM:[1,"/run/a>b"]`) may hold arrows and quoted strings.
 */
export function skipTarget(bytes: Buffer, at: number, end: number): number {
  const isPath = bytes[at + 1] === SLASH;
  let depth = 0;
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    if (byte === LESS) {
      depth++;
    } else if (byte === GREATER) {
      if (isPath || bytes[i - 1] !== MINUS) {
        depth--;
        if (depth === 0) {
          return i + 1;
        }
      }
    } else if (byte === QUOTE && !isPath) {
      i = skipString(bytes, i, end) - 1;
      if (i < 0) {
        return -1;
      }
    } else if (byte === BACKSLASH) {
      i++;
    }
  }
  return -1;
}

/** A target follows a number or AT_FDCWD, or with -X verbose the comment that tells the name. */
function isDescriptorEnd(byte: number | undefined): boolean {
  return isWord(byte) || byte === SLASH;
}

/**
 * `at` lies in an argument list, behind its opening parenthesis; returns the position of the closing one, or -1 when
 * the line ends before.
 */
export function findCloseParen(bytes: Buffer, at: number, end: number): number {
  let depth = 1;
  let i = at;
  while (i < end) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      i = skipString(bytes, i, end);
      if (i < 0) {
        return -1;
      }
      continue;
    }
    if (byte === LESS && isDescriptorEnd(bytes[i - 1])) {
      const behind = skipTarget(bytes, i, end);
      if (behind > 0) {
        i = behind;
        continue;
      }
    } else if (byte === SLASH && bytes[i + 1] === STAR) {
      const comment = indexOfText(bytes, "*/", i + 2, end);
      if (comment > 0) {
        i = comment + 2;
        continue;
      }
    } else if (byte === OPEN_PAREN || byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth++;
    } else if (byte === CLOSE_PAREN || byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      depth--;
      if (depth === 0) {
        return byte === CLOSE_PAREN ? i : -1;
      }
    }
    i++;
  }
  return -1;
}
