/**
 * Seconds since 1970 at which a leap second had just been inserted (IERS Bulletin C); skalibs, and with it s6-log,
 * counts them. None is planned.
 */
const LEAPS: readonly number[] = [
  78_796_800, 94_694_400, 126_230_400, 157_766_400, 189_302_400, 220_924_800, 252_460_800,
  283_996_800, 315_532_800, 362_793_600, 394_329_600, 425_865_600, 489_024_000, 567_993_600,
  631_152_000, 662_688_000, 709_948_800, 741_484_800, 773_020_800, 820_454_400, 867_715_200,
  915_148_800, 1_136_073_600, 1_230_768_000, 1_341_100_800, 1_435_708_800, 1_483_228_800,
];

/** TAI was ahead of UTC by this many seconds before the first leap second. */
const INITIAL_OFFSET = 10;

/** A TAI64N label: seconds, of which 2^62 are 1970, and nanoseconds; in hexadecimal. */
const LABEL = /^[4-7][0-9a-f]{23}$/;
const EPOCH_HIGH = 0x4000_0000;
/** Milliseconds since 1970 that a Date can hold (ECMA-262, time values). */
const LATEST = 8.64e15;

/** Seconds since 1970 of TAI, if TAI were 10 s ahead of UTC as it was then. */
function withoutLeaps(seconds: number): number {
  let passed = LEAPS.length;
  while (passed > 0 && seconds - passed < (LEAPS[passed - 1] ?? 0)) passed -= 1;
  return seconds - passed;
}

/**
 * Milliseconds since 1970 of a TAI64N label of 24 lower-case hexadecimal digits; null if it is none or names no time
 * that a Date can hold. A leap second itself counts as the second after it.
 */
export function parseTaiLabel(label: string): number | null {
  if (!LABEL.test(label)) return null;
  const digits = (begin: number) => Number.parseInt(label.slice(begin, begin + 8), 16);
  const seconds = (digits(0) - EPOCH_HIGH) * 2 ** 32 + digits(8) - INITIAL_OFFSET;
  const milliseconds = Math.floor(digits(16) / 1_000_000);
  const time = withoutLeaps(seconds) * 1000 + milliseconds;
  return milliseconds > 999 || Math.abs(time) > LATEST ? null : time;
}

const toHex = (value: number) => value.toString(16).padStart(8, "0");

/** Renders milliseconds since 1970, 2017 or later, as a TAI64N label of 24 lower-case hexadecimal digits. */
export function renderTaiLabel(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000) + INITIAL_OFFSET + LEAPS.length;
  const high = EPOCH_HIGH + Math.floor(seconds / 2 ** 32);
  const nanoseconds = Math.floor(milliseconds % 1000) * 1_000_000;
  return toHex(high) + toHex(seconds % 2 ** 32) + toHex(nanoseconds);
}
