/** What `supervise/status` holds of a service; times in milliseconds since 1970. */
export interface StatusContent {
  readonly size?: 35 | 43;
  readonly since: number;
  readonly readySince: number;
  /** 0 where it is down. */
  readonly pid: number;
  /** 1 paused, 2 finishing, 4 wanted up, 8 ready. */
  readonly flags: number;
  /** What wait(2) said of its last end. */
  readonly waitStatus?: number;
}

/** Packs a status as s6-supervise does: 35 bytes, or 43 as s6 2.13 does. */
export function statusBytes({
  size = 35,
  since,
  readySince,
  pid,
  flags,
  waitStatus = 0,
}: StatusContent): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  for (const [offset, time] of [
    [0, since],
    [12, readySince],
  ] as const) {
    view.setBigUint64(offset, 2n ** 62n + 37n + BigInt(Math.floor(time / 1000)));
    view.setUint32(offset + 8, (time % 1000) * 1_000_000);
  }
  view.setBigUint64(24, BigInt(pid));
  if (size === 43) view.setBigUint64(32, BigInt(pid));
  view.setUint16(size - 3, waitStatus);
  view.setUint8(size - 1, flags);
  return new Uint8Array(view.buffer);
}
