/**
 * Whether the host enforces directives that rest on BPF programs. systemd only logs when it cannot load them (containers
 * without bpf(2), builds without BPF_FRAMEWORK), and the service starts unprotected. So we try.
 */
import { existsSync } from "node:fs";
import { runTool } from "./command.js";

export interface Enforcement {
  /** Without `=`. */
  readonly directive: (typeof probes)[number]["directive"];
  readonly state:
    | "enforced"
    | "not enforced"
    | "not tried (needs root and a running systemd)"
    | "could not be tried";
}

/**
 * What each directive denies, tried from inside: a datagram to the loopback address, a bound port, an opened file. It
 * prints `EPERM`, `EACCES` … or `allowed`. connect(2) of an unreachable or refused peer is no denial, a datagram has none.
 */
const sendScript = `require("dgram").createSocket("udp4").send("x",9,"127.0.0.1",function(e){console.log(e?e.code:"allowed");this.close()})`;
const bindScript = `const s=require("net").createServer().on("error",e=>console.log(e.code)).listen(0,"127.0.0.1",()=>{console.log("allowed");s.close()})`;
const openScript = (path: string) =>
  `try{require("fs").openSync(${JSON.stringify(path)});console.log("allowed")}catch(e){console.log(e.code)}`;

const probes = [
  { directive: "IPAddressDeny", value: "any", script: sendScript },
  { directive: "SocketBindDeny", value: "any", script: bindScript },
  { directive: "RestrictNetworkInterfaces", value: "~lo", script: sendScript },
  { directive: "RestrictFileSystems", value: "~proc", script: openScript("/proc/uptime") },
  { directive: "DevicePolicy", value: "strict", script: openScript("/dev/zero") },
] as const;

/** A probe takes a tenth of a second; a systemd that is this busy is left alone. */
const limit = "10s";

/** Tries each in a transient unit of its own, which is gone afterwards; all at once, in about a quarter of a second. */
export async function probeEnforcement(): Promise<readonly Enforcement[]> {
  if (process.geteuid?.() !== 0 || !existsSync("/run/systemd/system")) {
    return probes.map(({ directive }) => ({
      directive,
      state: "not tried (needs root and a running systemd)",
    }));
  }
  return Promise.all(
    probes.map(async ({ directive, value, script }) => {
      const properties = ["-p", `${directive}=${value}`, "-p", `RuntimeMaxSec=${limit}`];
      const options = ["--quiet", "--wait", "--pipe", "--collect", ...properties];
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
