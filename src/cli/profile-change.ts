import type { ProfileChange } from "../profiles/profile-lock.ts";
import type { App } from "./app.ts";
import { createMessages } from "./messages.ts";

/** Returns what a change of a profile works on, once the container has booted; it reports to the terminal. */
export async function profileChange(app: App): Promise<ProfileChange> {
  return {
    host: app.host,
    root: app.home.root,
    gateways: await app.gatewaysAfterBoot(),
    tell: (line) => app.host.output.result(`${line}\n`),
    warn: (line) => createMessages(app.host).warn(line),
  };
}
