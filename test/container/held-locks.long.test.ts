import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Container } from "./harness/container.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, restartContainer } from "./support/booted.ts";

/**
 * Opens every file below /run in every way that hermes can, takes every kind of lock on it, and keeps all of that until
 * it is killed. Then it says which files those are.
 */
const HOLDER = `
use Fcntl qw(:flock :DEFAULT);
my (@held, @left) = ();
@left = ($ARGV[0]);
while (defined(my $path = shift @left)) {
  # Those in /run/hermes are hermes' own: what it wants of itself is not root's concern.
  next if -l $path || $path eq "/run/hermes" && $ARGV[0] ne $path;
  # hermes may enter some directories that it cannot list.
  push @left, glob("$path/* $path/.[!.]*"), map { "$path/supervise/$_" } qw(lock status) if -d $path;
  for my $mode (O_RDONLY, O_RDWR) {
    sysopen(my $handle, $path, $mode | O_NONBLOCK) or next;
    flock($handle, LOCK_EX | LOCK_NB);
    my $range = pack("s s x4 q q i x4", $mode == O_RDONLY ? F_RDLCK : F_WRLCK, 0, 0, 0, 0);
    fcntl($handle, F_SETLK, $range);
    push @held, $handle;
    print "$path\n";
    # It waits for what another has, and gets it when that one ends.
    next unless $path =~ /lock$/ && $mode == O_RDONLY;
    fork() or flock($handle, LOCK_SH), sleep(100000), exit;
    fork() or fcntl($handle, F_SETLKW, $range), sleep(100000), exit;
  }
}
close(STDOUT);
open(my $done, ">", "$ARGV[1].held"); close($done);
sleep(100000);
`;

let container: Container;

/** Has hermes hold all that it can below a directory; `report` gets the paths. */
async function hold(directory: string, report: string): Promise<void> {
  const start = 'perl -e "$1" "$2" "$3" >"$3" 2>/dev/null & exec sleep 0';
  await container.execOk("hermes", ["sh", "-c", start, "sh", HOLDER, directory, report]);
  const isHeld = async () =>
    (await container.exec("root", ["test", "-e", `${report}.held`])).code === 0;
  await waitFor(isHeld, { what: "the holder" });
}

beforeAll(async () => {
  container = await bootContainer();
  for (const words of [
    "profile create one",
    "-p one gateway start",
    "profile create gone",
    "profile delete gone -y",
  ]) {
    await container.execOk("root", ["hermes", ...words.split(" ")]);
  }
});
afterAll(async () => {
  await container.remove();
});

const hermes = (words: string, env: Readonly<Record<string, string>> = {}) =>
  container.exec("root", ["hermes", ...words.split(" ")], { env });

/** Starts four gateways, and stops whatever runs in their slots before it is ready (`s6-svc -P`, `-p`). */
const STOPPER = `
for name in a b c d; do hermes profile create "$name" || exit 1; done
for name in a b c d; do s6-svc -u "/run/service/gateway-$name"; done
for round in $(seq 40); do
  for name in a b c d; do
    s6-svc -P "/run/service/gateway-$name"
    s6-svc -c "/run/service/gateway-$name"
    sleep 0.005
  done
done
for name in a b c d; do s6-svc -P "/run/service/gateway-$name"; done
`;

/** Asks for registrations without end, and sends every supervisor of them away (`s6-svc -x`). */
const ASKER = `
for name in e f g; do hermes profile create "$name" || exit 1; done
perl -e 'use Fcntl; while (1) { for my $path (glob "/run/service/gateway-{e,f,g}{,/log}/supervise/control") {
  sysopen(my $fifo, $path, O_WRONLY | O_NONBLOCK) or next; syswrite($fifo, "dx"); close $fifo
} select(undef, undef, undef, 0.01) }' asker &
for round in $(seq 10); do
  for name in e f g; do
    sh -c 'while :; do /command/s6-sudo /run/hermes-registrar/socket register "$1"; done' asker "$name" &
  done
done >/dev/null 2>&1
`;

describe("hermes, who asks the registrar without end,", () => {
  test("keeps root from taking none of its gateways away", async () => {
    await container.execOk("hermes", ["sh", "-c", `{ ${ASKER} } >/dev/null 2>&1`]);
    for (const name of ["e", "f"]) {
      const { code, stderr } = await hermes(`profile delete ${name} -y`, {
        HERMES_DOCKER_EXEC_AS_ROOT: "1",
      });
      expect({ name, code, stderr }).toMatchObject({ name, code: 0 });
    }
    await restartContainer(container);
  });
});

describe("hermes, who starts its gateway again and again,", () => {
  test("keeps root from taking it away in no way", async () => {
    await container.execOk("hermes", ["hermes", "profile", "create", "flood"]);
    const flood =
      'yes uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuPPPPPPPP >"/run/service/gateway-flood/supervise/control" 2>/dev/null & exec sleep 0';
    await container.execOk("hermes", ["sh", "-c", flood]);
    const { code, stderr } = await hermes("profile delete flood -y", {
      HERMES_DOCKER_EXEC_AS_ROOT: "1",
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });
});

/** Writes a command into a gateway's control FIFO without end, also into that of the next supervisor. */
const FLOOD = `use Fcntl; $SIG{PIPE} = "IGNORE"; alarm 120; while (-d "/opt/data/profiles/$ARGV[0]") {
  sysopen(my $fifo, "/run/service/gateway-$ARGV[0]/supervise/control", O_WRONLY | O_NONBLOCK) or next;
  1 while syswrite($fifo, $ARGV[1] x 4096);
  select(undef, undef, undef, 0.001);
}`;

const asRoot = { HERMES_DOCKER_EXEC_AS_ROOT: "1" };
const flood = async (name: string, commands: string, where = container) =>
  where.execOk("hermes", [
    "sh",
    "-c",
    'perl -e "$1" "$2" "$3" >/dev/null 2>&1 & exec sleep 0',
    "sh",
    FLOOD,
    name,
    commands,
  ]);
const svstat = (name: string) =>
  container.execOk("root", ["s6-svstat", "-o", "up,wantedup", `/run/service/gateway-${name}`]);

describe("hermes, who commands its gateway without end,", () => {
  test.each([
    ["u", "stop", "false false"],
    ["uPk", "stop", "false false"],
    ["d", "restart", "true true"],
    ["kd", "start", "true true"],
  ])("%p, keeps root from no %s", async (commands, verb, expected) => {
    const name = `flood-${verb}-${commands.length}-${commands.charCodeAt(0)}`;
    await container.execOk("hermes", ["hermes", "profile", "create", name]);
    if (verb !== "start")
      await container.execOk("hermes", ["hermes", "-p", name, "gateway", "start"]);
    await flood(name, commands);
    const { code, stderr } = await hermes(`-p ${name} gateway ${verb}`, asRoot);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain(`only root may control gateway '${name}' now`);
    expect((await svstat(name)).trim()).toBe(expected);
    const state = await container.execOk("root", [
      "cat",
      `/opt/data/profiles/${name}/gateway_state.json`,
    ]);
    expect(JSON.parse(state)).toMatchObject({
      desired_state: verb === "stop" ? "stopped" : "running",
    });
    // Neither directly nor through the registrar.
    for (const words of [
      ["hermes", "-p", name, "gateway", verb === "stop" ? "start" : "stop"],
      ["s6-sudo", "/run/hermes-registrar/socket", "unregister", name],
      ["hermes", "profile", "delete", name, "-y"],
    ]) {
      const refused = await container.exec("hermes", words);
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.stderr).toContain("only root may control it now");
    }
    expect((await svstat(name)).trim()).toBe(expected);
    await container.execOk("root", ["hermes", "profile", "delete", name, "-y"], { env: asRoot });
  });
});

describe("hermes, who commands its gateways without end,", () => {
  test("keeps the container from stopping in no way", async () => {
    await using stopping = await bootContainer({ flags: ["--stop-timeout=60"] });
    for (const [name, commands] of Object.entries({ u: "u", x: "udx", d: "Pd" })) {
      await stopping.execOk("hermes", ["hermes", "profile", "create", name]);
      await stopping.execOk("hermes", ["hermes", "-p", name, "gateway", "start"]);
      await flood(name, commands, stopping);
    }
    const { milliseconds } = await stopping.stop();
    expect(milliseconds).toBeLessThan(15_000);
    expect(await stopping.exitCode()).toBe(143);
  });
});

describe("hermes, who puts links in root's way,", () => {
  test("has root, who stays root, delete nothing but hermes' own", async () => {
    await container.execOk("hermes", ["hermes", "profile", "create", "linked"]);
    await container.execOk("root", ["sh", "-c", "mkdir /etc/linked; : >/etc/linked/file"]);
    const swap = "cd /opt/data/logs && mv gateways kept && ln -s /etc gateways";
    await container.execOk("hermes", ["sh", "-c", swap]);
    await hermes("profile delete linked -y", { HERMES_DOCKER_EXEC_AS_ROOT: "1" });
    await container.execOk("root", ["test", "-e", "/etc/linked/file"]);
    await container.execOk("hermes", [
      "sh",
      "-c",
      "cd /opt/data/logs && rm gateways && mv kept gateways",
    ]);
  });
});

describe("hermes, who stops what runs in its slots,", () => {
  test("keeps no other gateway from starting", async () => {
    await container.execOk("hermes", ["sh", "-c", STOPPER]);
    for (const words of ["profile create other", "-p other gateway start"]) {
      const { code, stderr } = await hermes(words);
      expect({ words, code, stderr }).toMatchObject({ words, code: 0 });
    }
    for (const name of ["a", "b", "c", "d"]) {
      expect((await hermes(`profile delete ${name} -y`)).code).toBe(0);
    }
  });
});

describe("hermes, who holds every lock that it can open,", () => {
  // Not before: a restart of the container ends who holds them.
  beforeAll(() => hold("/run", "/tmp/run"));

  test("can open none that root waits for", async () => {
    const paths = (await container.execOk("root", ["cat", "/tmp/run"])).trim().split("\n");
    expect(paths).toContain("/run/service/gateway-one/supervise/status");
    expect(paths.filter((path) => /[./]lock$|control$/.test(path) && path !== "/run/lock")).toEqual(
      [],
    );
  });

  test("keeps no command of root's from its work", async () => {
    for (const words of [
      "profile create two",
      "-p two gateway start",
      "-p two gateway restart",
      "-p one gateway stop",
      "-p one gateway start",
      "doctor --fix",
    ]) {
      const { code, stderr, milliseconds } = await hermes(words);
      expect({ words, code, stderr }).toMatchObject({ words, code: 0 });
      expect(milliseconds).toBeLessThan(15_000);
    }
  });

  test("keeps no supervisor from starting again", async () => {
    for (const service of ["gateway-one", "gateway-one/log", "registrar"]) {
      const path = `/run/service/${service}`;
      const pid = async () => container.execOk("root", ["s6-svstat", "-o", "pid", path]);
      const before = await pid();
      await container.execOk("root", ["s6-svc", "-xdk", path]);
      await waitFor(
        async () => {
          await container.exec("root", ["s6-svc", "-u", path]);
          const { code, stdout } = await container.exec("root", [
            "s6-svstat",
            "-o",
            "up,pid",
            path,
          ]);
          return code === 0 && stdout.startsWith("true ") && stdout !== `true ${before}`;
        },
        { what: `the next supervisor of ${service}` },
      );
    }
  });

  test("keeps root, who stays root, from nothing with something else in the place of a lock", async () => {
    const path = "/run/hermes/profiles.lock";
    // SQLite believes a journal that stands beside a file, and waits for it if it is a FIFO.
    const journal = `head -c 4096 /dev/zero >${path}; mkfifo ${path}-journal`;
    for (const make of [
      `head -c 8192 /dev/urandom >${path}`,
      `mkdir ${path}`,
      `mkfifo ${path}`,
      journal,
    ]) {
      await container.execOk("root", ["hermes", "profile", "create", "odd"]);
      await container.execOk("hermes", ["sh", "-c", `rm -rf ${path}; ${make}`]);
      const { code, stderr } = await hermes("profile delete odd -y", {
        HERMES_DOCKER_EXEC_AS_ROOT: "1",
      });
      expect({ make, code, stderr }).toMatchObject({ make, code: 0 });
      await container.execOk("hermes", ["rm", "-rf", path, `${path}-journal`]);
    }
  });

  test("keeps root, who stays root, from nothing, be it with hermes' own locks", async () => {
    // It makes the lock, which the test before has removed.
    await container.execOk("root", ["hermes", "profile", "create", "own"]);
    await hold("/run/hermes", "/tmp/hermes");
    const own = await container.execOk("root", ["cat", "/tmp/hermes"]);
    expect(own).toContain("/run/hermes/profiles.lock");
    const { code, stderr, milliseconds } = await hermes("profile delete two -y", {
      HERMES_DOCKER_EXEC_AS_ROOT: "1",
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(milliseconds).toBeLessThan(20_000);
  });

  test("does not live longer than the container", async () => {
    await restartContainer(container);
    expect((await hermes("profile create three")).code).toBe(0);
  });
});
