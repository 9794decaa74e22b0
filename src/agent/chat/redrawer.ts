import type { Host } from "../../host/host.ts";

/** Milliseconds between two drawings; faster changes are drawn together. */
const PAUSE_MS = 16;

/** Draws soon after a change, but not more often than a person can see, nor than the cost of the drawing allows. */
export function createRedrawer(host: Host, draw: () => void): () => void {
  let isDue = false;
  let next = 0;
  const drawNow = () => {
    const started = host.clock.elapsed();
    draw();
    const ended = host.clock.elapsed();
    next = ended + Math.max(PAUSE_MS, (ended - started) * 3);
  };
  const drawLater = async () => {
    await host.clock.sleep(Math.max(1, next - host.clock.elapsed()));
    isDue = false;
    drawNow();
  };
  return () => {
    if (isDue) return;
    if (host.clock.elapsed() >= next) drawNow();
    else {
      isDue = true;
      void drawLater();
    }
  };
}
