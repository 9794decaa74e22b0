import { resolve } from "node:path";
import type { Host } from "../host/host.ts";

/** A line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export interface Mount {
  readonly id: number;
  /** Where it is mounted. */
  readonly point: string;
  readonly isReadOnly: boolean;
}

/** Blanks, newlines and backslashes stand there as `\` and three octal digits. */
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
    const isReadOnly = options.split(",").includes("ro");
    return [{ id: Number(id), point: unescapeOctal(point), isReadOnly }];
  });
}

/** What is mounted in this container; null where nobody says. */
export function readMounts(host: Host): readonly Mount[] | null {
  const text = host.files.readSystemFile("/proc/self/mountinfo");
  return text === null ? null : parseMounts(text);
}

/** Whether something is mounted below a path; yes where nobody knows. */
export function hasMountBelow(host: Host, path: string): boolean {
  const prefix = `${resolve(path)}/`;
  return readMounts(host)?.some(({ point }) => point.startsWith(prefix)) ?? true;
}

/** The first mount point that is a path or lies below it: neither can be renamed or removed for good. Null without one. */
export function findMountAt(host: Host, path: string): string | null {
  const whole = resolve(path);
  const points = (readMounts(host) ?? []).map(({ point }) => point);
  return points.find((point) => point === whole || point.startsWith(`${whole}/`)) ?? null;
}
