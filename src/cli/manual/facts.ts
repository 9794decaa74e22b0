import { ExitCode } from "../../core/errors.ts";

/** Facts of the manual that no definition of a command holds: exit codes, variables, files. */
export const EXIT_STATUS: readonly (readonly [code: string, meaning: string])[] = [
  [String(ExitCode.done), "Done."],
  [String(ExitCode.failed), "Failed; the line that begins with a cross says why."],
  [String(ExitCode.usage), "Wrong usage."],
  [String(ExitCode.notRunning), "Not running, of gateway status; a problem, of doctor."],
  [String(ExitCode.noSuchGateway), "No such gateway, or no such profile."],
  [String(ExitCode.bug), "A bug in Hermes."],
  [String(ExitCode.tryAgain), "Try again."],
  [String(ExitCode.configuration), "The configuration cannot be used."],
  ["128+n", "Ended by the signal with the number n."],
];

export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  [
    "HERMES_HOME",
    "The volume: /opt/data in the image, ~/.hermes on a host. As <root>/profiles/<name> it also names the profile.",
  ],
  ["HERMES_AGENT", "Absolute path of the program that a gateway becomes."],
  ["HERMES_GATEWAY_NO_SUPERVISE", "gateway run is the gateway itself, in the foreground."],
  ["HERMES_DOCKER_EXEC_AS_ROOT", "Root's commands stay root in the image."],
  [
    "HERMES_DASHBOARD_HOST, HERMES_DASHBOARD_PORT",
    "Address and port of the dashboard: 127.0.0.1, 9119.",
  ],
  ["NO_COLOR, CLICOLOR_FORCE, TERM", "Turn colour off or on, unless --color is given."],
  ["TZ", "The zone in which times are shown."],
];

export const FILES: readonly (readonly [path: string, meaning: string])[] = [
  ["$HERMES_HOME/profiles/<name>/", "A profile; SOUL.md in it makes it one."],
  ["$HERMES_HOME/active_profile", "The name of the current profile."],
  ["$HERMES_HOME/logs/gateways/<name>/current", "The output of a profile's gateway."],
  ["$HERMES_HOME/logs/gateway-events.log", "The events of all gateways."],
  ["$HERMES_HOME/logs/container-boot.log", "The actions of the boots, a line for each profile."],
  ["$HERMES_HOME/hooks/gateway-event", "An executable that is called with every event."],
];
