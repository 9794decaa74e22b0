import { expect, test } from "bun:test";
import { createAgentDiagnosis } from "../../../src/agent/diagnosis.ts";
import { judgeSecrets } from "../../../src/doctor/secrets.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";

const KEY = "model:\n  api_key: sk-12345678\n";

function volume(): FakeHost {
  const host = new FakeHost({ uid: HERMES.uid, users: [HERMES] });
  host.disk.creator = { uid: HERMES.uid, gid: HERMES.gid };
  return host;
}

const judge = (host: FakeHost) =>
  judgeSecrets({ host, agent: createAgentDiagnosis(host) }, ["/vol", "/vol/profiles/coder"])
    ?.message;

test("judgeSecrets() names every .env that all users may read, and each config.yaml with a key", () => {
  const host = volume();
  host.disk.putFile("/vol/.env", "", { mode: 0o644 });
  host.disk.putFile("/vol/profiles/coder/config.yaml", KEY, { mode: 0o604 });
  expect(judge(host)).toBe(
    "all users can read the secrets in /vol/.env (0644), /vol/profiles/coder/config.yaml (0604)",
  );
});

test.each([
  [
    "files that an operator opened to a group",
    ({ disk }: FakeHost) => {
      disk.putFile("/vol/.env", "KEY=x", { mode: 0o660 });
      disk.putFile("/vol/config.yaml", KEY, { mode: 0o640 });
    },
  ],
  [
    "a config.yaml that names variables only",
    ({ disk }: FakeHost) =>
      disk.putFile("/vol/config.yaml", "model:\n  api_key: ${KEY}\n", { mode: 0o644 }),
  ],
  [
    "a link to a file that an orchestrator mounts",
    ({ disk }: FakeHost) => {
      disk.putFile("/secrets/..data/.env", "KEY=x", { mode: 0o644, uid: 0 });
      disk.putLink("/vol/.env", "/secrets/..data/.env");
    },
  ],
  [
    "a file of another user",
    ({ disk }: FakeHost) => disk.putFile("/vol/.env", "KEY=x", { mode: 0o644, uid: 0 }),
  ],
] as const)("judgeSecrets() accepts %s", (_, prepare) => {
  const host = volume();
  prepare(host);
  expect(judge(host)).toBeUndefined();
});
