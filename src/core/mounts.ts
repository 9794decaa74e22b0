import { resolve } from "node:path";
import type { Host } from "../host/host.ts";

/** A line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export interface Mount {
  readonly id: number;
  /** The mount point. */
  readonly point: string;
  /** `ro`, `noexec` and the like. */
  readonly options: readonly string[];
}

/** Replaces the escapes of mountinfo: a backslash and three octal digits for a blank, a newline or a backslash. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Parses `/proc/self/mountinfo`; broken lines are left out. */
export function parseMounts(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const [id, , , , point, options] = line.split(" ");
    if (point === undefined || options === undefined) return [];
    return [{ id: Number(id), point: unescapeOctal(point), options: options.split(",") }];
  });
}

/** Returns the mounts of this container; null if they cannot be read. */
export function readMounts(host: Host): readonly Mount[] | null {
  const text = host.files.readSystemFile("/proc/self/mountinfo");
  return text === null ? null : parseMounts(text);
}

/** Returns the options of the mount that a path is on: the longest mount point wins, and of two the later one. */
export function findMountOptions(mounts: readonly Mount[], path: string): readonly string[] {
  const above = mounts.filter(({ point }) => point === "/" || `${path}/`.startsWith(`${point}/`));
  const inner = above.toSorted((one, other) => one.point.length - other.point.length).at(-1);
  return inner?.options ?? [];
}

/** Returns true if something is mounted below a path, or if the mounts cannot be read. */
export function hasMountBelow(host: Host, path: string): boolean {
  const prefix = `${resolve(path)}/`;
  return readMounts(host)?.some(({ point }) => point.startsWith(prefix)) ?? true;
}

/** Returns the first mount point at a path or below it, which can be neither renamed nor removed; null without one. */
export function findMountAt(host: Host, path: string): string | null {
  const whole = resolve(path);
  const points = (readMounts(host) ?? []).map(({ point }) => point);
  return points.find((point) => point === whole || point.startsWith(`${whole}/`)) ?? null;
}
