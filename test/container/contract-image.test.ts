import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { runContainer } from "./harness/container.ts";
import { engineOk, readEngine } from "./harness/engine.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { waitUntilReady } from "./support/status.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

const configSchema = v.looseObject({
  Entrypoint: v.array(v.string()),
  Env: v.array(v.string()),
  Labels: v.record(v.string(), v.string()),
  Volumes: v.record(v.string(), v.unknown()),
  StopSignal: v.string(),
});
const healthSchema = v.looseObject({
  Test: v.array(v.string()),
  Interval: v.number(),
  Timeout: v.number(),
  StartPeriod: v.number(),
});

async function inspect(format: string): Promise<unknown> {
  const { image } = readEngine();
  return JSON.parse(await engineOk(["image", "inspect", "--format", format, image]));
}

describe("the image", () => {
  test("says what it is", async () => {
    const config = v.parse(configSchema, await inspect("{{json .Config}}"));
    const label = (name: string) => config.Labels[`org.opencontainers.image.${name}`];
    const { stdout } = await runContainer({ args: ["version"] });
    const [, version, commit] = /^hermes (\S+) \((\S+)\)\n$/.exec(stdout) ?? [];
    expect(label("title")).toBe("Hermes");
    expect(label("description")).toMatch(/\w+ \w+/);
    expect(label("licenses")).toBe("MIT");
    expect(label("version")).toBe(version);
    expect(label("revision")).toBe(commit);
    expect(config.Entrypoint).toEqual(["/usr/local/lib/hermes/entrypoint.sh"]);
    expect(config.Env).toContain("HERMES_HOME=/opt/data");
    expect(config.StopSignal).toBe("SIGTERM");
    expect(Object.keys(config.Volumes)).toEqual(["/opt/data"]);
    // Neither a secret nor something that only the build needed.
    expect(config.Env.filter((entry) => /TOKEN|SECRET|PASSWORD|KEY|_URL=/.test(entry))).toEqual([]);
  });

  test("has a health check that asks hermes-boot", async () => {
    const { program } = readEngine();
    const field = program.endsWith("podman") ? ".HealthCheck" : ".Config.Healthcheck";
    const health = v.parse(healthSchema, await inspect(`{{json ${field}}}`));
    expect(health.Test).toEqual(["CMD", "/usr/local/bin/hermes-boot", "health"]);
    expect(health.Timeout).toBeLessThan(health.Interval);
    expect(health.StartPeriod).toBeGreaterThan(0);
  });

  test("takes the executable last, so that a commit changes nothing before it", async () => {
    const { image } = readEngine();
    const format = ["--no-trunc", "--format", "{{.CreatedBy}}"];
    const newestFirst = (await engineOk(["image", "history", ...format, image])).split("\n");
    const copies = newestFirst.filter((line) => /\bCOPY\b/.test(line));
    expect(copies.length).toBeGreaterThan(2);
    expect(copies[0]).toMatch(/ \/usr\/local\/bin\b/);
  });

  test("has nothing that is not needed, and nothing that anybody may write", async () => {
    const script = `
      for program in node npm python3 curl wget git gcc xz; do command -v $program; done
      ls /tmp /var/tmp /var/lib/apt/lists /var/cache/apt/archives/*.deb /build /root/.npm 2>/dev/null | grep -v -e : -e '^$'
      ls -d /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/apt /var/log/*.log 2>/dev/null
      find / -xdev -type f '(' -perm -0002 -o -name '*.tar.xz' ')'
      find / -xdev -type d -perm -0002 ! -perm -1000
      true`;
    const { stdout } = await runContainer({
      flags: ["--entrypoint=/bin/sh"],
      args: ["-c", script],
    });
    expect(stdout).toBe("");
  });
});

const dependenciesSchema = v.object({
  dependencies: v.optional(v.record(v.string(), v.string()), {}),
});
const lockSchema = v.object({ packages: v.record(v.string(), dependenciesSchema) });

/** The npm packages that Hermes needs at run time, directly or not, as package-lock.json has them. */
async function runtimePackages(): Promise<string[]> {
  const { packages } = v.parse(lockSchema, await Bun.file("package-lock.json").json());
  const found = new Set<string>();
  const visit = (path: string) => {
    for (const name of Object.keys(packages[path]?.dependencies ?? {})) {
      if (found.has(name)) continue;
      found.add(name);
      visit(`node_modules/${name}`);
    }
  };
  visit("");
  return [...found].toSorted();
}

async function inImage(script: string): Promise<string> {
  const flags = ["--entrypoint=/bin/sh"];
  return (await runContainer({ flags, args: ["-c", script] })).stdout;
}

describe("/usr/share/doc/hermes", () => {
  const DIRECTORY = "/usr/share/doc/hermes";

  test("has the licence text of Hermes and of each npm package in the executable", async () => {
    const packages = await runtimePackages();
    expect(packages.length).toBeGreaterThan(3);
    expect(await inImage(`cat ${DIRECTORY}/LICENSE`)).toBe(await Bun.file("LICENSE").text());
    const withText = await inImage(`cd ${DIRECTORY}/third-party && grep -rl 'Permission '`);
    const names = withText
      .split("\n")
      .flatMap((path) => /^(.+)\/LICENSE[^/]*$/.exec(path)?.[1] ?? []);
    expect(names.toSorted()).toEqual(packages);
  });

  test("says what Bun contains, and has the texts of its common licences", async () => {
    const bun = await inImage(`cat ${DIRECTORY}/third-party/bun/*`);
    expect(bun).toContain("JavaScriptCore");
    expect(await inImage("cat /usr/share/common-licenses/LGPL-2")).toContain("LIBRARY GENERAL");
    expect(await inImage("cat /usr/share/common-licenses/Apache-2.0")).toContain("Version 2.0");
  });

  test("has the licence text of each part of s6-overlay, or Debian's of s6", async () => {
    const parts = await inImage(
      "for part in /package/*/*; do [ ! -L $part ] || basename $part; done",
    );
    const names = parts.split("\n").filter((name) => name !== "");
    const texts = await inImage(`cat ${DIRECTORY}/third-party/s6-overlay/* 2>/dev/null`);
    const headings = texts.match(/^== .* ==$/gm) ?? [];
    const named = new Set(headings.flatMap((heading) => heading.slice(3, -3).split(", ")));
    expect(names.filter((name) => !named.has(name))).toEqual([]);
    if (names.length > 0) return;
    expect(texts).toBe("");
    expect(
      await inImage("cat /usr/share/doc/s6/copyright /usr/share/doc/execline/copyright"),
    ).toMatch(/Laurent Bercot[^]*Laurent Bercot/);
  });
});

test("the programs of procps are in the image: ps, pgrep, top, kill", async () => {
  await using container = await bootContainer();
  for (const user of ["root", "hermes"]) {
    expect(await container.execOk(user, ["ps", "-e", "-o", "user:12,args"])).toMatch(
      /^hermes +\S*sleep infinity$/m,
    );
    expect(await container.execOk(user, ["ps"])).toMatch(/^ +PID TTY/);
    const pid = (await container.execOk(user, ["pgrep", "-u", "hermes", "-x", "sleep"])).trim();
    expect(pid).toMatch(/^\d+$/);
    expect(await container.execOk(user, ["top", "-b", "-n", "1", "-p", pid])).toContain("sleep");
    expect(await container.execOk(user, ["/bin/kill", "-l", "TERM"])).toBe("15\n");
    expect((await container.exec(user, ["kill", "-0", pid])).code).toBe(0);
  }
});

describe("hermes-boot health", () => {
  test.concurrent("says whether every gateway that should run is ready, in a moment", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running", idle: null }));
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    await waitUntilReady(container, ["coder"]);
    const health = () => container.exec("root", ["/usr/local/bin/hermes-boot", "health"]);
    const good = { code: 0, stdout: "1 of 1 gateways that should run are ready\n", stderr: "" };
    expect(await health()).toMatchObject(good);

    // A gateway that is wanted and cannot run any more.
    await container.execOk("root", ["hermes", "-p", "coder", "gateway", "start"]);
    const breakIt = `printf '#!/bin/sh\nexit 1\n' >/run/service/gateway-coder/run`;
    await container.execOk("root", ["sh", "-c", breakIt]);
    await container.execOk("root", ["s6-svc", "-k", "/run/service/gateway-coder"]);
    await waitFor(async () => (await health()).code === 1, { what: "the health to be bad" });
    expect((await health()).stdout).toMatch(/^not ready: coder \(\S+\)\n$/);
    // Somebody stops it on purpose: nobody misses it.
    await container.execOk("root", ["hermes", "-p", "coder", "gateway", "stop"]);
    expect(await health()).toMatchObject({
      code: 0,
      stdout: "0 of 0 gateways that should run are ready\n",
    });
  });
});

const noModel = (profile: string) =>
  `warning: No model is configured: model.base_url and model.name are missing in /opt/data/profiles/${profile}/config.yaml; run \`hermes -p ${profile} setup\`, or write them into that file`;

describe("docker logs of a boot", () => {
  test.concurrent("with three profiles is at most 12 lines, each understandable", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(
      volume,
      profileScript({ coder: "running", writer: "running", idle: null }),
    );
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    await waitUntilReady(container, ["coder", "writer"]);
    const lines = (await readOutput(container)).trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(12);
    const withoutPids = lines.map((line) => line.replace(/pid \d+/, "pid"));
    expect(new Set(withoutPids)).toEqual(
      new Set([
        "Gateway 'coder' runs (pid)",
        noModel("coder"),
        "Gateway 'writer' runs (pid)",
        noModel("writer"),
        "reconcile: gateways: 2 started, 2 registered, 0 skipped",
      ]),
    );
  });

  test.concurrent("and of a shutdown has a line a gateway", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    await waitUntilReady(container, ["coder"]);
    await container.stop();
    const lines = (await readOutput(container)).trimEnd().split("\n");
    const ours = lines.filter((line) => !line.startsWith("warning: No model"));
    expect(ours).toHaveLength(3);
    expect(lines).toContain("Gateway 'coder' ended after SIGTERM");
  });
});
