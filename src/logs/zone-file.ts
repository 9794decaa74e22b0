import { rememberOffsets, type OffsetAt } from "./zone-offsets.ts";
import { parsePosixZone } from "./posix-zone.ts";

/** `TZif`, which a zone file begins with; RFC 8536, section 3, has the rest of its form. */
const MAGIC = 0x545a6966;
const HEADER_BYTES = 44;
/** Bytes of one kind of local time: seconds ahead of UTC, a flag, the index of a name. */
const TYPE_BYTES = 6;

interface Block {
  /** Seconds since 1970 from which on the offset with the same index is valid, in seconds. */
  readonly times: readonly number[];
  readonly offsets: readonly number[];
  /** Seconds ahead of UTC before the first of the times. */
  readonly first: number;
  /** The first byte behind the block. */
  readonly end: number;
}

/** Reads a header and its data, whose times have `size` bytes each. Throws RangeError if the file ends too early. */
function readBlock(view: DataView, start: number, size: 4 | 8): Block {
  const count = (index: number) => view.getUint32(start + 20 + index * 4);
  const [timeCount, typeCount] = [count(3), count(4)];
  const begin = start + HEADER_BYTES;
  const kinds = begin + timeCount * size;
  const types = kinds + timeCount;
  const behind = count(5) + count(2) * (size + 4) + count(1) + count(0);
  const timeAt = (at: number) => (size === 4 ? view.getInt32(at) : Number(view.getBigInt64(at)));
  const times: number[] = [];
  const offsets: number[] = [];
  for (let index = 0; index < timeCount; index += 1) {
    times.push(timeAt(begin + index * size));
    offsets.push(view.getInt32(types + view.getUint8(kinds + index) * TYPE_BYTES));
  }
  return {
    times,
    offsets,
    first: view.getInt32(types),
    end: types + typeCount * TYPE_BYTES + behind,
  };
}

function readZone(bytes: Uint8Array): OffsetAt {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== MAGIC) throw new RangeError("is no zone file");
  const old = readBlock(view, 0, 4);
  const isOld = view.getUint8(4) === 0;
  const { times, offsets, first, end } = isOld ? old : readBlock(view, old.end, 8);
  const [, footer = ""] = isOld ? [] : new TextDecoder().decode(bytes.subarray(end)).split("\n");
  const afterwards = parsePosixZone(footer);
  return rememberOffsets((time) => {
    const last = times.findLastIndex((one) => one * 1000 <= time);
    if (last === times.length - 1 && afterwards !== null) return afterwards(time);
    return (offsets[last] ?? first) * 1000;
  });
}

/** The offsets of the zone that a compiled zone file (tzfile(5)) describes; null if it is none. */
export function parseZoneFile(bytes: Uint8Array): OffsetAt | null {
  try {
    return readZone(bytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
