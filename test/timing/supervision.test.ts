import { expect, test } from "bun:test";
import type { Container } from "../container/harness/container.ts";
import { createVolume } from "../container/harness/volume.ts";
import { bootContainer } from "../container/support/booted.ts";
import { bootDashboard, waitForDashboard } from "../container/support/dashboard.ts";
import { processesOf } from "../container/support/processes.ts";
import { readGateway } from "../container/support/status.ts";
import { onVolumeAsHermes, profileScript } from "../container/support/volume-content.ts";

/** Kills a gateway and prints the milliseconds until another process of it is ready. */
const KILL = `
slot=/run/service/gateway-$1
pid="$(s6-svstat -o pid "$slot")"
now() { read -r up _ </proc/uptime; echo "\${up%.*}\${up#*.}0"; }
before="$(now)"
kill -9 "$pid"
while
  # A service that is down is "ready" to be started.
  set -- $(s6-svstat -o up,ready,pid "$slot")
  [ "$1 $2" != "true true" ] || [ "$3" = "$pid" ]
do
  sleep 0.02
done
echo "$(($(now) - before))"
`;

const kill = async (container: Container, name: string) =>
  Number(await container.execOk("root", ["sh", "-c", KILL, "sh", name]));

test("a healthy gateway that is killed is ready again within two seconds", async () => {
  const names = ["coder", "writer", "tester"];
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, profileScript({ coder: null, writer: null, tester: null }));
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  const times: number[] = [];
  // Three gateways, for the delay of one grows with its crashes.
  for (const name of names) {
    await container.execOk("hermes", ["hermes", "-p", name, "gateway", "start"]);
    times.push(await kill(container, name));
    expect(await readGateway(container, name)).toMatchObject({ state: "ready", recentCrashes: 1 });
  }
  const [, median] = times.toSorted((a, b) => a - b);
  expect(median).toBeLessThan(2000);
});

test.each(["KILL", "TERM"])(
  "the dashboard starts again within about 2 s after SIG%s",
  async (signal) => {
    await using container = await bootDashboard();
    await waitForDashboard(container);
    const [before] = await processesOf(container, "hermes dashboard");
    const script = `kill -${signal} ${before?.pid}; date +%s%N; while ! (exec 3<>/dev/tcp/127.0.0.1/9119) 2>/dev/null || kill -0 ${before?.pid} 2>/dev/null; do sleep 0.02; done; date +%s%N`;
    const times = await container.execOk("root", ["bash", "-c", script]);
    const [killed = 0, back = 0] = times.trim().split("\n").map(Number);
    expect((back - killed) / 1e6).toBeLessThan(2500);
    const [after] = await processesOf(container, "hermes dashboard");
    expect(after?.pid).not.toBe(before?.pid);
  },
);
