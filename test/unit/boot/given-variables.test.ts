import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import {
  arrangeSearchPath,
  protectRoot,
  restoreGivenVariables,
} from "../../../src/boot/given-variables.ts";
import { ROOT_PATH } from "../../../src/core/runtime-environment.ts";
import { FakeHost } from "../../support/fake-host.ts";

function image(uid: number, environment: Record<string, string>): FakeHost {
  const host = new FakeHost({ uid, environment });
  host.disk.putFile(MAIN_WRAPPER, "");
  // Everything else is root's, or is not there.
  host.files.isWritable = (path) => path === "/opt/data" || path.startsWith("/opt/data/");
  return host;
}

const GIVEN = {
  PATH: "/opt/data/.local/bin:/usr/bin",
  BASH_ENV: "/opt/data/x",
  ENV: "/opt/data/y",
};

test("protectRoot() gives root its own PATH and keeps what was given", () => {
  const host = image(0, GIVEN);
  protectRoot(host);
  protectRoot(host);
  expect(host.environment).toMatchObject({
    PATH: ROOT_PATH,
    HERMES_GIVEN_PATH: GIVEN.PATH,
    HERMES_GIVEN_BASH_ENV: GIVEN.BASH_ENV,
    HERMES_GIVEN_ENV: GIVEN.ENV,
  });
  expect(host.environment["BASH_ENV"] ?? host.environment["ENV"]).toBeUndefined();
});

test("protectRoot() leaves hermes alone, and everybody outside the image", () => {
  const hermes = image(10_000, GIVEN);
  protectRoot(hermes);
  const host = new FakeHost({ uid: 0, environment: GIVEN });
  protectRoot(host);
  expect(hermes.environment).toMatchObject(GIVEN);
  expect(host.environment).toMatchObject(GIVEN);
});

test("restoreGivenVariables() gives hermes back what was kept from root, once", () => {
  const host = image(0, GIVEN);
  protectRoot(host);
  restoreGivenVariables(host);
  expect(host.environment["PATH"]).toBe(ROOT_PATH);
  host.users.becomeUser({ name: "hermes", uid: 10_000, gid: 10_000, home: "/opt/data" });
  restoreGivenVariables(host);
  const PATH = `/command:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin:/run/hermes-alias:/opt/data/.local/bin`;
  expect(host.environment).toMatchObject({ PATH, BASH_ENV: GIVEN.BASH_ENV, ENV: GIVEN.ENV });
  expect(Object.keys(host.environment).filter((name) => name.includes("GIVEN"))).toEqual([]);
});

test.each([
  ["", `${ROOT_PATH}:/run/hermes-alias`],
  ["/srv/bin", `/command:/srv/bin:${ROOT_PATH.slice("/command:".length)}:/run/hermes-alias`],
  [`x:${ROOT_PATH}:.`, `${ROOT_PATH}:/run/hermes-alias:x:.`],
  [
    `/opt/data/a/b::/opt/data:${ROOT_PATH}`,
    `${ROOT_PATH}:/run/hermes-alias:/opt/data/a/b:/opt/data`,
  ],
])("arrangeSearchPath() makes %j whole and puts what hermes can write last", (given, arranged) => {
  expect(arrangeSearchPath(image(10_000, {}), given)).toBe(arranged);
});

test("arrangeSearchPath() trusts no directory below one that hermes can write to", () => {
  const host = image(10_000, {});
  host.files.isWritable = (path) => path === "/srv";
  expect(arrangeSearchPath(host, `/srv/a/bin:${ROOT_PATH}`)).toEndWith(":/srv/a/bin");
});
