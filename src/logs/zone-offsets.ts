/** Returns the offset of a zone from UTC at a time; both in milliseconds. */
export type OffsetAt = (time: number) => number;

export const UTC: OffsetAt = () => 0;

/** All zones change their clocks at a multiple of this time: Lord Howe's at half past. */
const STEP_MS = 900_000;
const DAY_MS = 86_400_000;

/** Caches offsets for each quarter of an hour. */
export function rememberOffsets(compute: OffsetAt): OffsetAt {
  const known = new Map<number, number>();
  return (time) => {
    const step = Math.floor(time / STEP_MS);
    const offset = known.get(step) ?? compute(step * STEP_MS);
    known.set(step, offset);
    return offset;
  };
}

/** Creates the offsets of a zone that the runtime knows by name (`Europe/Berlin`), without files of the image. */
export function createOffsets(zone: string): OffsetAt {
  if (zone === "UTC") return UTC;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return rememberOffsets((time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const [year, month, day] = [part("year"), part("month") - 1, part("day")];
    return Date.UTC(year, month, day, part("hour"), part("minute"), part("second")) - time;
  });
}

/**
 * Returns the first time at which a zone's clocks show `wall` (given as if it were UTC) or more: the earlier one if
 * they show it twice, and the time of the change if they skip it.
 */
export function timeOfWall(wall: number, offsetAt: OffsetAt): number {
  const offsets = [offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)];
  const [early, late] = [wall - Math.max(...offsets), wall - Math.min(...offsets)];
  for (const time of [early, late]) if (time + offsetAt(time) === wall) return time;
  // Skipped: at `early` the clocks show less, and at `late` more.
  let [before, after] = [early, late];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle + offsetAt(middle) < wall) before = middle;
    else after = middle;
  }
  return after;
}
