/** Returns true if an environment switch is on: `1`, `true` or `yes` in any case. Everything else is off. */
export function isSwitchOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes)$/i.test(value);
}
