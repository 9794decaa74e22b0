import { expect, test } from "bun:test";
import {
  adoptNonShellVariables,
  publishNonShellVariables,
  saveNonShellVariables,
} from "../../../src/boot/non-shell-variables.ts";
import { FakeHost } from "../../support/fake-host.ts";

const CONTAINER = "/run/s6/container_environment";

function booting(...environment: readonly string[]): FakeHost {
  const host = new FakeHost({ uid: 0 });
  host.table.start(1, { environment });
  return host;
}

function boot(host: FakeHost): void {
  saveNonShellVariables(host, 1);
  // Only now the init makes the directory of the container's environment.
  host.disk.putDirectory(CONTAINER);
  publishNonShellVariables(host);
}

test("saveNonShellVariables() and publishNonShellVariables() take names with dots and dashes past the init", () => {
  const host = booting("A=1", "my.var=x", "my-var=a=b", "2nd=", "a b=c d");
  boot(host);
  const published = (name: string) => host.disk.text(`${CONTAINER}/${name}`);
  expect(published("my.var")).toBe("x\n");
  expect(published("my-var")).toBe("a=b\n");
  expect(published("2nd")).toBe("\n");
  expect(published("a b")).toBe("c d\n");
  expect(host.files.exists(`${CONTAINER}/A`)).toBe(false);
  expect(host.notes).toEqual([]);
});

test("saveNonShellVariables() leaves out what cannot be a file of that directory", () => {
  const host = booting(
    "../../../etc/passwd=x",
    ".x=1",
    "a/b=1",
    "=1",
    "..=1",
    "BASH_FUNC_id%%=() { :; }",
  );
  boot(host);
  expect(host.files.listDirectory(CONTAINER)).toEqual({ kind: "names", names: [] });
  expect(host.files.exists("/run/hermes-boot")).toBe(false);
});

test("saveNonShellVariables() says which variable it could not save", () => {
  const host = booting("my.var=x");
  host.disk.fail("/run", "write", "ENOSPC");
  saveNonShellVariables(host, 1);
  expect(host.notes).toEqual([
    "warning: cannot hand on the variable 'my.var': no space left on device",
  ]);
});

test("adoptNonShellVariables() gives this process those that a shell has dropped", () => {
  const host = booting("my.var=x\ny", "my-var=z");
  boot(host);
  host.disk.putFile(`${CONTAINER}/OTHER`, "1\n");
  host.environment["my-var"] = "its own";
  adoptNonShellVariables(host);
  expect(host.environment["my.var"]).toBe("x\ny");
  expect(host.environment["my-var"]).toBe("its own");
  expect(host.environment["OTHER"]).toBeUndefined();
});

test("adoptNonShellVariables() does nothing outside the image", () => {
  const host = booting();
  const before = { ...host.environment };
  adoptNonShellVariables(host);
  expect(host.environment).toEqual(before);
});
