import { expect, test } from "bun:test";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { waitFor } from "../support/program.ts";
import { giveTo } from "../support/s6-tree.ts";
import { QUICK_MS } from "../support/quick.ts";

/** Root supervises, the gateways are hermes, as in the image. */
const { tree, add, gateway, report, starts, log } = useFixtureGateways(IMAGE_LIKE);

/** The processes of the fixture `forks`, wherever they went. */
const children = (name: string) => {
  const pids = new Set(
    tree()
      .processes()
      .filter(({ pid }) => tree().environmentOf(pid).get("PROFILE") === tree().profile(name))
      .map(({ pid }) => pid),
  );
  return tree()
    .processes()
    .filter(({ pid, argv }) => pids.has(pid) && argv[0] === "sleep");
};

async function addAsHermes(name: string, behaviour: string): Promise<void> {
  await add(name, behaviour);
  const directory = tree().profile(name);
  giveTo(HERMES_UID, tree().home, directory, `${directory}/SOUL.md`, `${directory}/behaviour`);
}

const asHermes = (name: string, ...words: readonly string[]) =>
  tree().run(["/usr/local/bin/hermes", "-p", name, "gateway", ...words], { uid: HERMES_UID });

test.concurrent.each([
  { name: "family", behaviour: "forks", stubborn: 1 },
  { name: "runaways", behaviour: "forks away", stubborn: 2 },
])(
  "hermes gateway stop leaves no child behind, and names those it had to kill ($behaviour)",
  async ({ name, behaviour, stubborn }) => {
    await addAsHermes(name, behaviour);
    expect((await asHermes(name, "start")).code).toBe(0);
    await waitFor("the children", () => children(name).length === stubborn + 2);
    expect(children(name).map(({ uid }) => uid)).toEqual(children(name).map(() => HERMES_UID));
    const killed = children(name).filter(({ argv }) => argv[1] === "4321");
    const { code, milliseconds } = await asHermes(name, "stop");
    expect(code).toBe(0);
    expect(milliseconds).toBeWithin(1900, 8000);
    expect(children(name)).toEqual([]);
    const named = killed.map(
      ({ pid }) => `Gateway '${name}' left 'sleep 4321' (pid ${pid}) behind: killed`,
    );
    for (const line of named) expect(log(name)).toContain(line);
    expect(log(name).match(/behind: killed/g)).toHaveLength(stubborn);
  },
);

test.concurrent("hermes gateway stop kills a gateway that ignores SIGTERM, after its time", async () => {
  await addAsHermes("deaf", "deaf");
  expect((await asHermes("deaf", "start")).code).toBe(0);
  const { code, milliseconds } = await asHermes("deaf", "stop");
  expect(code).toBe(0);
  expect(milliseconds).toBeWithin(9900, 25_000);
  expect(children("deaf")).toEqual([]);
  expect(log("deaf")).toContain("Gateway 'deaf' did not end after SIGTERM: killed");
  expect(log("deaf")).toMatch(/Gateway 'deaf' left 'sleep 1000' \(pid \d+\) behind: killed/);
  expect(await report("deaf")).toMatchObject({ state: "down", lastExit: { meaning: "stopped" } });
});

test.concurrent("a gateway that crashes leaves no child behind, before it is started again", async () => {
  await addAsHermes("crashed", "forks");
  expect((await asHermes("crashed", "start")).code).toBe(0);
  const before = children("crashed").map(({ pid }) => pid);
  await tree().run(["/usr/bin/s6-svc", "-k", tree().slot("crashed")]);
  await waitFor("the next start", () => starts("crashed").length === 2);
  const left = children("crashed").filter(({ pid }) => before.includes(pid));
  expect(left).toEqual([]);
  expect((await asHermes("crashed", "stop")).code).toBe(0);
});

test("a gateway that exits at once as hermes gets a growing backoff, as any other", async () => {
  await addAsHermes("hasty", "ends 1");
  await asHermes("hasty", "start");
  const [first = 0, second = 0, third = 0] = starts("hasty");
  expect(second - first).toBeGreaterThan(900);
  expect(third - second).toBeGreaterThan(1800);
  expect(log("hasty")).not.toMatch(/bug|warning|cannot/);
  const { code, milliseconds } = await asHermes("hasty", "stop");
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(QUICK_MS);
});

test("a healthy gateway that is killed is ready again soon", async () => {
  await addAsHermes("phoenix", "healthy");
  expect((await asHermes("phoenix", "start")).code).toBe(0);
  const pid = (await tree().status("phoenix"))?.pid;
  const killed = performance.now();
  await tree().run(["/bin/kill", "-9", String(pid)]);
  await waitFor("the new one", async () => {
    const status = await tree().status("phoenix");
    return status?.ready === true && status.pid !== pid;
  });
  expect(performance.now() - killed).toBeLessThan(QUICK_MS);
  expect((await gateway("phoenix", "stop")).code).toBe(0);
});
