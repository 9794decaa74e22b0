import { STATIC_SERVICES, type StaticServiceName } from "../services/image/static-services.ts";
import { usageError } from "./usage-error.ts";

/** The argument that names a service of the image. */
export const SERVICE = {
  type: "positional",
  description: STATIC_SERVICES.join(", "),
  required: true,
} as const;

/** Returns the service of that name. Throws a usage error if the image has none. */
export function requireStaticService(name: string): StaticServiceName {
  const known = STATIC_SERVICES.find((one) => one === name);
  if (known !== undefined) return known;
  throw usageError(`'${name}' is no service of the image`);
}
