const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `2026-11-20`, `2026-11-20 07:23`, `2026-11-20T07:23:05.5`, with or without a zone. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * The time that a person means: `10m`, `1h30m`, `2d` ago, or an ISO 8601 time, which without a zone is the reader's. In
 * milliseconds since 1970; null where it is neither. `fromWall` gives the time at which the reader's clocks show a
 * time, which it gets as if they showed UTC.
 */
export function parseSince(
  text: string,
  now: number,
  fromWall: (wall: number) => number,
): number | null {
  const ago = [...text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
  if (ago.length > 0 && ago.map(([part]) => part).join("") === text) {
    const sum = ago.reduce(
      (total, [, count, unit]) => total + Number(count) * (UNITS[unit ?? ""] ?? 0),
      0,
    );
    return now - sum;
  }
  const [, date, clock = "00:00", zone] = ISO.exec(text) ?? [];
  if (date === undefined) return null;
  const time = Date.parse(`${date}T${clock}${zone ?? "Z"}`);
  if (Number.isNaN(time)) return null;
  return zone === undefined ? fromWall(time) : time;
}
