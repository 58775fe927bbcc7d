/**
 * Whether the host enforces directives that rest on BPF programs of the cgroup. systemd only logs when it cannot load
 * them (containers without bpf(2), builds without BPF_FRAMEWORK), and the service starts unprotected. So we try.
 */
import { existsSync } from "node:fs";
import { runTool } from "./command.js";

export interface Enforcement {
  readonly directive: "IPAddressDeny=" | "SocketBindDeny=" | "RestrictNetworkInterfaces=";
  readonly state:
    | "enforced"
    | "not enforced"
    | "not tried (needs root and a running systemd)"
    | "could not be tried";
}

/**
 * What each directive denies, tried from inside: a datagram to the loopback address, a bound port. It prints `EPERM`,
 * `EACCES` … or `allowed`. connect(2) of an unreachable or refused peer is no denial, a datagram has none.
 */
const sendScript = `require("dgram").createSocket("udp4").send("x",9,"127.0.0.1",function(e){console.log(e?e.code:"allowed");this.close()})`;
const bindScript = `const s=require("net").createServer().on("error",e=>console.log(e.code)).listen(0,"127.0.0.1",()=>{console.log("allowed");s.close()})`;

const probes = [
  { directive: "IPAddressDeny=", property: "IPAddressDeny=any", script: sendScript },
  { directive: "SocketBindDeny=", property: "SocketBindDeny=any", script: bindScript },
  { directive: "RestrictNetworkInterfaces=", property: "RestrictNetworkInterfaces=~lo", script: sendScript },
] as const;

/** Tries each in a transient unit of its own, which is gone afterwards. */
export async function probeEnforcement(): Promise<readonly Enforcement[]> {
  if (process.geteuid?.() !== 0 || !existsSync("/run/systemd/system")) {
    return probes.map(({ directive }) => ({
      directive,
      state: "not tried (needs root and a running systemd)",
    }));
  }
  return Promise.all(
    probes.map(async ({ directive, property, script }) => {
      const options = ["--quiet", "--wait", "--pipe", "--collect", "-p", property];
      const result = await runTool("systemd-run", [...options, "--", process.execPath, "-e", script]);
      return { directive, state: judge(result?.stdout.trim()) };
    }),
  );
}

function judge(answer: string | undefined): Enforcement["state"] {
  if (answer === "EPERM" || answer === "EACCES") {
    return "enforced";
  }
  return answer === "allowed" ? "not enforced" : "could not be tried";
}
