import { CHILDREN_AT_A_TIME, mapLimited } from "../core/concurrency.ts";
import { warnAll } from "./messages.ts";
import { AppError, ExitCode, gatewayReason } from "../core/errors.ts";
import type { ProfileName } from "../profiles/name.ts";
import type { Gateways } from "../gateway/gateways.ts";
import type { GatewayOutcome } from "../gateway/lifecycle.ts";
import type { App } from "./app.ts";

/** Words of one operation on all gateways: `Stopped` and `stop`. */
export interface Wording {
  readonly done: string;
  readonly verb: string;
}

/** Returns the gateways that `--all` means. Throws if there is no service manager. */
export function listAll({ manager }: Gateways): readonly ProfileName[] {
  manager.requireSupport("act on all gateways");
  return manager.list();
}

/**
 * Does one operation on each gateway, several at once, and goes on past a failure: names each one that failed and
 * counts the rest. Exits 1 if one failed.
 */
export async function doForAll(
  app: App,
  names: readonly ProfileName[],
  wording: Wording,
  operation: (name: ProfileName) => Promise<GatewayOutcome>,
): Promise<number> {
  const results = await mapLimited(names, CHILDREN_AT_A_TIME, async (name) => {
    try {
      return await operation(name);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  });
  let failed = 0;
  let changed = 0;
  for (const [index, result] of results.entries()) {
    if (result instanceof AppError) {
      failed += 1;
      const reason = gatewayReason(result);
      app.host.output.note(`Could not ${wording.verb} gateway-${names[index]}: ${reason}`);
    } else {
      if (result.changed) changed += 1;
      warnAll(app.host, result.warnings);
    }
  }
  const idle = results.length - failed - changed;
  const rest = idle === 0 ? "" : `, ${idle} already ${wording.done.toLowerCase()}`;
  app.host.output.result(`${wording.done} ${changed} profile gateway(s)${rest}\n`);
  return failed === 0 ? ExitCode.done : ExitCode.failed;
}
