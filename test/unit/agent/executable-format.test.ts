import { expect, test } from "bun:test";
import { findObstacle, type Machine } from "../../../src/agent/executable-format.ts";

const MACHINE: Machine = {
  architecture: "x64",
  exists: (path) => ["/bin/sh", "/usr/bin/env", "/lib/ld.so", "/opt/x"].includes(path),
  isOnPath: (name) => name === "python3",
};

function obstacleOf(start: string | Uint8Array, machine = MACHINE): string | null {
  const bytes = typeof start === "string" ? new TextEncoder().encode(start) : start;
  return findObstacle(bytes, machine)?.reason ?? null;
}

test.each([
  ["#!/opt/old/python3 -E\n", '"/opt/old/python3", which is not there'],
  ["#! /bin/sh\r\n", '"/bin/sh\\r", which is not there'],
  ["#!/gone", '"/gone", which is not there'],
  ["#!/usr/bin/env node\n", '"node", which is not on PATH'],
  ["#!/usr/bin/env python3 -u\n", '"python3 -u", which is not on PATH'],
  ["#!/usr/bin/env -S node --x\n", '"node", which is not on PATH'],
  ["#!/usr/bin/env -S A=1 node\n", '"node", which is not on PATH'],
  ["#!/usr/bin/env /opt/y\n", '"/opt/y", which is not on PATH'],
])("findObstacle() finds what the first line %j lacks", (start, asked) => {
  expect(obstacleOf(start)).toBe(`its first line asks for ${asked}`);
});

test.each([
  "#!/bin/sh\n",
  "#! /bin/sh -e\n",
  "#!sh\n",
  "#!/usr/bin/env python3\n",
  "#!/usr/bin/env -S python3 -u\n",
  "#!/usr/bin/env -S -i node\n",
  '#!/usr/bin/env -S "no de"\n',
  "#!/usr/bin/env -i\n",
  "#!/usr/bin/env A=1\n",
  "#!/usr/bin/env /opt/x\n",
  "#!/usr/bin/env\n",
  "echo hi\n",
])("findObstacle() has nothing against a program that begins with %j", (start) => {
  expect(obstacleOf(start)).toBeNull();
});

test("findObstacle() refuses an empty file, and one that is not text", () => {
  expect(obstacleOf("")).toBe("it is empty");
  expect(obstacleOf("PNG\0\0")).toBe("it is not a program");
});

/** The beginning of a 64-bit program with one program header. */
function elf({ machine = 62, type = 3, loader = "/lib/ld.so" } = {}): Uint8Array {
  const bytes = new Uint8Array(256);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, type, true);
  view.setUint16(18, machine, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint32(64, loader === "" ? 1 : 3, true);
  view.setBigUint64(72, 128n, true);
  view.setBigUint64(96, BigInt(loader.length + 1), true);
  bytes.set(new TextEncoder().encode(loader), 128);
  return bytes;
}

const reason = (architecture: string) =>
  `it was built for another kind of processor; this one is ${architecture}`;

test("findObstacle() refuses a program for another processor", () => {
  expect(obstacleOf(elf())).toBeNull();
  expect(obstacleOf(elf({ machine: 183 }))).toBe(reason("x64"));
  expect(obstacleOf(elf(), { ...MACHINE, architecture: "arm64" })).toBe(reason("arm64"));
  expect(obstacleOf(elf({ machine: 183 }), { ...MACHINE, architecture: "arm64" })).toBeNull();
  expect(obstacleOf(elf({ machine: 8 }), { ...MACHINE, architecture: "riscv64" })).toBeNull();
});

test("findObstacle() names the loader that is missing", () => {
  expect(obstacleOf(elf({ loader: "/lib/ld-musl.so" }))).toBe(
    'it needs "/lib/ld-musl.so", which is not there',
  );
  expect(obstacleOf(elf({ loader: "" }))).toBeNull();
});

test("findObstacle() refuses a program that is cut off or no executable", () => {
  for (const bytes of [elf().subarray(0, 40), elf({ type: 1 })]) {
    expect(obstacleOf(bytes)).toBe("it is a damaged program");
  }
  // Its headers may be further back than was read.
  expect(obstacleOf(elf().subarray(0, 100))).toBeNull();
});
