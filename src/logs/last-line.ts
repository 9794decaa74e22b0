import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { createFileLines } from "./file-lines.ts";
import { gatewayLog } from "./log-source.ts";

/** Bytes at the end of a log that are read; a longer line is of no use in a reason. */
const END_BYTES = 8192;
const LONGEST_LINE = 200;
/** Milliseconds in which the logger writes the last line of the gateway. */
const LOGGER_LIMIT_MS = 300;
const POLL_MS = 20;

function readLast(host: Host, root: string, name: ProfileName, since: number): string | null {
  const source = gatewayLog(host, root, name);
  const opened = host.files.openFile(source.current);
  if (opened.kind !== "file") return null;
  const { file } = opened;
  try {
    const end = file.size();
    const begin = Math.max(0, end - END_BYTES);
    const lines = createFileLines(file, begin, END_BYTES, source.parse);
    // The first line may lack its beginning, and with it its time.
    if (begin > 0) lines.next(end, true);
    let last = "";
    for (let line = lines.next(end, true); line !== null; line = lines.next(end, true)) {
      const text = line.text.trim();
      if (line.time !== null && line.time >= since && text !== "") last = text;
    }
    const text = toPrintable(last, LONGEST_LINE);
    return text === "" ? null : text;
  } finally {
    file.close();
  }
}

/** Returns a gateway's last line since a time in milliseconds since 1970, harmless and short; null if none. */
export async function readLastLine(
  host: Host,
  root: string,
  name: ProfileName,
  since: number,
): Promise<string | null> {
  const deadline = host.clock.elapsed() + LOGGER_LIMIT_MS;
  for (let before: string | null = null; ;) {
    const line = readLast(host, root, name, since);
    const settled = line !== null && line === before;
    if (settled || host.clock.elapsed() >= deadline) return line;
    before = line;
    await host.clock.sleep(POLL_MS);
  }
}
