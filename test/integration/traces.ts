/** A log that anyone could have made with strace tells as much as the live run of the same command. */

import type { Machine } from "./machine.js";
import type { MachineTest } from "./with-machine.js";

/** Touches files in most of the ways there are, absolutely, relatively and after a change of directory. */
const command = `#!/bin/sh -e
mkdir -p /srv/traced/sub
cd /srv/traced
echo one >created
ln -s created link
ln created hard
cat link >/dev/null
mv created renamed
chmod 600 renamed
touch -t 202001010000 sub/dated
(cd sub && rm dated && mkfifo pipe)
rmdir sub 2>/dev/null || rm -r sub
python3 -c '
import os, socket
server = socket.socket()
server.bind(("127.0.0.1", 9100))
server.listen()
client = socket.create_connection(("127.0.0.1", 9100))
local = socket.socket(socket.AF_UNIX)
local.bind("/srv/traced/socket")
if os.fork() == 0:
    os.chdir("/srv")
    open("traced-by-child", "w").close()
    os._exit(0)
os.wait()
os.unlink("/srv/traced-by-child")
'
cd /
rm -r /srv/traced
`;

async function facts(machine: Machine, path: string): Promise<unknown> {
  return (JSON.parse(await machine.readFile(path)) as { facts: unknown }).facts;
}

export function testTraces(testOn: MachineTest): void {
  testOn("import of a plain `strace -f -o` log gives the facts of the live run", async (t, machine) => {
    await machine.writeFile("/root/traced.sh", command, "0755");
    await machine.succeed(["strace", "-f", "-o", "/root/plain.log", "/root/traced.sh"]);
    await machine.succeed(["profile", "import", "/root/plain.log", "-o", "/root/imported.json"]);
    await machine.succeed(["profile", "run", "--no-pty", "--out", "/root/live", "--", "/root/traced.sh"]);
    t.deepEqual(
      await facts(machine, "/root/imported.json"),
      await facts(machine, "/root/live/traced.sh.profile.json"),
    );
  });

  testOn("learning the same command again changes no line of the facts", async (t, machine) => {
    await machine.writeFile("/root/traced.sh", command, "0755");
    for (const directory of ["/root/first", "/root/second"]) {
      await machine.succeed(["profile", "run", "--no-pty", "--out", directory, "--", "/root/traced.sh"]);
    }
    t.deepEqual(
      await facts(machine, "/root/first/traced.sh.profile.json"),
      await facts(machine, "/root/second/traced.sh.profile.json"),
    );
  });
}
