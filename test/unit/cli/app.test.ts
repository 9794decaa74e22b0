import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { createApp, environmentOf } from "../../../src/cli/app.ts";
import { FakeHost, type FakeHostOptions } from "../../support/fake-host.ts";

function appOf(flag: string | null, options: FakeHostOptions = {}) {
  const environment = { HERMES_HOME: "/opt/data/profiles/current", ...options.environment };
  return createApp(new FakeHost({ ...options, environment }), flag);
}

const select = (flag: string | null, options: FakeHostOptions = {}) =>
  String(appOf(flag, options).profile);

test("selectProfile() is the one that HERMES_HOME names, without anything else", () => {
  expect(select(null)).toBe("current");
  expect(select(null, { argv: ["/usr/local/bin/hermes"] })).toBe("current");
});

test("selectProfile() prefers -p, as a person types it", () => {
  expect(select(" Coder ", { argv: ["writer"] })).toBe("coder");
  expect(select("default")).toBe("default");
});

test("createApp() refuses a bad -p at once with exit code 2", () => {
  for (const flag of ["", "../x", "a b", "root"]) {
    expect(() => appOf(flag)).toThrow(expect.objectContaining({ exitCode: 2 }));
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

test("selectProfile() is the one in use if nothing else names one", () => {
  const environment = { HERMES_HOME: "/opt/data" };
  const host = new FakeHost({ environment });
  expect(String(createApp(host, null).profile)).toBe("default");
  host.disk.putFile("/opt/data/active_profile", "Coder\n");
  expect(String(createApp(host, null).profile)).toBe("coder");
  expect(String(createApp(host, "writer").profile)).toBe("writer");
  Object.assign(host.environment, { HERMES_S6_SUPERVISED_CHILD: "1" });
  expect(String(createApp(host, null).profile)).toBe("default");
});

test("createApp() lets commands be that do not ask for a profile, whatever the file says", () => {
  const host = new FakeHost({ environment: { HERMES_HOME: "/opt/data" } });
  host.disk.putFile("/opt/data/active_profile", "../x");
  const app = createApp(host, null);
  expect(() => app.profile).toThrow("Cannot tell the current profile: /opt/data/active_profile");
});

test("createApp() finds the installation and the service manager", async () => {
  const host = new FakeHost({ environment: { HERMES_HOME: "/opt/data/profiles/coder" } });
  const app = createApp(host, null);
  expect(app.home.root).toBe("/opt/data");
  expect(String(app.profile)).toBe("coder");
  expect((await app.manager()).kind).toBe("none");
});

test("createApp() in the image takes an empty HERMES_HOME for the container's volume", () => {
  const host = new FakeHost({ environment: { HERMES_HOME: "", HOME: "/opt/data" } });
  expect(createApp(host, null).home.root).toBe("/opt/data/.hermes");
  host.disk.putFile(MAIN_WRAPPER, "");
  expect(createApp(host, null).home.root).toBe("/opt/data");
  expect(environmentOf(createApp(host, null))).toMatchObject({ HERMES_HOME: "/opt/data" });
});
