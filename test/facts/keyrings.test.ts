import test from "ava";
import { learn } from "./support.js";

function keyrings(text: string): string[] {
  return learn(text)
    .flatMap((fact) => (fact.kind === "keyring" ? [`${fact.operation} ${fact.keyring}`] : []))
    .sort();
}

const uses: Readonly<Record<string, readonly string[]>> = {
  'add_key("user", "d", "abc", 3, KEY_SPEC_SESSION_KEYRING) = 7': ["add_key session"],
  'add_key("user", "d", "abc", 3, KEY_SPEC_PROCESS_KEYRING) = 7': ["add_key process"],
  'add_key("user", "d", "abc", 3, 12345) = 7': ["add_key other"],
  'add_key("user", "d", "abc", 3, KEY_SPEC_USER_KEYRING) = -1 EDQUOT (Disk quota exceeded)': [],
  'request_key("user", "d", NULL, 0) = 7': ["request_key session"],
  'request_key("user", "d", NULL, KEY_SPEC_THREAD_KEYRING) = 7': ["request_key thread"],
  'request_key("user", "d", NULL, 0) = -1 ENOKEY (Required key not available)': [],
  "keyctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_SESSION_KEYRING, 1) = 7": [
    "KEYCTL_GET_KEYRING_ID user-session",
  ],
  'keyctl(KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "d", 0) = 7': ["KEYCTL_SEARCH session"],
  'keyctl(KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "d", 0) = -1 ENOKEY (Required key not available)':
    [],
  "keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL) = 7": ["KEYCTL_JOIN_SESSION_KEYRING session"],
  "keyctl(KEYCTL_GET_PERSISTENT, -1, KEY_SPEC_PROCESS_KEYRING) = 7": ["KEYCTL_GET_PERSISTENT persistent"],
  "keyctl(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING) = 0": [
    "KEYCTL_LINK session",
    "KEYCTL_LINK user",
  ],
  'keyctl(KEYCTL_READ, 12345, "abc", 20) = 3': ["KEYCTL_READ other"],
  'keyctl(KEYCTL_CAPABILITIES, "\\x1f", 1) = 2': [],
  "keyctl(KEYCTL_CLEAR, KEY_SPEC_USER_KEYRING) = -1 ENOSYS (Function not implemented)": [],
};

for (const [call, expected] of Object.entries(uses))
  test(`the keyring of ${call}`, (t) => {
    t.deepEqual(keyrings(call), expected);
  });

test("a key is where the service has put or found it", (t) => {
  t.deepEqual(
    keyrings(
      'add_key("user", "d", "abc", 3, KEY_SPEC_PROCESS_KEYRING) = 7\nkeyctl(KEYCTL_READ, 7, "abc", 20) = 3',
    ),
    ["KEYCTL_READ process", "add_key process"],
  );
  t.deepEqual(
    keyrings(
      'keyctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 0) = 8\nadd_key("user", "d", "abc", 3, 8) = 7',
    ),
    ["KEYCTL_GET_KEYRING_ID user", "add_key user"],
  );
});
