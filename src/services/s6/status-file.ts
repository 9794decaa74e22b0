import { nameOfSignal } from "../../core/signals.ts";
import { parseTaiLabel } from "../../core/tai.ts";
import type { ServiceExit, ServiceStatus } from "../manager.ts";

/** The largest size of a `supervise/status` in bytes. */
export const MAX_STATUS_BYTES = 64;

/** The offset of the flags, by the size of the file: s6 2.13 and 2.14 have a process group in it, others not. */
const FLAGS_AT: Readonly<Record<number, number>> = { 35: 34, 43: 42 };
const PAUSED = 1;
const FINISHING = 2;
const WANTED_UP = 4;
const READY = 8;

/** Decodes the status that wait(2) returns for a process that has exited. */
function parseWaitStatus(status: number): ServiceExit {
  const signal = status & 0x7f;
  return signal === 0
    ? { kind: "code", code: status >> 8 }
    : { kind: "signal", signal: nameOfSignal(signal) };
}

/**
 * Reads what s6-supervise writes into `supervise/status` (s6: s6_svstatus_pack), as s6-svstat does: two TAI64N times, a
 * pid, the last end, flags. Null for a size or a time that no s6 from 2.11 to 2.15 writes. `now` is in milliseconds
 * since 1970.
 */
export function parseStatusFile(bytes: Uint8Array, now: number): ServiceStatus | null {
  const flagsAt = FLAGS_AT[bytes.length];
  if (flagsAt === undefined) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Of fixed length, so that later ones sort after earlier ones.
  const labelAt = (offset: number) => bytes.subarray(offset, offset + 12).toHex();
  const since = parseTaiLabel(labelAt(0));
  if (since === null) return null;
  const pid = Number(view.getBigUint64(24));
  const flags = view.getUint8(flagsAt);
  const up = pid !== 0 && (flags & FINISHING) === 0;
  // s6 2.15 says "paused" of a service that has never run.
  const hasEnded = !up && (pid !== 0 || (flags & PAUSED) === 0);
  return {
    up,
    wantedUp: (flags & WANTED_UP) !== 0,
    ready: up && (flags & READY) !== 0,
    finished: !up && labelAt(12) >= labelAt(0),
    pid: up ? pid : null,
    secondsInState: Math.max(0, Math.floor((now - since) / 1000)),
    since,
    lastExit: hasEnded ? parseWaitStatus(view.getUint16(flagsAt - 2)) : null,
  };
}
