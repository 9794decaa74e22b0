import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { readImageHome } from "../../../src/boot/container-environment.ts";
import { FakeHost } from "../../support/fake-host.ts";

const STARTED_WITH = "/run/s6/container_environment/HERMES_HOME";

function image(home: string | null): FakeHost {
  const host = new FakeHost();
  host.disk.putFile(MAIN_WRAPPER, "");
  if (home !== null) host.disk.putFile(STARTED_WITH, home);
  return host;
}

test("readImageHome() is what the container was started with, with and without a newline", () => {
  expect(readImageHome(image("/data/hermes\n"))).toBe("/data/hermes");
  expect(readImageHome(image("/data/her mes"))).toBe("/data/her mes");
});

test.each([null, "", "\n"])("readImageHome() is the image's own if that is %j", (home) => {
  expect(readImageHome(image(home))).toBe("/opt/data");
});

test("readImageHome() is nothing outside the image", () => {
  const host = new FakeHost();
  host.disk.putFile(STARTED_WITH, "/data\n");
  expect(readImageHome(host)).toBeNull();
});
