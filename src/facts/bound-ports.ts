/** Which ports a service always has, and which it picks anew, as an FTP server does for each transfer of data. */
import type { Fact } from "./types.js";

/** Below, nobody picks at chance (Documentation/networking/ip-sysctl.rst, ip_unprivileged_port_start). */
const firstChancePort = 1024;

/** Two of so many drawn from the 28,232 of net.ipv4.ip_local_port_range are the same one time in a thousand. */
const many = 8;

/** From here on another instance of the service runs. */
const restarted: ReadonlySet<string> = new Set(["restart", "stop"]);

/** The ports that bind(2) was called with, by the life of the service in which it was. */
export class BoundPorts {
  readonly #first = new Map<string, Set<number>>();
  readonly #second = new Map<string, Set<number>>();

  note(phase: string, family: string, type: string, port: number): void {
    const life = restarted.has(phase) ? this.#second : this.#first;
    const kind = kindOf(family, type);
    const ports = life.get(kind);
    if (ports === undefined) life.set(kind, new Set([port]));
    else ports.add(port);
  }

  /**
   * What to make of each fact: a port that only one of two lives bound was chosen at chance and becomes 0, as if the kernel
   * had. Where one of them bound none, it may have ended too early to tell. Who draws many will draw one of them twice, as a
   * resolver does that asks from another port each time: what lies between them is taken for drawn as well.
   */
  fold(): (fact: Fact) => Fact {
    if (this.#first.size === 0 || this.#second.size === 0) return (fact) => fact;
    const drawn = this.#drawn();
    return (fact) => {
      if (fact.kind !== "bind" && fact.kind !== "accept") return fact;
      const { port } = fact;
      const isDrawn = drawn.get(kindOf(fact.family, fact.type))?.has(port) ?? false;
      return isDrawn ? { ...fact, port: 0 } : fact;
    };
  }

  /** By family and type. */
  #drawn(): ReadonlyMap<string, Drawn> {
    const drawn = new Map<string, Drawn>();
    for (const [kind, ports] of this.#first)
      drawn.set(kind, new Drawn(ports, this.#second.get(kind) ?? none));
    for (const [kind, ports] of this.#second) if (!drawn.has(kind)) drawn.set(kind, new Drawn(ports, none));
    return drawn;
  }
}

const none: ReadonlySet<number> = new Set();

/** Ports that were chosen at chance. */
class Drawn {
  readonly #ports: ReadonlySet<number>;
  readonly #least: number = Infinity;
  readonly #greatest: number = -Infinity;

  constructor(one: ReadonlySet<number>, other: ReadonlySet<number>) {
    const ports = [...one, ...other].filter(
      (port) => port >= firstChancePort && one.has(port) !== other.has(port),
    );
    this.#ports = new Set(ports);
    if (ports.length < many) return;
    for (const port of ports) {
      this.#least = Math.min(this.#least, port);
      this.#greatest = Math.max(this.#greatest, port);
    }
  }

  has(port: number): boolean {
    return this.#ports.has(port) || (port >= this.#least && port <= this.#greatest);
  }
}

function kindOf(family: string, type: string): string {
  return `${family}|${type}`;
}
