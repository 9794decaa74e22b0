/** One change of a zone's clocks: seconds since 1970, and seconds ahead of UTC from then on. */
export type ZoneChange = readonly [time: number, offset: number];

function block(size: 4 | 8, first: number, changes: readonly ZoneChange[]): Uint8Array {
  const header = 44;
  const bytes = new Uint8Array(header + changes.length * (size + 1) + (changes.length + 1) * 6 + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x545a6966);
  view.setUint8(4, 0x32);
  view.setUint32(32, changes.length);
  view.setUint32(36, changes.length + 1);
  view.setUint32(40, 4);
  const kinds = header + changes.length * size;
  const types = kinds + changes.length;
  view.setInt32(types, first);
  for (const [index, [time, offset]] of changes.entries()) {
    if (size === 4) view.setInt32(header + index * 4, time);
    else view.setBigInt64(header + index * 8, BigInt(time));
    view.setUint8(kinds + index, index + 1);
    view.setInt32(types + (index + 1) * 6, offset);
  }
  return bytes;
}

/**
 * A compiled zone file (tzfile(5), version 2): the clocks begin with `first`, and follow `rule` after the last change.
 */
export function zoneFile(
  first: number,
  changes: readonly ZoneChange[] = [],
  rule = "",
): Uint8Array {
  const parts = [
    block(4, first, []),
    block(8, first, changes),
    new TextEncoder().encode(`\n${rule}\n`),
  ];
  return new Uint8Array(Buffer.concat(parts));
}
