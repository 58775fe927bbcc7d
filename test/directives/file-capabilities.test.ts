import test from "ava";
import { permittedByFile } from "../../src/directives/file-capabilities.js";
import { capabilities } from "../../src/facts/names.js";

const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
  ["cap_net_raw=ep", ["CAP_NET_RAW"]],
  ["cap_net_raw+p", ["CAP_NET_RAW"]],
  ["= cap_net_raw+ep", ["CAP_NET_RAW"]],
  ["cap_net_raw,cap_net_admin=eip", ["CAP_NET_ADMIN", "CAP_NET_RAW"]],
  ["cap_chown=ep cap_kill+i", ["CAP_CHOWN"]],
  ["=ep", capabilities],
  ["all=ep", capabilities],
  ["=ep cap_setpcap-ep", capabilities.filter((name) => name !== "CAP_SETPCAP")],
  ["cap_chown=p+e-p", []],
  ["cap_chown=i", []],
  ["cap_of_tomorrow=ep", undefined],
  ["63=ep", undefined],
  ["", undefined],
];

for (const [text, permitted] of cases)
  test(`getcap's "${text}" permits ${permitted?.length ?? "nobody knows how many"}`, (t) => {
    t.deepEqual(permittedByFile(text), permitted);
  });
