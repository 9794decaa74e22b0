import type { Host } from "../host/host.ts";

const CGROUPS = "/sys/fs/cgroup";

/**
 * The files in which the kernel counts what the OOM killer ended in this process's cgroup (cgroup v2: memory.events,
 * v1: memory.oom_control), the most exact path first: inside a container its own cgroup is usually the root of the
 * mount.
 */
function counterPaths(membership: string): readonly string[] {
  return membership.split("\n").flatMap((line) => {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === "") return [];
    const below = path === "/" ? [""] : [path, ""];
    if (controllers === "") return below.map((one) => `${CGROUPS}${one}/memory.events`);
    if (!controllers.split(",").includes("memory")) return [];
    return below.map((one) => `${CGROUPS}/memory${one}/memory.oom_control`);
  });
}

/** Returns how many processes of the container the OOM killer has ended so far; null if the kernel does not tell. */
export function readOomKills(host: Host): number | null {
  for (const path of counterPaths(host.files.readSystemFile("/proc/self/cgroup") ?? "")) {
    const count = /^oom_kill (\d+)$/m.exec(host.files.readSystemFile(path) ?? "")?.[1];
    if (count !== undefined) return Number(count);
  }
  return null;
}
