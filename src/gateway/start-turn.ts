import type { Host } from "../host/host.ts";

/** Clock ticks of `/proc/<pid>/stat` a second: 100 on every Linux that Bun runs on (proc(5), USER_HZ). */
const TICKS = 100;
/** Milliseconds after which a gateway that is still not ready is asked less often. */
const PATIENCE_MS = 60_000;
const SLOW_ASKING_MS = 3000;

/** Keeps a gateway that never gets ready from being asked five times a second for as long as it lives. */
export async function waitBeforeAsking(host: Host, supervisedPid: number): Promise<void> {
  const facts = host.processes.readProcess(supervisedPid);
  if (facts === null) return;
  const age = host.clock.uptime() - (facts.startTime * 1000) / TICKS;
  if (age > PATIENCE_MS) await host.clock.sleep(SLOW_ASKING_MS);
}
