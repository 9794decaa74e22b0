import { expect, test } from "bun:test";
import { createApp, selectProfile } from "../../../src/cli/app.ts";
import type { HermesHome } from "../../../src/profiles/home.ts";
import { FakeHost, type FakeHostOptions } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const HOME: HermesHome = { root: "/opt/data", currentProfile: profileName("current") };

const select = (flag: string | null, options: FakeHostOptions = {}) =>
  String(selectProfile(new FakeHost(options), HOME, flag));

test("selectProfile() is the one that HERMES_HOME names, without anything else", () => {
  expect(select(null)).toBe("current");
  expect(select(null, { argv: ["/usr/local/bin/hermes"] })).toBe("current");
});

test("selectProfile() prefers -p, as a person types it", () => {
  expect(select(" Coder ", { argv: ["writer"] })).toBe("coder");
  expect(select("default")).toBe("default");
});

test("selectProfile() refuses a bad -p with exit code 2", () => {
  for (const flag of ["", "../x", "a b", "root"]) {
    expect(() => select(flag)).toThrow(expect.objectContaining({ exitCode: 2 }));
  }
});

test("selectProfile() takes a link named after a profile for -p", () => {
  expect(select(null, { argv: ["coder"] })).toBe("coder");
  expect(select(null, { argv: ["/run/hermes-alias/coder"] })).toBe("coder");
});

test("selectProfile() does not take the executable's own names for a profile", () => {
  for (const name of ["hermes", "hermes-boot", "/usr/local/bin/hermes", ""]) {
    expect(select(null, { argv: [name] })).toBe("current");
  }
  expect(select(null, { argv: [] })).toBe("current");
});

test("selectProfile() is default for a supervised gateway, whose slot has no -p", () => {
  const environment = { HERMES_S6_SUPERVISED_CHILD: "1" };
  expect(select(null, { environment })).toBe("default");
  expect(select("coder", { environment })).toBe("coder");
  expect(select(null, { environment: { HERMES_S6_SUPERVISED_CHILD: "" } })).toBe("current");
});

test("createApp() finds the installation and the service manager", async () => {
  const host = new FakeHost({ environment: { HERMES_HOME: "/opt/data/profiles/coder" } });
  const app = createApp(host, null);
  expect(app.home.root).toBe("/opt/data");
  expect(String(app.profile)).toBe("coder");
  expect((await app.manager()).kind).toBe("none");
});
