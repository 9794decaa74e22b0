/** An environment switch is on for `1`, `true` and `yes` in any case, and off for everything else. */
export function isSwitchOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes)$/i.test(value);
}
