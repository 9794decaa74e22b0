import { expect, test } from "bun:test";
import {
  buildSlotsAhead,
  isAheadPossible,
  publishSlotsBuiltAhead,
} from "../../../src/boot/ahead.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../support/fake-host.ts";

const INIT_SCRIPTS = "/etc/cont-init.d";
const CONTENTS = "/etc/s6-overlay/s6-rc.d/user/contents.d";

/** The image as it is built. */
function image(options: FakeHostOptions = {}): FakeHost {
  const host = new FakeHost({ uid: 0, users: [HERMES], ...options });
  const scripts = ["00-signals", "01-hermes-setup", "015-supervise-perms", "02-reconcile-profiles"];
  for (const name of [...scripts, "03-dashboard-toggle"]) {
    host.disk.putFile(`${INIT_SCRIPTS}/${name}`, "");
  }
  for (const name of ["dashboard", "main-hermes", "registrar"]) {
    host.disk.putFile(`${CONTENTS}/${name}`, "");
  }
  host.disk.putDirectory("/run/hermes-boot");
  host.disk.putDirectory("/run/service");
  host.disk.putFifo("/run/service/.s6-svscan/control", "present");
  return host;
}

test("isAheadPossible() is true in the image as it is built", () => {
  expect(isAheadPossible(image())).toBe(true);
});

test.each([
  `${INIT_SCRIPTS}/00-mine`,
  `${INIT_SCRIPTS}/015-mine`,
  `${INIT_SCRIPTS}/99-mine`,
  "/etc/s6-overlay/s6-rc.d/user2/contents.d/mine",
  `${CONTENTS}/mine`,
  "/etc/services.d/mine",
  "/etc/fix-attrs.d/mine",
])("isAheadPossible() is false where somebody has put %s into the image", (path) => {
  const host = image();
  host.disk.putFile(path, "");
  expect(isAheadPossible(host)).toBe(false);
});

test.each([
  ["S6_STAGE2_HOOK", "/hook", false],
  ["S6_STAGE2_HOOK", "", true],
  ["S6_PROFILE_GATEWAY_SCANDIR", "/run/other", false],
  ["S6_PROFILE_GATEWAY_SCANDIR", "/run/service", true],
])("isAheadPossible() with %s=%s is %p", (name, value, expected) => {
  expect(isAheadPossible(image({ environment: { [name]: value } }))).toBe(expected);
});

async function buildAhead(host: FakeHost, ...names: readonly string[]): Promise<void> {
  await buildSlotsAhead(host, async (directory) => {
    for (const name of names) host.disk.putFile(`${directory}/${name}/run`, name);
    return names;
  });
}

test("publishSlotsBuiltAhead() puts every slot in its place, tells s6 once, and does nothing again", async () => {
  const host = image();
  await buildAhead(host, "gateway-default", "gateway-coder");
  expect(host.disk.has("/run/service/gateway-default/run")).toBe(false);
  publishSlotsBuiltAhead(host);
  expect(host.disk.text("/run/service/gateway-default/run")).toBe("gateway-default");
  expect(host.disk.text("/run/service/gateway-coder/run")).toBe("gateway-coder");
  publishSlotsBuiltAhead(host);
  expect(host.disk.fifoWrites).toEqual(["/run/service/.s6-svscan/control a"]);
  expect(host.notes).toEqual([]);
});

test("publishSlotsBuiltAhead() is nothing for who may not, and where none were built", async () => {
  const host = image();
  publishSlotsBuiltAhead(host);
  await buildAhead(host, "gateway-default");
  host.users.becomeUser(HERMES);
  publishSlotsBuiltAhead(host);
  expect(host.disk.fifoWrites).toEqual([]);
  expect(host.disk.has("/run/service/gateway-default")).toBe(false);
});

test("buildSlotsAhead() leaves nothing where there is nothing to be published ahead", async () => {
  const host = image();
  expect(await buildSlotsAhead(host, async () => null)).toBeNull();
  expect(host.disk.has("/run/hermes-boot/slots")).toBe(false);
  expect(host.disk.has("/run/hermes-boot/.slots")).toBe(false);
});
