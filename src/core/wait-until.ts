import type { Host } from "../host/host.ts";

/** Polls until `condition` holds. Returns false if it does not within `limitMs`. */
export async function waitUntil(
  host: Host,
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
  intervalMs = 20,
): Promise<boolean> {
  const deadline = host.clock.elapsed() + limitMs;
  for (;;) {
    if (await condition()) return true;
    if (host.clock.elapsed() >= deadline) return false;
    await host.clock.sleep(intervalMs);
  }
}
