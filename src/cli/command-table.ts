import type { App } from "./app.ts";
import type { Command, Example } from "./command.ts";
import { renderVersion } from "./version.ts";

/**
 * A place in the tree of commands: a group of them, a command that is loaded when used, or a text for which neither the
 * installation nor its user matter, and which is there at once.
 */
export type Entry =
  | { readonly summary: string; readonly load: (app: App) => Promise<Command> }
  | {
      readonly summary: string;
      readonly examples: readonly Example[];
      readonly text: () => string;
    }
  | Group;

/** Commands under one word. */
export interface Group {
  readonly summary: string;
  readonly examples: readonly Example[];
  readonly children: Table;
}

export type Table = Readonly<Record<string, Entry>>;

/** All commands of one program. */
export interface Program extends Group {
  readonly name: "hermes" | "hermes-boot";
}

/** Returns the entry that a word leads to; undefined if there is none. */
export function childOf({ children }: Group, word: string): Entry | undefined {
  return Object.hasOwn(children, word) ? children[word] : undefined;
}

const VERSION: Entry = {
  summary: "Show the version",
  examples: [["hermes version", "The version and the commit it was built from"]],
  text: renderVersion,
};

/** `hermes …`: what people type. */
export const HERMES: Program = {
  name: "hermes",
  summary: "Hermes: profiles of an agent, and their gateways under supervision",
  examples: [
    ["hermes setup", "Choose the model that answers, and try it"],
    ["hermes", "Talk to the current profile, on a terminal"],
    ["hermes profile create coder", "Make a profile; its gateway is registered, down"],
    ["hermes -p coder gateway start", "Start its gateway and wait until it is ready"],
    ["hermes status", "The desired state and the state of every gateway"],
  ],
  children: {
    gateway: {
      summary: "Start, stop and run gateways",
      examples: [
        ["hermes -p coder gateway start", "Start the gateway of the profile 'coder'"],
        ["hermes gateway stop --all", "Stop every gateway; all stay stopped"],
      ],
      children: {
        start: {
          summary: "Start a gateway and wait until it is ready",
          load: async (app) => (await import("./commands/gateway-start.ts")).gatewayStart(app),
        },
        stop: {
          summary: "Stop a gateway, or all; it stays stopped",
          load: async (app) => (await import("./commands/gateway-stop.ts")).gatewayStop(app),
        },
        restart: {
          summary: "Restart a gateway, or all that the supervisor keeps up",
          load: async (app) => (await import("./commands/gateway-restart.ts")).gatewayRestart(app),
        },
        status: {
          summary: "Show one gateway and its last exits; exit 3 if it is not running",
          load: async (app) => (await import("./commands/gateway-status.ts")).gatewayStatus(app),
        },
        logs: {
          summary: "Show the output of gateways, and follow it",
          load: async (app) => (await import("./commands/gateway-logs.ts")).gatewayLogs(app),
        },
        list: {
          summary: "List the gateways and their states",
          load: async (app) => (await import("./commands/gateway-list.ts")).gatewayList(app),
        },
        events: {
          summary: "Show what happened to a gateway, or to all of them",
          load: async (app) => (await import("./commands/gateway-events.ts")).gatewayEvents(app),
        },
        run: {
          summary: "Run a gateway: supervised under s6, else in the foreground",
          load: async (app) => (await import("./commands/gateway-run.ts")).gatewayRun(app),
        },
        install: {
          summary: "Explain why a container needs no `gateway install`",
          load: async (app) =>
            (await import("./commands/gateway-install.ts")).gatewayInstall(app, "install"),
        },
        uninstall: {
          summary: "Explain why a container needs no `gateway uninstall`",
          load: async (app) =>
            (await import("./commands/gateway-install.ts")).gatewayInstall(app, "uninstall"),
        },
      },
    },
    profile: {
      summary: "Create, show, rename, choose and delete profiles",
      examples: [
        ["hermes profile create coder", "Make a profile; its gateway is registered, down"],
        ["hermes profile list", "Every profile and the state of its gateway"],
      ],
      children: {
        create: {
          summary: "Create a profile and register its gateway, down",
          load: async (app) => (await import("./commands/profile-create.ts")).profileCreate(app),
        },
        delete: {
          summary: "Delete a profile with its gateway, logs and alias",
          load: async (app) => (await import("./commands/profile-delete.ts")).profileDelete(app),
        },
        show: {
          summary: "Show everything about a profile",
          load: async (app) => (await import("./commands/profile-show.ts")).profileShow(app),
        },
        rename: {
          summary: "Give a profile another name, with its gateway and logs",
          load: async (app) => (await import("./commands/profile-rename.ts")).profileRename(app),
        },
        use: {
          summary: "Choose the profile for commands without -p",
          load: async (app) => (await import("./commands/profile-use.ts")).profileUse(app),
        },
        list: {
          summary: "List the profiles",
          load: async (app) => (await import("./commands/profile-list.ts")).profileList(app),
        },
      },
    },
    chat: {
      summary: "Talk to a profile, or ask it one question",
      load: async (app) => (await import("./commands/chat.ts")).chat(app),
    },
    setup: {
      summary: "Choose the model that answers, and try it",
      load: async (app) => (await import("./commands/setup.ts")).setup(app),
    },
    dashboard: {
      summary: "Serve the status over HTTP",
      load: async (app) => (await import("./commands/dashboard.ts")).dashboard(app),
    },
    status: {
      summary: "Show the desired state and the state of every gateway",
      load: async (app) => (await import("./commands/status.ts")).status(app),
    },
    doctor: {
      summary: "Find problems, show their remedies, repair what is safe to repair",
      load: async (app) => (await import("./commands/doctor.ts")).doctor(app),
    },
    completion: {
      summary: "Print a script that completes hermes in bash, zsh or fish",
      load: async (app) => (await import("./commands/completion.ts")).completion(app, HERMES),
    },
    man: {
      summary: "Print the manual page hermes(1)",
      load: async (app) => (await import("./commands/man.ts")).man(app, HERMES),
    },
    version: VERSION,
  },
};

/** `hermes-boot …`: what the image's scripts call. */
export const HERMES_BOOT: Program = {
  name: "hermes-boot",
  summary: "What the image's scripts call",
  examples: [],
  children: {
    enter: {
      summary: "Check the container before its init; print which init to become",
      load: async (app) => (await import("./boot-commands/enter.ts")).enter(app),
    },
    boot: {
      summary: "Do a part of the boot: setup, services, reconcile, finish",
      load: async (app) => (await import("./boot-commands/boot.ts")).boot(app),
    },
    reconcile: {
      summary: "Register every profile's gateway; start those whose desired state is running",
      load: async (app) => (await import("./boot-commands/reconcile.ts")).reconcileCommand(app),
    },
    "watch-boot": {
      summary: "End the container if its boot hangs",
      load: async (app) => (await import("./boot-commands/watch-boot.ts")).watchBootCommand(app),
    },
    health: {
      summary: "Exit 0 if every gateway whose desired state is running is ready",
      load: async (app) => (await import("./boot-commands/health.ts")).health(app),
    },
    "detect-tui": {
      summary: "Exit 0 if the container's command, or `-- ARGS`, is a terminal session, else 1",
      load: async (app) => (await import("./boot-commands/detect-tui.ts")).detectTui(app),
    },
    service: {
      summary: "Become the program of a service of the image",
      load: async (app) => (await import("./boot-commands/service.ts")).service(app),
    },
    "service-finish": {
      summary: "Decide what follows the exit of a service of the image",
      load: async (app) => (await import("./boot-commands/service-finish.ts")).serviceFinish(app),
    },
    main: {
      summary: "Become the container's command: `main -- ARGS`",
      load: async (app) => (await import("./boot-commands/main.ts")).main(app, HERMES),
    },
    register: {
      summary: "Publish a profile's gateway, down",
      load: async (app) => (await import("./boot-commands/register.ts")).register(app, "register"),
    },
    unregister: {
      summary: "Take a profile's gateway out of s6",
      load: async (app) =>
        (await import("./boot-commands/register.ts")).register(app, "unregister"),
    },
    registrar: {
      summary: "Handle one request of the registrar's client",
      load: async (app) => (await import("./boot-commands/registrar.ts")).registrar(app),
    },
    conform: {
      summary: "Run a program as a gateway on trial; exit 0 if it keeps the contract",
      load: async (app) => (await import("./boot-commands/conform.ts")).conform(app),
    },
    shutdown: {
      summary: "Bring all gateways down when the container stops",
      load: async (app) => (await import("./boot-commands/shutdown.ts")).shutdown(app),
    },
    "kill-rest": {
      summary: "Kill the remaining processes of the container, for the fallback init",
      load: async (app) => (await import("./boot-commands/kill-rest.ts")).killRestCommand(app),
    },
    check: {
      summary: "Exit 0 if the supervised gateway reports that it runs",
      load: async (app) => (await import("./boot-commands/check.ts")).check(app),
    },
    "before-start": {
      summary: "Record a gateway's start and print its backoff in seconds",
      load: async (app) => (await import("./boot-commands/before-start.ts")).beforeStart(app),
    },
    finish: {
      summary: "Decide what follows the exit of a gateway; exit 125 to keep it down",
      load: async (app) => (await import("./boot-commands/finish.ts")).finish(app),
    },
    "tell-hook": {
      summary: "Call the hook `gateway-event` with the events of gateways",
      load: async (app) => (await import("./boot-commands/tell-hook.ts")).tellHookCommand(app),
    },
    log: {
      summary: "Become the logger of a gateway",
      load: async (app) => (await import("./boot-commands/log.ts")).log(app),
    },
    volume: {
      summary: "Do the part of the boot that touches the volume, as hermes",
      load: async (app) => (await import("./boot-commands/volume.ts")).volume(app),
    },
    version: VERSION,
  },
};
