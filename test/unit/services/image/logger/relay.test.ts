import { expect, test } from "bun:test";
import { Relay } from "../../../../../src/services/image/logger/relay.ts";
import type { LogStreams, PipeReader } from "../../../../../src/host/log-streams.ts";
import { readLoggerError } from "../../../../../src/services/logger-error.ts";
import { FakeHost } from "../../../../support/fake-host.ts";
import { profileName } from "../../../../support/names.ts";

const DIRECTORY = "/vol/logs/gateways/coder";
const CURRENT = `${DIRECTORY}/current`;

/** A gateway that prints, an output, and an s6-log that writes to the fake volume. */
class FakeStreams implements LogStreams {
  readonly input: string[] = [];
  hasEnded = false;
  output = "";
  outputRoom = Infinity;
  /** What s6-log complains of when it starts; null if it works. */
  complaint: string | null = null;
  /** Whether s6-log writes at once, and not only when `work()` is called. */
  isFast = true;
  /** Whether the volume takes what s6-log writes. */
  volumeTakes = true;
  /** What s6-log wrote. The file on the fake volume has its size alone: writing it anew each time is slow. */
  volume = "";
  #pipe = "";
  #pipeIsOpen = true;
  #child: { alive: boolean } | null = null;
  readonly #host: FakeHost;

  constructor(host: FakeHost) {
    this.#host = host;
  }

  read(buffer: Uint8Array): number | "empty" | "end" {
    const next = this.input.shift();
    if (next === undefined) return this.hasEnded ? "end" : "empty";
    return buffer.length < next.length ? "empty" : Buffer.from(next).copy(buffer);
  }

  write(bytes: Uint8Array): number {
    const taken = Math.min(this.outputRoom, bytes.length);
    this.output += Buffer.from(bytes.subarray(0, taken)).toString();
    this.outputRoom -= taken;
    return taken;
  }

  writePipe(bytes: Uint8Array): number {
    const taken = Math.min(65_536 - this.#pipe.length, bytes.length);
    this.#pipe += Buffer.from(bytes.subarray(0, taken)).toString();
    if (this.isFast) this.work();
    return taken;
  }

  /** Lets s6-log write. */
  work(): void {
    if (this.#child?.alive !== true || !this.volumeTakes) return;
    this.volume += this.#pipe;
    this.#pipe = "";
    this.#host.disk.putFile(CURRENT, "", { size: this.volume.length });
    if (!this.#pipeIsOpen) this.#child.alive = false;
  }

  endPipe(): void {
    this.#pipeIsOpen = false;
    this.work();
  }

  reopenPipe(): void {
    this.#pipeIsOpen = true;
  }

  startReader(): PipeReader {
    const { complaint } = this;
    const child = { alive: complaint === null };
    this.#child = child;
    this.work();
    return {
      pid: 77,
      exit: () => (child.alive ? null : { code: complaint === null ? 0 : 111, signal: null }),
      complaint: () => complaint ?? "",
      kill: () => {
        child.alive = false;
      },
    };
  }
}

function begin(prepare: (host: FakeHost, streams: FakeStreams) => void = () => undefined) {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putDirectory(DIRECTORY);
  const streams = new FakeStreams(host);
  prepare(host, streams);
  const name = profileName("coder");
  let isOurs = false;
  const relay = new Relay(host, streams, {
    name,
    directory: DIRECTORY,
    command: ["/command/s6-log"],
    environment: {},
    greeting: "begins",
    greetsOutput: false,
    onLocked: () => isOurs,
  });
  const onVolume = () => streams.volume.split("\n").map((line) => line.replace(/^@\S+ /, ""));
  const trouble = () => readLoggerError(host, name);
  return { host, streams, relay, onVolume, trouble, own: () => (isOurs = true) };
}

test("Relay leaves the work to s6-log as soon as both destinations take lines", async () => {
  const { streams, relay, onVolume, host, trouble } = begin();
  streams.input.push("one\ntw");
  host.clock.after(500, () => streams.input.push("o\n"));
  expect(await relay.run(() => false)).toBe("healthy");
  expect(streams.output).toBe("one\ntwo\n");
  expect(onVolume()).toEqual(["hermes: gateway 'coder': begins", "one", "two", ""]);
  expect(host.clock.elapsed()).toBeLessThan(3000);
  expect(trouble()).toBeNull();
});

test("Relay says once what keeps lines from the volume, and brings them there when that is over", async () => {
  const complaint = `s6-log: fatal: unable to open ${DIRECTORY}/lock: Permission denied\n`;
  const { streams, relay, onVolume, host, trouble } = begin((_, given) => {
    given.complaint = complaint;
  });
  streams.input.push("one\n");
  host.clock.after(5000, () => {
    expect(trouble()).toMatchObject({
      volume: `unable to open ${DIRECTORY}/lock: Permission denied`,
      output: null,
      missingOnVolume: 0,
    });
  });
  host.clock.after(10_000, () => (streams.complaint = null));
  expect(await relay.run(() => false)).toBe("healthy");
  expect(streams.output.split("\n")).toEqual([
    "one",
    `hermes: gateway 'coder' logs to the container's output only: unable to open ${DIRECTORY}/lock: Permission denied`,
    "hermes: gateway 'coder' logs to the volume again",
    "",
  ]);
  expect(onVolume()).toContain("one");
  expect(trouble()).toBeNull();
});

test("Relay counts what it drops for a volume that takes nothing, and says so there", async () => {
  const { streams, relay, onVolume, host } = begin((_, given) => {
    given.volumeTakes = false;
  });
  const count = 20_000;
  for (let first = 0; first < count; first += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) => `number ${first + index}\n`);
    streams.input.push(lines.join(""));
  }
  host.clock.after(4000, () => host.disk.fail(DIRECTORY, "write", "ENOSPC"));
  host.clock.after(20_000, () => {
    streams.volumeTakes = true;
    streams.work();
  });
  expect(await relay.run(() => false)).toBe("healthy");
  const lines = onVolume();
  const kept = lines.filter((line) => line.startsWith("number "));
  const missing = lines.flatMap((line) => /: (\d+) lines are missing/.exec(line)?.[1] ?? []);
  expect(kept.length + missing.reduce((sum, text) => sum + Number(text), 0)).toBe(count);
  expect(kept.at(-1)).toBe(`number ${count - 1}`);
  expect(streams.output).toContain(`number ${count - 1}\n`);
  expect(streams.output.match(/output only/g)).toHaveLength(1);
  expect(streams.output).toMatch(
    /logs to the volume again, without \d+ lines that were only shown here\n/,
  );
});

test("Relay drops nothing for a volume that is only slow: the gateway waits", async () => {
  const { streams, relay, onVolume, host } = begin((_, given) => {
    given.isFast = false;
  });
  const count = 60_000;
  for (let first = 0; first < count; first += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) => `number ${first + index}\n`);
    streams.input.push(lines.join(""));
  }
  for (let time = 200; time < 10_000; time += 200) host.clock.after(time, () => streams.work());
  expect(await relay.run(() => false)).toBe("healthy");
  expect(onVolume().filter((line) => line.startsWith("number "))).toHaveLength(count);
  expect(streams.output.split("\n")).toHaveLength(count + 1);
});

test("Relay goes on for the volume while the output is not read, and counts the lines missing there", async () => {
  const { streams, relay, onVolume, host, trouble } = begin((_, given) => {
    given.outputRoom = 100;
  });
  const count = 40_000;
  for (let first = 0; first < count; first += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) => `number ${first + index}\n`);
    streams.input.push(lines.join(""));
  }
  host.clock.after(5000, () => {
    expect(trouble()?.output).toBe("no process reads the container's output");
    expect(trouble()?.missingOnOutput).toBeGreaterThan(0);
    streams.outputRoom = Infinity;
  });
  expect(await relay.run(() => false)).toBe("healthy");
  const shown = streams.output.split("\n").filter((line) => line.startsWith("number "));
  const missing = Number(/: (\d+) lines are missing here/.exec(streams.output)?.[1]);
  expect(shown.length + missing).toBe(count);
  expect(onVolume().filter((line) => line.startsWith("number "))).toHaveLength(count);
  expect(onVolume()).toContain("hermes: gateway 'coder': no process reads the container's output");
  expect(onVolume()).toContain(
    `hermes: gateway 'coder': the container's output is read again; it lacks ${missing} lines`,
  );
});

test("Relay asks a logger that was left behind to end, and says that another container writes if none was", async () => {
  const complaint = `s6-log: fatal: unable to lock ${DIRECTORY}/lock: Resource busy\n`;
  const prepare = (_: FakeHost, given: FakeStreams) => {
    given.complaint = complaint;
  };
  const left = begin(prepare);
  left.own();
  left.host.clock.after(3000, () => (left.streams.complaint = null));
  expect(await left.relay.run(() => false)).toBe("healthy");
  expect(left.streams.output).toBe("");
  const other = begin(prepare);
  let asked = false;
  other.host.clock.after(3000, () => (asked = true));
  expect(await other.relay.run(() => asked)).toBe("ended");
  expect(other.streams.output).toContain(
    `only: another container writes ${DIRECTORY}: give each container a volume of its own\n`,
  );
});

test("Relay writes the last lines, and does not wait long for a destination that takes none", async () => {
  const well = begin();
  well.streams.input.push("one\nlast words");
  well.streams.hasEnded = true;
  expect(await well.relay.run(() => false)).toBe("ended");
  expect(well.streams.output).toBe("one\nlast words\n");
  expect(well.onVolume()).toContain("last words");
  const refused = begin((_, given) => {
    given.complaint = "s6-log: fatal: unable to open the lock";
  });
  // More than the pipe holds.
  for (let index = 0; index < 3; index += 1) refused.streams.input.push("one\n".repeat(10_000));
  refused.host.clock.after(1000, () => (refused.streams.hasEnded = true));
  expect(await refused.relay.run(() => false)).toBe("ended");
  expect(refused.host.clock.elapsed()).toBeLessThan(1200);
  const stuck = begin((_, given) => {
    given.volumeTakes = false;
    given.outputRoom = 0;
  });
  stuck.streams.input.push("one\n");
  stuck.streams.hasEnded = true;
  expect(await stuck.relay.run(() => false)).toBe("ended");
  expect(stuck.host.clock.elapsed()).toBeLessThan(5000);
});
