import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../support/executable.ts";
import { runProgram, type ProgramResult } from "../support/program.ts";

const HERE = process.arch === "arm64" ? "arm64" : "amd64";

/** What `scripts/image` takes a platform for, with either engine. */
function platformArch(
  engine: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const script = `. scripts/lib/common.sh; . scripts/lib/engine.sh; ENGINE=${engine}; platform_arch "$@"`;
  return runProgram(["bash", "-c", `cd '${REPOSITORY}'; ${script}`, "scripts/build", ...words], {
    env: { PATH: "/usr/bin:/bin", ...env },
  });
}

describe("platform_arch", () => {
  test.each([
    [[], HERE],
    [["--platform", "linux/arm64"], "arm64"],
    [["--platform=linux/arm64/v8"], "arm64"],
    [["--platform", "linux/aarch64"], "arm64"],
    [["--platform", "arm64"], "arm64"],
    [["--build-arg", "S6=plain", "--platform", "linux/amd64"], "amd64"],
    [["--platform=linux/amd64/v2"], "amd64"],
    [["--platform", "linux/x86_64"], "amd64"],
  ])("takes %j for %s", async (words, arch) => {
    const answer = { code: 0, stdout: `${arch}\n`, stderr: "" };
    expect(await platformArch("podman", words)).toMatchObject(answer);
  });

  test("takes docker's own variable if --platform is not there, and only with docker", async () => {
    const other = HERE === "arm64" ? "amd64" : "arm64";
    const env = { DOCKER_DEFAULT_PLATFORM: `linux/${other}` };
    expect((await platformArch("docker", [], env)).stdout).toBe(`${other}\n`);
    expect((await platformArch("docker", [`--platform=linux/${HERE}`], env)).stdout).toBe(
      `${HERE}\n`,
    );
    expect((await platformArch("podman", [], env)).stdout).toBe(`${HERE}\n`);
  });

  test.each([["--arch"], ["--arch=arm64"], ["--os=linux"]])(
    "refuses podman's %s, which would only relabel the image",
    async (word) => {
      const stderr = `✗ Cannot build with podman's '${word}': scripts/image knows --platform linux/amd64 and linux/arm64\n`;
      expect(await platformArch("podman", [word, "arm64"])).toMatchObject({ code: 1, stderr });
    },
  );

  test.each([
    [
      "linux/riscv64",
      "✗ Hermes is built for linux/amd64 and linux/arm64, not for 'linux/riscv64'\n",
    ],
    ["linux/arm/v7", "✗ Hermes is built for linux/amd64 and linux/arm64, not for 'linux/arm/v7'\n"],
    [
      "linux/amd64,linux/arm64",
      "✗ Cannot build for 'linux/amd64,linux/arm64' at once: scripts/image compiles for one platform ('docker buildx build' does several)\n",
    ],
  ])("refuses %s in a sentence", async (platform, stderr) => {
    const refusal = { code: 1, stdout: "", stderr };
    expect(await platformArch("docker", ["--platform", platform])).toMatchObject(refusal);
  });
});

/**
 * Runs a script of the image's build with nothing on PATH but these programs, so that one which goes on where it
 * should refuse finds nothing to do harm with.
 */
async function runBuildScript(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  { links = [], dpkg }: { readonly links?: readonly string[]; readonly dpkg?: string },
): Promise<ProgramResult> {
  const directory = mkdtempSync(join(tmpdir(), "hermes-platform-"));
  try {
    const path = join(directory, "bin");
    mkdirSync(path);
    for (const name of links) symlinkSync(Bun.which(name) ?? "", join(path, name));
    if (dpkg !== undefined) {
      writeFileSync(join(path, "dpkg"), `#!/bin/sh\necho ${dpkg}\n`);
      chmodSync(join(path, "dpkg"), 0o755);
    }
    return await runProgram(argv, { env: { PATH: path, ...env } });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function install(base: string, target: string, way: string): Promise<ProgramResult> {
  const argv = ["/bin/sh", join(REPOSITORY, "docker/build/s6.sh")];
  return runBuildScript(argv, { S6: way, TARGETARCH: target }, { dpkg: base });
}

describe("docker/build/s6.sh", () => {
  test.each([
    ["arm64", "amd64"],
    ["amd64", "arm64"],
  ])("refuses a base for %s in a build for %s, either way", async (base, target) => {
    const stderr = `✗ Cannot build for '${target}' on a base image for '${base}': pass --platform linux/${base}, or another BASE_IMAGE\n`;
    for (const way of ["overlay", "plain"]) {
      expect(await install(base, target, way)).toMatchObject({ code: 1, stdout: "", stderr });
    }
  });

  test("refuses a base that nothing is built for", async () => {
    const stderr =
      "✗ Cannot build for 'riscv64', which the base image is for: Hermes is built for amd64 and arm64\n";
    for (const way of ["overlay", "plain"]) {
      expect(await install("riscv64", "riscv64", way)).toMatchObject({ code: 1, stderr });
    }
  });

  test.each([["amd64"], ["arm64"]])("goes on if base and build are for %s", async (arch) => {
    const { code, stderr } = await install(arch, arch, "neither");
    expect([code, stderr]).toEqual([1, "✗ Unknown S6 'neither': use overlay or plain\n"]);
  });
});

describe("docker/build/stage.sh", () => {
  test.each([
    ["amd64", "dist/hermes-linux-arm64"],
    ["arm64", "dist/hermes-linux-x64"],
    ["amd64", "package.json"],
    ["", "dist/hermes-linux-x64"],
  ])("refuses in a build for '%s' the executable %s", async (target, executable) => {
    const result = await runBuildScript(
      ["/bin/bash", join(REPOSITORY, "docker/build/stage.sh")],
      { TARGETARCH: target, EXECUTABLE: join(REPOSITORY, executable) },
      { links: ["od", "tr"] },
    );
    const stderr = `✗ Cannot build for '${target}': ${join(REPOSITORY, executable)} is not compiled for it\n`;
    expect(result).toMatchObject({ code: 1, stdout: "", stderr });
  });

  test.each([
    ["amd64", "dist/hermes-linux-x64"],
    ["arm64", "dist/hermes-linux-arm64"],
  ])("goes on in a build for %s with the executable %s", async (target, executable) => {
    const { stderr } = await runBuildScript(
      ["/bin/bash", join(REPOSITORY, "docker/build/stage.sh")],
      { TARGETARCH: target, EXECUTABLE: join(REPOSITORY, executable) },
      { links: ["od", "tr"] },
    );
    // Nothing that it would go on with is there.
    expect(stderr).toEndWith("mkdir: command not found\n");
  });
});
