/** Objects by their names. */
import { isPrintable, lexical } from "./paths.js";

/** A named object of the file system. */
export interface Place {
  /** Absolute and without `..`: its name for comparisons within the trace. */
  readonly path: string;
  /** Absolute, `..` kept: symbolic links before it are resolved when the host is known. */
  readonly raw: string;
  readonly follow: boolean;
  /** What the kernel made of it, where -y shows that. */
  readonly kernel?: string;
}

/** The same place under the name that the kernel gave a descriptor opened there. */
export function asOpened(opened: Place, target: string | undefined): Place {
  if (target === undefined || target === opened.raw || !isPrintable(target)) return opened;
  return { ...opened, path: target, kernel: target };
}

export function place(raw: string, follow: boolean): Place {
  return { path: lexical(raw), raw, follow };
}
