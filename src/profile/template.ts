/** Instances of a template unit (systemd.unit(5)): `demo@a.service` and `demo@b.service` are one service twice. */
import { badInput } from "../errors.js";
import type { Profile } from "./types.js";

const instance = /^([^@]+@)(?:[^@]*)(\.[a-z]+)$/;

/** `demo@.service` for `demo@a.service` and for itself; undefined for what is no template. */
export function templateOf(unit: string): string | undefined {
  const [, prefix, suffix] = instance.exec(unit) ?? [];
  return prefix === undefined || suffix === undefined ? undefined : `${prefix}${suffix}`;
}

/**
 * A profile of an instance as one of its template, whose drop-in all instances read.
 *
 * @param source how to call the profile in errors.
 * @throws ProfileError (bad input) when it is of no instance of that template.
 */
export function asTemplate(profile: Profile, template: string, source: string): Profile {
  if (templateOf(template) !== template) {
    throw badInput(`--as ${template}: it takes a template, for example demo@.service`);
  }
  if (templateOf(profile.unit.name) !== template) {
    throw badInput(`${source} is of ${profile.unit.name}, which is no instance of ${template}`);
  }
  return { ...profile, unit: { ...profile.unit, name: template } };
}
