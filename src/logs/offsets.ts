/** How far a zone's clocks are ahead of UTC at a time; both in milliseconds. */
export type OffsetAt = (time: number) => number;

export const UTC: OffsetAt = () => 0;

/** No zone changes its clocks at a finer time than this: Lord Howe's do at half past. */
const STEP_MS = 900_000;
const DAY_MS = 86_400_000;

/** The same offsets, each computed once for every quarter of an hour. */
export function rememberOffsets(compute: OffsetAt): OffsetAt {
  const known = new Map<number, number>();
  return (time) => {
    const step = Math.floor(time / STEP_MS);
    const offset = known.get(step) ?? compute(step * STEP_MS);
    known.set(step, offset);
    return offset;
  };
}

/** The offsets of a zone that this runtime knows by name (`Europe/Berlin`), whatever files the image has. */
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
 * The first moment at which a zone's clocks show `wall` (given as if they showed UTC) or more: the earlier one if they
 * show it twice, and the moment of the change if they are put forward over it.
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
