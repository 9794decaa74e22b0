/**
 * Seconds since 1970 at which a leap second had just been inserted (IERS Bulletin C); skalibs, and with it s6-log, counts
 * them. None is planned.
 */
const LEAPS: readonly number[] = [
  78_796_800, 94_694_400, 126_230_400, 157_766_400, 189_302_400, 220_924_800, 252_460_800,
  283_996_800, 315_532_800, 362_793_600, 394_329_600, 425_865_600, 489_024_000, 567_993_600,
  631_152_000, 662_688_000, 709_948_800, 741_484_800, 773_020_800, 820_454_400, 867_715_200,
  915_148_800, 1_136_073_600, 1_230_768_000, 1_341_100_800, 1_435_708_800, 1_483_228_800,
];

/** TAI was ahead of UTC by this many seconds before the first leap second. */
const INITIAL_OFFSET = 10;

/** A TAI64N label: seconds, 2^62 of which are 1970, and nanoseconds, in hexadecimal. */
const LABEL = /^([4-7][0-9a-f]{15})([0-9a-f]{8})$/;
const EPOCH = 2n ** 62n;

/**
 * Milliseconds since 1970 of a TAI64N label of 24 lower-case hexadecimal digits; null if it is none or names no time that
 * a Date can hold. A leap second itself counts as the second after it.
 */
export function parseTaiLabel(label: string): number | null {
  const [, seconds, nanoseconds] = LABEL.exec(label) ?? [];
  if (seconds === undefined || nanoseconds === undefined) return null;
  const tai = Number(BigInt(`0x${seconds}`) - EPOCH);
  let passed = LEAPS.length;
  while (passed > 0 && tai - INITIAL_OFFSET - passed < (LEAPS[passed - 1] ?? 0)) passed -= 1;
  const milliseconds = Math.floor(Number.parseInt(nanoseconds, 16) / 1_000_000);
  const time = (tai - INITIAL_OFFSET - passed) * 1000 + milliseconds;
  return Number.isNaN(new Date(time).getTime()) || milliseconds > 999 ? null : time;
}
