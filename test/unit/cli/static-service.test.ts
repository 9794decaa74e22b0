import { expect, test } from "bun:test";
import { requireStaticService } from "../../../src/cli/static-service.ts";

test("requireStaticService() takes the services of the image, and no gateway", () => {
  expect(requireStaticService("dashboard")).toBe("dashboard");
  expect(() => requireStaticService("gateway-coder")).toThrow(
    expect.objectContaining({
      message: "'gateway-coder' is no service of the image",
      exitCode: 2,
    }),
  );
});
