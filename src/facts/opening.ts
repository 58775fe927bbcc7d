/** open(2) and its relatives: what they do to the file system and to the table of descriptors. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { type Handler, type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { failedLookup, type PathArguments, placeIn } from "./lookups.js";
import { newObject } from "./naming.js";
import { asOpened, type Place, place } from "./place.js";
import { isBelow } from "./paths.js";
import { pathOf } from "./places.js";
import { memberOf, modeOf, namesOf } from "./values.js";

interface OpenArguments extends PathArguments {
  readonly open: (args: readonly Value[]) => { flags: readonly string[]; mode: number | undefined };
}

const creatFlags = ["O_WRONLY", "O_CREAT", "O_TRUNC"];

const variants: Readonly<Record<string, OpenArguments>> = {
  open: { path: 0, open: (args) => ({ flags: namesOf(args[1]), mode: modeOf(args[2]) }) },
  creat: { path: 0, open: (args) => ({ flags: creatFlags, mode: modeOf(args[1]) }) },
  openat: { directory: 0, path: 1, open: (args) => ({ flags: namesOf(args[2]), mode: modeOf(args[3]) }) },
  openat2: {
    directory: 0,
    path: 1,
    open: (args) => ({ flags: namesOf(memberOf(args[2], "flags")), mode: modeOf(memberOf(args[2], "mode")) }),
  },
};

function open(variant: OpenArguments): Handler {
  return (trace, call) => {
    const { flags, mode } = variant.open(call.args);
    const noFollow = flags.includes("O_NOFOLLOW") || (flags.includes("O_CREAT") && flags.includes("O_EXCL"));
    const named = placeIn(trace, call, { ...variant, follow: !noFollow });
    if (!succeeded(call)) {
      if (named !== undefined) failedOpen(trace, call, named, flags);
      return;
    }
    const printed = call.resultDescriptor;
    const target = printed === undefined || printed.deleted ? undefined : pathOf(printed.target);
    trace.printsDescriptors ||= printed !== undefined;
    if (named !== undefined && target !== undefined && !trace.muted) trace.objects.opened(named.raw, target);
    const opened = named === undefined ? undefined : asOpened(named, target);
    remember(trace, call, flags, target ?? (printed === undefined ? opened?.path : undefined));
    if (opened !== undefined) note(trace, opened, flags, mode);
  };
}

function remember(
  trace: Interpretation,
  call: CallRecord,
  flags: readonly string[],
  path: string | undefined,
): void {
  const fd = call.result;
  if (fd === undefined) return;
  const descriptor = { ...(path !== undefined && { path }), closeOnExec: flags.includes("O_CLOEXEC") };
  trace.setDescriptor(fd, descriptor);
  // Whether O_CREAT makes something depends on what was there.
  if (trace.trail !== undefined && (flags.includes("O_CREAT") || isTemporary(flags)))
    trace.trail.isRepeatable = false;
}

/** A read-only mount refuses what follows from the flags (open(2), fs/namei.c do_open). */
function note(
  trace: Interpretation,
  opened: Place,
  flags: readonly string[],
  mode: number | undefined,
): void {
  if (isTemporary(flags)) {
    const unnamed = place(`${opened.raw}/{random}`, false);
    trace.see("create", unnamed, "file");
    trace.creation(unnamed, mode);
    trace.check("names", unnamed, 3, "create");
    return;
  }
  const writes = flags.includes("O_WRONLY") || flags.includes("O_RDWR") || flags.includes("O_TRUNC");
  const want = flags.includes("O_PATH") ? 0 : (flags.includes("O_WRONLY") ? 0 : 4) | (writes ? 2 : 0);
  if (!flags.includes("O_CREAT")) {
    trace.see(writes && !flags.includes("O_PATH") ? "open-write" : "read", opened);
    trace.check("permission", opened, want, writes ? "write" : "read");
    if (flags.includes("O_NOATIME")) trace.check("owner", opened, 0, "open without access time");
    return;
  }
  openOrCreate(trace, opened, flags, { mode, want, writes });
}

/** With O_CREAT the file may have been there before: only an earlier call or O_EXCL tells. */
function openOrCreate(
  trace: Interpretation,
  opened: Place,
  flags: readonly string[],
  how: { readonly mode: number | undefined; readonly want: number; readonly writes: boolean },
): void {
  const exclusive = flags.includes("O_EXCL");
  if (!exclusive && trace.isSeen(opened)) {
    trace.see(how.writes ? "open-write" : "read", opened);
    trace.check("permission", opened, how.want, how.writes ? "write" : "read");
    return;
  }
  if (exclusive || trace.objects.isAbsent(opened.path)) {
    newObject(trace, opened, "file", { mode: how.mode, exclusive });
    trace.check("names", opened, 3, "create");
    trace.see("create", opened, "file");
    return;
  }
  trace.check("permission", opened, how.want, how.writes ? "write" : "read", { mayBeNew: true });
  trace.check("names", opened, 3, "create");
  // Whoever truncates does not care what was there; owner and mode of the file stay unknown.
  if (flags.includes("O_TRUNC") && !trace.muted)
    trace.objects.create(opened.path, { type: "file", tree: trace.process.tree.number }, false);
  trace.see("open-create", opened);
  // In sysfs and cgroupfs directories can be made, but no files.
  if (!isBelow(opened.path, "/sys")) trace.creation(opened, how.mode);
}

function failedOpen(trace: Interpretation, call: CallRecord, named: Place, flags: readonly string[]): void {
  if (call.errno === "ENOENT") failedLookup(trace, call, named);
  else if (call.errno === "EEXIST" || (call.errno === "EISDIR" && !isTemporary(flags)))
    trace.see("read", named);
}

/** strace prints O_TMPFILE for __O_TMPFILE|O_DIRECTORY. */
function isTemporary(flags: readonly string[]): boolean {
  return flags.includes("O_TMPFILE") || flags.includes("__O_TMPFILE");
}

export const openHandlers: Handlers = Object.fromEntries(
  Object.entries(variants).map(([name, variant]) => [name, open(variant)]),
);
