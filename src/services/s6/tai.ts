/** What s6's clock is ahead of UTC, in seconds: 10, and the leap seconds up to 2017, the last so far. */
const AHEAD_OF_UTC = 37n;
/** The label of 1970 (TAI64). */
const EPOCH = 2n ** 62n;

/** Milliseconds since 1970 of a TAI64N time: its seconds and nanoseconds. */
export function timeOfTai(seconds: bigint, nanoseconds: number): number {
  return Number(seconds - EPOCH - AHEAD_OF_UTC) * 1000 + Math.floor(nanoseconds / 1_000_000);
}

/** Milliseconds since 1970 of a TAI64N label: `@` and 24 hexadecimal digits. */
export function timeOfLabel(label: string): number {
  return timeOfTai(BigInt(`0x${label.slice(1, 17)}`), Number.parseInt(label.slice(17), 16));
}
