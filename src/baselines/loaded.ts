/** The sandbox of an installed unit as systemd has loaded it. */
import type { Host, Unit } from "../host/types.js";

export interface LoadedUnit {
  readonly unit: Unit;
  readonly host: Host;
  /** Major version of the systemd that runs it. */
  readonly target: number;
  /** Drop-ins that are part of it, in the order in which systemd reads them. */
  readonly dropIns: readonly { readonly path: string; readonly own: boolean }[];
  /** The files have changed since they were loaded: what holds for the service is the older text. */
  readonly stale: boolean;
}

/** Which files the sandbox comes from, one line each; what a file is called is safe to print only after escaping. */
export function describeSources({ unit, dropIns, stale }: LoadedUnit): readonly string[] {
  return [
    ...dropIns.map(
      ({ path, own }) => `${path}${own ? ", which profile wrote," : ""} counts as part of ${unit.name}`,
    ),
    ...(stale
      ? [`files of ${unit.name} have changed since systemd loaded them: systemctl daemon-reload`]
      : []),
  ];
}
