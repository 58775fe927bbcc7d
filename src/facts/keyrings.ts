/** Keys and the keyrings that hold them (keyrings(7)): KeyringMode= decides which ones a service has. */
import type { CallRecord, Value } from "../strace-parser/types.js";
import { type Handlers, succeeded } from "./handler.js";
import type { Interpretation } from "./interpretation.js";
import { RecentMap } from "./recent.js";
import type { KeyringFact } from "./types.js";
import { namesOf, numberOf } from "./values.js";

type Keyring = KeyringFact["keyring"];

const mostKeys = 10_000;

/** Keys and keyrings by their serial numbers: in which keyring the unit has put or found them. */
export type Keys = RecentMap<Keyring>;

export function newKeys(): Keys {
  return new RecentMap(mostKeys);
}

/** Special serial numbers (include/uapi/linux/keyctl.h). Those of a group do not exist; the others are of request-key(8). */
const special: Readonly<Record<string, Keyring>> = {
  KEY_SPEC_THREAD_KEYRING: "thread",
  KEY_SPEC_PROCESS_KEYRING: "process",
  KEY_SPEC_SESSION_KEYRING: "session",
  KEY_SPEC_USER_KEYRING: "user",
  KEY_SPEC_USER_SESSION_KEYRING: "user-session",
};

/** The keyring that a serial number stands for, or in which the key of that number lies. */
function keyringOf(trace: Interpretation, serial: Value | undefined): Keyring {
  const name = namesOf(serial)[0];
  if (name !== undefined) return special[name] ?? "other";
  return trace.keys.get(`${numberOf(serial) ?? ""}`) ?? "other";
}

/** What the call returns is a key in `keyring`, or that keyring itself. */
function returns(trace: Interpretation, call: CallRecord, keyring: Keyring): void {
  if (call.result !== undefined && call.result > 0) trace.keys.set(`${call.result}`, keyring);
}

function note(trace: Interpretation, operation: string, keyring: Keyring): void {
  trace.fact({ kind: "keyring", operation, keyring });
}

function addKey(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const keyring = keyringOf(trace, call.args[4]);
  note(trace, call.name, keyring);
  returns(trace, call, keyring);
}

/** The search goes from the keyring of the thread to that of the session; what it makes is put into the last argument's. */
function requestKey(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const isAny = (numberOf(call.args[3]) ?? 1) === 0;
  const keyring = isAny ? "session" : keyringOf(trace, call.args[3]);
  note(trace, call.name, keyring);
  returns(trace, call, keyring);
}

/** Positions of the arguments that name keyrings or keys (keyctl(2)); operations that are not here name none. */
const named: Readonly<Record<string, readonly number[]>> = {
  KEYCTL_GET_KEYRING_ID: [1],
  KEYCTL_UPDATE: [1],
  KEYCTL_REVOKE: [1],
  KEYCTL_CHOWN: [1],
  KEYCTL_SETPERM: [1],
  KEYCTL_DESCRIBE: [1],
  KEYCTL_CLEAR: [1],
  KEYCTL_LINK: [1, 2],
  KEYCTL_UNLINK: [1, 2],
  KEYCTL_SEARCH: [1],
  KEYCTL_READ: [1],
  KEYCTL_SET_TIMEOUT: [1],
  KEYCTL_GET_SECURITY: [1],
  KEYCTL_INVALIDATE: [1],
  KEYCTL_RESTRICT_KEYRING: [1],
  KEYCTL_MOVE: [1, 2, 3],
  KEYCTL_WATCH_KEY: [1],
  KEYCTL_PKEY_QUERY: [1],
};

/** Operations on the session keyring itself, and on the persistent one of a user (persistent-keyring(7)). */
const implied: Readonly<Record<string, Keyring>> = {
  KEYCTL_JOIN_SESSION_KEYRING: "session",
  KEYCTL_SESSION_TO_PARENT: "session",
  KEYCTL_GET_PERSISTENT: "persistent",
};

/** Its result is a key or keyring. */
const finding = new Set([
  "KEYCTL_GET_KEYRING_ID",
  "KEYCTL_SEARCH",
  "KEYCTL_JOIN_SESSION_KEYRING",
  "KEYCTL_GET_PERSISTENT",
]);

/** A call that fails found nothing or may not: a private keyring would not have made it better or worse. */
function keyctl(trace: Interpretation, call: CallRecord): void {
  if (!succeeded(call)) return;
  const operation = namesOf(call.args[0])[0] ?? "";
  const keyrings = (named[operation] ?? []).map((position) => keyringOf(trace, call.args[position]));
  const known = implied[operation];
  if (known !== undefined) keyrings.push(known);
  for (const keyring of new Set(keyrings)) note(trace, operation, keyring);
  if (finding.has(operation)) returns(trace, call, keyrings[0] ?? "other");
}

export const keyringHandlers: Handlers = { add_key: addKey, request_key: requestKey, keyctl };
