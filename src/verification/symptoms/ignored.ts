/**
 * What systemd says when it does not apply a setting, collected on 252 and 257 by starting units with such settings, and
 * from the texts in their binaries. It says nothing at all when it was built without what SocketBindDeny=,
 * RestrictNetworkInterfaces= and RestrictFileSystems= need; that is found by trying (src/host/enforcement.ts).
 */
import type { JournalEntry } from "./journal.js";

/** SD_MESSAGE_INVALID_CONFIGURATION: a line of a unit file that is not understood (sd-messages.h). */
const invalidConfiguration = "c772d24e9a884cbeb9ea12625c306c01";

/** Which directive is not applied, by how the message begins or what is in it. */
const texts: readonly (readonly [pattern: RegExp, directive: string])[] = [
  [/configures an IP firewall|bpf-firewall: /, "IPAddressDeny"],
  [/bpf-foreign: |configures (?:a|source compiled) BPF program/, "BPFProgram"],
  [/bpf-lsm: |bpf-restrict-fs: /, "RestrictFileSystems"],
  [/bpf-socket-bind: /, "SocketBindDeny"],
  [/restrict-interfaces: /, "RestrictNetworkInterfaces"],
  [
    /BPF device control is not supported|device control BPF program.* failed|CGROUP DEVICE BPF/,
    "DevicePolicy",
  ],
  [/No devices matched by device filter/, "DeviceAllow"],
  [/[Kk]ernel keyring.*ignoring/, "KeyringMode"],
  [/shared mount propagation hidden/, "MountFlags"],
];

/** `PrivateNetwork=yes is configured, but …`, `SECCOMP features not detected in the kernel, skipping LockPersonality=`. */
const named = /\b(\w+)=\w+ is configured, but|SECCOMP features .*skipping (\w+)=?/;

/** systemd goes on without any of the mounts: in containers that do not allow them. */
const withoutMounts = /Failed to set up namespace, assuming containerized execution/;

/** A setting that is not in force although it is written. */
export interface Ignored {
  /** Undefined where it is all that need a mount namespace. */
  readonly directive: string | undefined;
  readonly text: string;
}

/**
 * @param directiveAt the directive on a line of a unit file, from 1; undefined where that is not known. Messages of 252
 *   do not name it
 * @returns undefined for a message about anything else
 */
export function ignoredIn(
  { message, id, file, line }: JournalEntry,
  directiveAt: (file: string, line: number) => string | undefined,
): Ignored | undefined {
  if (id === invalidConfiguration) {
    const directive = directiveAt(file, Number(line)) ?? /\b([A-Z]\w+)=/.exec(message)?.[1] ?? keyIn(message);
    return directive === undefined ? undefined : { directive, text: message };
  }
  const [, configured, skipped] = named.exec(message) ?? [];
  const directive = configured ?? skipped ?? texts.find(([pattern]) => pattern.test(message))?.[1];
  if (directive !== undefined) return { directive, text: message };
  return withoutMounts.test(message) ? { directive: undefined, text: message } : undefined;
}

/** `Unknown key 'PrivateBPF' in section [Service], ignoring.`, before 252 `Unknown key name`. */
function keyIn(message: string): string | undefined {
  return /Unknown (?:key|lvalue)(?: name)? '(\w+)'/.exec(message)?.[1];
}
