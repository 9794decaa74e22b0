import { join } from "node:path";
import { AppError, ExitCode } from "../../core/errors.ts";
import { ROOT_PATH, THREADLESS_WORDS } from "../../core/runtime-environment.ts";
import { REGISTRAR_DIRECTORY } from "../../core/image.ts";
import type { Host } from "../../host/host.ts";
import { parseProfileName, quoteName } from "../../profiles/name.ts";
import { findS6Program } from "../s6/programs.ts";
import { REGISTRAR_SOCKET, type RegistrarRequest } from "../s6/registrar-client.ts";

/** Requests at the same time, and of one uid: so that one client cannot take all connections, and root gets through. */
const CONNECTIONS = { all: 40, ofOneUid: 32 } as const;
/** Milliseconds that a client has to say what it wants. */
const REQUEST_LIMIT_MS = 5000;

/** Writes the access rules of s6-ipcserver-access: root and hermes, by uid, and no other user. */
function writeRules(host: Host, hermes: number): string {
  const rules = join(REGISTRAR_DIRECTORY, "rules");
  host.files.removeTree(REGISTRAR_DIRECTORY);
  for (const [who, answer] of [
    ["0", "allow"],
    [String(hermes), "allow"],
    ["default", "deny"],
  ] as const) {
    const directory = join(rules, "uid", who);
    host.files.ensureDirectory(directory, 0o755);
    host.files.createFile(join(directory, answer), "", 0o644);
  }
  return rules;
}

/**
 * The program of the service registrar, which reports on its stdout that it is ready: a server on a socket that belongs
 * to root, which runs `hermes-boot registrar` for each request. A rootless container does not need it: hermes writes
 * the scan directory itself. s6-sudod lets the client fill every variable that is empty, so none may be: `env -i` drops
 * those that s6-ipcserver adds.
 */
export function registrarCommand(host: Host): readonly string[] {
  if (host.users.currentUid() !== 0) {
    // The notice that the services have been started.
    host.files.ensureDirectory(REGISTRAR_DIRECTORY, 0o755);
    host.output.result("\n");
    // tail ends with the reader of its output, which s6-supervise is until it has read that line.
    return ["/bin/sh", "-c", "exec tail -f /dev/null >/dev/null"];
  }
  const hermes = host.users.findUserByName("hermes");
  if (hermes === null) {
    throw new AppError("refused", "Cannot start the registrar: /etc/passwd has no user hermes");
  }
  const rules = writeRules(host, hermes.uid);
  const variables = ["HERMES_HOME", "S6_PROFILE_GATEWAY_SCANDIR"].flatMap((name) => {
    const value = host.environment[name] ?? "";
    return value === "" ? [] : [`${name}=${value}`];
  });
  const { all, ofOneUid } = CONNECTIONS;
  const server = `-1 -q -c ${all} -C ${ofOneUid}`.split(" ");
  const access = `-v 0 -E -i ${rules}`.split(" ");
  const sudod = `-0 -t ${REQUEST_LIMIT_MS}`.split(" ");
  return [
    findS6Program(host, "s6-ipcserver"),
    ...server,
    REGISTRAR_SOCKET,
    findS6Program(host, "s6-ipcserver-access"),
    ...access,
    "/usr/bin/env",
    "-i",
    `PATH=${ROOT_PATH}`,
    ...variables,
    ...THREADLESS_WORDS,
    findS6Program(host, "s6-sudod"),
    ...sudod,
    "/usr/local/bin/hermes-boot",
    "registrar",
  ];
}

/** Validates what crossed the border: exactly one verb and one name. Throws a usage error otherwise. */
export function parseRegistrarRequest(args: readonly string[]): RegistrarRequest {
  const [verb, text] = args;
  if (args.length !== 2 || text === undefined || (verb !== "register" && verb !== "unregister")) {
    throw new AppError(
      "refused",
      "Refused: the registrar takes `register NAME` or `unregister NAME`",
      {
        exitCode: ExitCode.usage,
      },
    );
  }
  const parsed = parseProfileName(text);
  if (parsed.ok) return { verb, name: parsed.name };
  throw new AppError(
    "invalid-name",
    `Refused: invalid profile name ${quoteName(text)}: ${parsed.reason}`,
  );
}
