import { expect, test } from "bun:test";
import { askRegistrar } from "../../../../src/services/s6/registrar-client.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";
import { profileName } from "../../../support/names.ts";

const REQUEST = { verb: "register", name: profileName("coder") } as const;

function withRegistrar(answer: { exitCode: number; stderr: string }): FakeHost {
  const host = new FakeHost();
  installS6(host);
  host.table.install("s6-sudo", () => answer);
  return host;
}

test("askRegistrar() waits for the end of the boot, and not for ever", async () => {
  const host = withRegistrar({ exitCode: 0, stderr: "" });
  host.clock.after(700, () => host.disk.putFile("/run/hermes-registrar/socket", ""));
  await askRegistrar(host, REQUEST);
  expect(host.clock.elapsed()).toBe(700);
  host.files.removeFile("/run/hermes-registrar/socket");
  await askRegistrar(host, REQUEST);
  expect(host.clock.elapsed()).toBe(10_700);
});

test("askRegistrar() passes the socket, the verb and the name", async () => {
  const host = withRegistrar({ exitCode: 0, stderr: "" });
  await askRegistrar(host, REQUEST);
  expect(host.table.commands).toEqual([
    ["/command/s6-sudo", "/run/hermes-registrar/socket", "register", "coder"],
  ]);
});

test.each([
  ["\n  Hint: create it\n", "create it"],
  ["\n", undefined],
])("askRegistrar() repeats what the registrar said, and its hint (%j)", async (rest, hint) => {
  const message = "Cannot register gateway 'coder': no such profile";
  const stderr = `noise\n✗ ${message}${rest}`;
  const refused = askRegistrar(withRegistrar({ exitCode: 1, stderr }), REQUEST);
  expect(refused).rejects.toMatchObject({ message, hint });
});

test("askRegistrar() says how s6-sudo failed if the registrar said nothing", async () => {
  const stderr = "s6-sudo: fatal: unable to connect: Connection refused\n";
  expect(askRegistrar(withRegistrar({ exitCode: 111, stderr }), REQUEST)).rejects.toThrow(
    "s6-sudo register on 'gateway-coder' failed (rc=111): s6-sudo: fatal: unable to connect",
  );
});

test("askRegistrar() keeps the exit code of what may work a moment later", async () => {
  const stderr = "✗ Cannot register gateway 'coder': its profile cannot be looked at: no thread\n";
  const refused = askRegistrar(withRegistrar({ exitCode: 75, stderr }), REQUEST);
  expect(refused).rejects.toMatchObject({ exitCode: 75 });
});

test("askRegistrar() asks again while the registrar does not listen on its socket yet", async () => {
  const host = new FakeHost();
  installS6(host);
  const stderr =
    "s6-ipcclient: fatal: unable to connect to /run/hermes-registrar/socket: Connection refused\n";
  host.disk.putFile("/run/hermes-registrar/socket", "");
  host.table.install("s6-sudo", () =>
    host.table.commands.length < 3 ? { exitCode: 111, stderr } : {},
  );
  await askRegistrar(host, REQUEST);
  expect(host.table.commands).toHaveLength(3);
  host.table.install("s6-sudo", () => ({ exitCode: 111, stderr }));
  expect(askRegistrar(host, REQUEST)).rejects.toThrow("Connection refused");
});
