/**
 * What the kernel's log says of seccomp(2): one record for each call that a filter logged or killed for (audit_seccomp() in
 * kernel/auditsc.c, type 1326). Pure.
 */

/** SECCOMP_RET_LOG (include/uapi/linux/seccomp.h): the call was let through. */
const logged = 0x7ffc0000;

export interface SeccompRecord {
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  /** Counts all records of audit since boot; with the time it names a record for good. */
  readonly serial: number;
  /** Process in the initial PID namespace. */
  readonly pid: number;
  readonly uid: number;
  /** Name of the thread; whoever runs in it may choose it. */
  readonly comm: string;
  /** Path of the program in its own mount namespace; empty where the kernel could not tell. */
  readonly exe: string;
  /** The signal that it was killed with; 0 where it was not. */
  readonly signal: number;
  /** AUDIT_ARCH_… in hexadecimal digits. */
  readonly arch: string;
  readonly syscall: number;
  readonly wasLetThrough: boolean;
}

export interface KernelLog {
  /** In order of time, each once. */
  readonly records: readonly SeccompRecord[];
  /** Gaps that the log itself speaks of. */
  readonly gaps: readonly Gap[];
}

/** Records that the kernel did not write because there were too many (___ratelimit() in lib/ratelimit.c). */
export interface Gap {
  /** How many. */
  readonly count: number;
  /** Time of the next record, by which they had happened; undefined where none follows. */
  readonly before?: number;
}

/**
 * What may stand before a record: nothing or the stamps of the kernel's buffer (dmesg, with or without --raw), or those of
 * journalctl(1) behind which `kernel:` says who wrote it. Anything else could be a line that some program wrote.
 */
const prefix =
  /^(?:<[0-7]>)?(?:(?:[A-Z][a-z]{2} +\d+ [\d:.]+|\d{4}-\d\d-\d\dT[\d:.,+-]+Z?) \S+ kernel: )?(?:\[ *[\d.]+\] )?/;

/** The head as printk writes it, or as auditd does (audit.log, ausearch --raw). */
const head = /^(?:audit: type=1326 audit|type=(?:SECCOMP|1326) msg=audit)\((\d+)\.(\d{3}):(\d+)\): /;

/** A text that a process chose: in quotes, or in hexadecimal digits if it has anything odd (audit_log_untrustedstring()). */
const untrusted = String.raw`"[^"]*"|(?:[0-9A-F]{2})+|\(null\)|\?`;

/** The label of the security module has spaces in it for AppArmor. */
const fields = new RegExp(
  `^auid=\\d+ uid=(\\d+) gid=\\d+ ses=\\d+(?: subj=.*?)? pid=(\\d+) comm=(${untrusted}) exe=(${untrusted}) ` +
    "sig=(\\d+) arch=([0-9a-f]+) syscall=(\\d+) compat=[01] ip=0x[0-9a-f]+ code=0x([0-9a-f]+)",
);

const suppression = /^(?:kauditd_printk_skb|audit_printk_skb|printk): (\d+) callbacks suppressed/;

/** Reads the lines of a log, of whatever else there is in it. A log that is read twice counts once. */
export function parseKernelLog(lines: Iterable<string>): KernelLog {
  const records = new Map<string, SeccompRecord>();
  const gaps: Gap[] = [];
  let open: number[] = [];
  for (const line of lines) {
    const text = line.replace(prefix, "");
    const count = suppression.exec(text)?.[1];
    if (count !== undefined) {
      open.push(Number(count));
      continue;
    }
    const record = parseRecord(text);
    if (record === undefined) {
      continue;
    }
    gaps.push(...open.map((number) => ({ count: number, before: record.time })));
    open = [];
    records.set(`${record.time}:${record.serial}`, record);
  }
  return {
    records: [...records.values()].sort((a, b) => a.time - b.time || a.serial - b.serial),
    gaps: [...gaps, ...open.map((number) => ({ count: number }))],
  };
}

function parseRecord(text: string): SeccompRecord | undefined {
  const [whole, seconds = "", milliseconds = "", serial = ""] = head.exec(text) ?? [];
  if (whole === undefined) {
    return undefined;
  }
  const match = fields.exec(text.slice(whole.length));
  if (match === null) {
    return undefined;
  }
  const [, uid, pid, comm = "", exe = "", signal, arch = "", syscall, code = ""] = match;
  return {
    time: Number(seconds) * 1000 + Number(milliseconds),
    serial: Number(serial),
    pid: Number(pid),
    uid: Number(uid),
    comm: decode(comm),
    exe: decode(exe),
    signal: Number(signal),
    arch,
    syscall: Number(syscall),
    wasLetThrough: Number.parseInt(code, 16) === logged,
  };
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function decode(value: string): string {
  if (value.startsWith('"')) {
    return value.slice(1, -1);
  }
  if (value === "(null)" || value === "?") {
    return "";
  }
  const bytes = value.match(/../g) ?? [];
  return utf8.decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
}
