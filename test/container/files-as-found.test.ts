import { expect, test } from "bun:test";
import { createVolume } from "./harness/volume.ts";
import { bootContainer, restartContainer } from "./support/booted.ts";
import { BOOT_LINE, readBootLog, withoutTime } from "./support/boot-log.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

const VOLUME = `
${profileScript({ odd: null, echo: null })}
echo '{"desired_state": "running", "pid": "123", "exit_reason": 7}' >profiles/odd/gateway_state.json
mkdir -p dotfiles profiles/mounted/..2026 profiles/default/pairing profiles/soul/SOUL.md
echo soul >dotfiles/SOUL.md
echo '{"desired_state": "running"}' >dotfiles/gateway_state.json
ln -s ../dotfiles profiles/dotted
echo soul >profiles/mounted/..2026/SOUL.md
ln -s ..2026 profiles/mounted/..data
ln -s ..data/SOUL.md profiles/mounted/SOUL.md
printf 'model:\n  api_key: sk-1234\n' >config.yaml
chmod 644 config.yaml
cd profiles && mkdir "$(printf 'caf\\351')" && touch "$(printf 'caf\\351')/SOUL.md"`;

test("a boot, a restart and every command take the files of a volume as users have them", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, VOLUME);
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await waitUntilReady(container, ["odd", "dotted"]);
  const first = await readBootLog(container);
  for (const line of first) expect(line).toMatch(BOOT_LINE);
  expect(first.map(withoutTime)).toEqual([
    "profile=default prior_state=None action=registered",
    'profile="caf%E9" prior_state=None action=skipped reason="its name is not UTF-8"',
    "profile=dotted prior_state=None action=started desired_state=running",
    "profile=echo prior_state=None action=registered",
    "profile=mounted prior_state=None action=registered",
    'profile=odd prior_state=None action=started desired_state=running reason="state file has an invalid pid, exit_reason"',
    'profile=soul prior_state=None action=skipped reason="its SOUL.md is a directory"',
  ]);

  for (const user of ["root", "hermes"] as const) {
    for (const name of ["dotted", "mounted"]) {
      await container.execOk(user, ["hermes", "-p", name, "gateway", "start"]);
      const status = await container.exec(user, ["hermes", "-p", name, "gateway", "status"]);
      expect(status).toMatchObject({ code: 0, stderr: "" });
    }
    for (const command of ["status", "doctor"]) {
      const ghost = await container.exec(user, ["hermes", "-p", "ghost", command]);
      expect(ghost).toMatchObject({ code: 4, stdout: "" });
    }
  }
  const doctor = await container.exec("root", ["hermes", "doctor"]);
  expect(doctor.stdout).toContain("Cause:  its SOUL.md is a directory\n");
  expect(doctor.stdout).toContain("profiles/caf%E9 is not a profile and gets no gateway\n");
  expect(doctor.stdout).toContain("Cause:  /usr/bin/echo is a program of that name\n");
  expect(doctor.stdout).toContain(
    "all users can read the secrets in /opt/data/config.yaml (0644)\n",
  );
  expect(doctor.stdout).not.toContain("profiles/default");

  await restartContainer(container);
  await waitUntilReady(container, ["odd", "dotted", "mounted"]);
  expect(await readConditions(container)).toEqual({
    default: "down",
    dotted: "ready",
    echo: "down",
    mounted: "ready",
    odd: "ready",
  });
  const second = (await readBootLog(container)).slice(first.length);
  expect(second.filter((line) => line.includes("profile=default "))).toHaveLength(1);
});
