import { FakeHost, type FakeHostOptions } from "./fake-host.ts";
import { installS6 } from "./fake-s6.ts";

/** Makes a container whose s6 tree supervises nothing yet, with an empty volume. */
export function container(options: FakeHostOptions = {}): FakeHost {
  const host = new FakeHost({ environment: { HERMES_HOME: "/vol" }, ...options });
  installS6(host);
  host.disk.putDirectory("/vol/profiles");
  return host;
}
