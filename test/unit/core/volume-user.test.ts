import { expect, test } from "bun:test";
import { findVolumeUser } from "../../../src/core/volume-user.ts";
import { FakeHost } from "../../support/fake-host.ts";

const HERMES = { name: "hermes", uid: 10_000, gid: 10_000, home: "/opt/data" };

test("findVolumeUser() is hermes for root, and null for every other user", () => {
  expect(findVolumeUser(new FakeHost({ uid: 0, users: [HERMES] }))).toEqual(HERMES);
  expect(findVolumeUser(new FakeHost({ uid: 0 }))).toBeNull();
  expect(findVolumeUser(new FakeHost({ uid: 10_000, users: [HERMES] }))).toBeNull();
});
