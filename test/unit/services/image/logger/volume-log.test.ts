import { expect, test } from "bun:test";
import { findObstacle } from "../../../../../src/services/image/logger/volume-log.ts";
import { FakeHost } from "../../../../support/fake-host.ts";

const DIRECTORY = "/vol/logs/gateways/coder";

test("findObstacle() makes a missing directory, and leaves nothing in it", () => {
  const host = new FakeHost();
  expect(findObstacle(host, DIRECTORY)).toBeNull();
  expect(host.files.listDirectory(DIRECTORY)).toEqual({ kind: "names", names: [] });
});

test("findObstacle() names a volume that refuses chmod, before s6-log leaves an archive there", () => {
  const host = new FakeHost();
  host.disk.fail("/vol", "mode", "EPERM");
  expect(findObstacle(host, DIRECTORY)).toBe(
    `${DIRECTORY}: the volume does not let s6-log change modes (chmod: operation not permitted), so no log can be kept there`,
  );
  expect(host.files.listDirectory(DIRECTORY)).toEqual({ kind: "names", names: [] });
});
