import picocolors from "picocolors";

/** The part of a stream that decides how to write to it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export type Colors = ReturnType<typeof picocolors.createColors>;

/**
 * Whether a person sits in front of it who can be shown colours and lines that change: a terminal that is not dumb, and
 * neither NO_COLOR (https://no-color.org: present and not empty) nor CI is set.
 */
export function isLively(output: Output, environment: Environment): boolean {
  return (
    output.isTTY === true &&
    environment["TERM"] !== "dumb" &&
    !isSet(environment["NO_COLOR"]) &&
    !(isSet(environment["CI"]) && environment["CI"] !== "false")
  );
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

/** Functions that colour text, or leave it as it is where colour is not wanted. */
export function colorsFor(output: Output, environment: Environment): Colors {
  return picocolors.createColors(isLively(output, environment));
}
