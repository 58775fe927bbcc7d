/** What a descriptor refers to. */
export interface Descriptor {
  /** Absolute path of the object that was opened; absent for sockets, pipes and other nameless ones. */
  readonly path?: string;
  readonly socket?: { readonly family: string; readonly type: string; readonly protocol: string };
  /** What bind(2) gave a socket: a port (0: the kernel chooses), or a name in the AF_UNIX namespace (a path, `@name`). */
  readonly local?: { readonly port?: number; readonly name?: string };
  /** Process that a pidfd refers to. */
  readonly pid?: number;
  /** A socket that SO_BINDTODEVICE has tied to an interface. */
  readonly boundToDevice?: boolean;
  readonly closeOnExec: boolean;
}

/** A nameless object: pipe, epoll, eventfd, accepted connection. */
export const nameless: Descriptor = { closeOnExec: false };
export const namelessCloseOnExec: Descriptor = { closeOnExec: true };

/** The descriptors of a process; shared between processes made with CLONE_FILES. */
export class DescriptorTable {
  /** Closed ones stay as undefined: numbers come again soon, and a map that shrinks and grows makes garbage. */
  readonly #open: Map<number, Descriptor | undefined>;

  constructor(open: Iterable<readonly [number, Descriptor | undefined]> = []) {
    this.#open = new Map(open);
  }

  get(fd: number): Descriptor | undefined {
    return this.#open.get(fd);
  }

  set(fd: number, descriptor: Descriptor): void {
    if (fd >= 0) this.#open.set(fd, descriptor);
  }

  close(fd: number): void {
    if (this.#open.has(fd)) this.#open.set(fd, undefined);
  }

  /** Opens a descriptor, or closes it when there is nothing new. */
  replace(fd: number, descriptor: Descriptor | undefined): void {
    if (descriptor === undefined) this.close(fd);
    else this.set(fd, descriptor);
  }

  /** close_range(2); `last` may be ~0U. */
  closeRange(first: number, last: number): void {
    for (const fd of this.#open.keys()) if (fd >= first && fd <= last) this.#open.set(fd, undefined);
  }

  /** CLOSE_RANGE_CLOEXEC and F_SETFD. */
  setCloseOnExec(first: number, last: number, closeOnExec: boolean): void {
    for (const [fd, descriptor] of this.#open)
      if (descriptor !== undefined && fd >= first && fd <= last)
        this.#open.set(fd, { ...descriptor, closeOnExec });
  }

  copy(): DescriptorTable {
    return new DescriptorTable(this.#open);
  }

  /** execve: a shared table is unshared, and what was marked is closed. */
  afterExecve(): DescriptorTable {
    return new DescriptorTable([...this.#open].filter(([, descriptor]) => descriptor?.closeOnExec === false));
  }
}
