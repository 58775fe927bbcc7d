/** Which ports a service always has, and which it picks anew, as an FTP server does for each transfer of data. */
import type { Fact } from "./types.js";

/** Below, nobody picks at chance (Documentation/networking/ip-sysctl.rst, ip_unprivileged_port_start). */
const firstChancePort = 1024;

/** From here on another instance of the service runs. */
const restarted: ReadonlySet<string> = new Set(["restart", "stop"]);

/** The ports that bind(2) was called with, by the life of the service in which it was. */
export class BoundPorts {
  readonly #first = new Set<string>();
  readonly #second = new Set<string>();

  note(phase: string, family: string, type: string, port: number): void {
    (restarted.has(phase) ? this.#second : this.#first).add(keyOf(family, type, port));
  }

  /**
   * What to make of each fact: a port that only one of two lives bound was chosen at chance and becomes 0, as if the kernel
   * had. Where one of them bound none, it may have ended too early to tell.
   */
  fold(): (fact: Fact) => Fact {
    if (this.#first.size === 0 || this.#second.size === 0) return (fact) => fact;
    return (fact) => (this.#isChance(fact) ? { ...fact, port: 0 } : fact);
  }

  #isChance(fact: Fact): fact is Fact & { kind: "bind" | "accept" } {
    if ((fact.kind !== "bind" && fact.kind !== "accept") || fact.port < firstChancePort) return false;
    const key = keyOf(fact.family, fact.type, fact.port);
    return this.#first.has(key) !== this.#second.has(key);
  }
}

function keyOf(family: string, type: string, port: number): string {
  return `${family}|${type}|${port}`;
}
