import test from "ava";
import { parseGetcap } from "../../src/host/capabilities.js";

test("when getcap prints either format then the files with capabilities are known", (t) => {
  const paths = ["/usr/bin/ping", "/opt/a b", "/opt/old"];
  t.deepEqual(
    parseGetcap(
      "/usr/bin/ping cap_net_raw=ep\n/opt/a b cap_chown,cap_kill=ep cap_fowner+i\n/opt/old = cap_net_raw+ep\n",
      paths,
    ),
    new Map([
      ["/usr/bin/ping", "cap_net_raw=ep"],
      ["/opt/a b", "cap_chown,cap_kill=ep cap_fowner+i"],
      ["/opt/old", "= cap_net_raw+ep"],
    ]),
  );
});

test("when a name looks like the output for another file then the longer name that was asked for counts", (t) => {
  t.deepEqual(
    parseGetcap("/x cap_chown=ep cap_kill=ep\n", ["/x", "/x cap_chown=ep"]),
    new Map([["/x cap_chown=ep", "cap_kill=ep"]]),
  );
});

test("when nothing has capabilities then nothing is found", (t) => {
  t.deepEqual(parseGetcap("", ["/bin/sh"]), new Map());
});
