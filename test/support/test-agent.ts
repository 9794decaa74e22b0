import type { BuiltInAgent } from "../../src/agent/built-in.ts";

/** An agent without a model, for tests of the gateway around it. */
export function testAgent(more: Partial<BuiltInAgent> = {}): BuiltInAgent {
  return {
    address: null,
    health: {},
    notes: [],
    refuse: () => null,
    answer: async () => new Response(null, { status: 404 }),
    drain: async () => undefined,
    ...more,
  };
}
