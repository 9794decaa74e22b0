import type { Container } from "../harness/container.ts";
import { waitFor } from "../harness/wait-for.ts";

export interface ContainerProcess {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  /** Field 22 of `/proc/<pid>/stat`: together with the pid it tells two processes apart for good. */
  readonly startTime: number;
  readonly args: readonly string[];
}

/** The image has no ps: a block of three lines a process, its own shell's number first. */
const LOOK = `
echo $$
for directory in /proc/[0-9]*; do
  stat="$(cat "$directory/stat")" && uid="$(awk '/^Uid:/ { print $2 }' "$directory/status")" || continue
  arguments="$(tr '\\000\\n' '\\037 ' <"$directory/cmdline")" || continue
  printf '%s\\n%s\\n%s\\n' "$stat" "$uid" "$arguments"
done 2>/dev/null
`;

function parseProcess(stat: string, uid: string, argumentText: string): ContainerProcess {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const args = argumentText.split("\u001f");
  if (args.at(-1) === "") args.pop();
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(fields[1]),
    uid: Number(uid),
    startTime: Number(fields[19]),
    args,
  };
}

/** The processes of a container without the ones that look; zombies have no arguments. */
export async function listProcesses(container: Container): Promise<readonly ContainerProcess[]> {
  const [self, ...lines] = (await container.execOk("root", ["sh", "-c", LOOK])).split("\n");
  const processes: ContainerProcess[] = [];
  for (let index = 0; index + 2 < lines.length; index += 3) {
    processes.push(
      parseProcess(lines[index] ?? "", lines[index + 1] ?? "", lines[index + 2] ?? ""),
    );
  }
  const own = Number(self);
  return processes.filter(({ pid, parent }) => pid !== own && parent !== own);
}

/** Whether a process is the gateway of a profile (`-p default` is what a container's command is given only). */
function isGateway({ args }: ContainerProcess, profile: string): boolean {
  const words = args.slice(1).join(" ");
  return (
    words.startsWith(`-p ${profile} gateway run`) ||
    (profile === "default" && words.startsWith("gateway run"))
  );
}

/** The processes that are the gateway of a profile: one where it runs, none where it is down. */
export async function listGatewayProcesses(
  container: Container,
  profile: string,
): Promise<readonly ContainerProcess[]> {
  return (await listProcesses(container)).filter((process) => isGateway(process, profile));
}

/** The process that is the gateway of a profile. Throws unless there is exactly one. */
export async function findGateway(
  container: Container,
  profile: string,
): Promise<ContainerProcess> {
  const [process, ...others] = await listGatewayProcesses(container, profile);
  if (process === undefined || others.length > 0) {
    throw new Error(`Gateway '${profile}' has ${others.length + (process ? 1 : 0)} processes`);
  }
  return process;
}

/** Waits until a profile's gateway is a process: where it is not s6 that starts it, nothing else tells. */
export async function waitForGateway(
  container: Container,
  profile: string,
): Promise<ContainerProcess> {
  await waitFor(async () => (await listGatewayProcesses(container, profile)).length === 1, {
    what: `the process of gateway '${profile}'`,
  });
  return await findGateway(container, profile);
}

/** Waits for the `sleep infinity` that a container's command became, and gives what is one. */
export async function waitForSleep(container: Container): Promise<readonly ContainerProcess[]> {
  const isSleep = ({ args }: ContainerProcess) =>
    args.length === 2 && args[0]?.endsWith("sleep") === true && args[1] === "infinity";
  const find = async () => (await listProcesses(container)).filter(isSleep);
  await waitFor(async () => (await find()).length > 0, { what: "sleep infinity" });
  return await find();
}

/** The processes with these words in their command line. */
export async function processesOf(container: Container, words: string) {
  const processes = await listProcesses(container);
  return processes.filter(({ args }) => args.join(" ").includes(words));
}
