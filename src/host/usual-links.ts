/** Where these lead on a host that was not asked, because nothing went there (file-hierarchy(7)). */
export const usualLinks: ReadonlyMap<string, string> = new Map([
  ["/var/run", "/run"],
  ["/var/lock", "/run/lock"],
  ["/bin", "/usr/bin"],
  ["/sbin", "/usr/sbin"],
  ["/lib", "/usr/lib"],
  ["/lib64", "/usr/lib64"],
]);
