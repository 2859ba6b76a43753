import type { Tier } from "../../src/plan/matrix/tier.ts";

/** A small tier; what a test is about is given. */
export function makeTier(given: Partial<Tier> = {}): Tier {
  return {
    name: "mine",
    description: "",
    dimensions: {
      sparkVersion: ["3.5.9", "4.1.4"],
      orchestrator: ["submit"],
      mode: ["local"],
      extensions: ["none"],
      operation: ["read", "join"],
      dataSize: ["tiny"],
    },
    exclude: [],
    samples: 3,
    warmups: 1,
    executors: 1,
    cores: 2,
    memoryMb: 1024,
    caseTimeoutSeconds: 600,
    timeoutSeconds: 3600,
    sparkConf: { all: {}, byDimension: {} },
    workload: null,
    ...given,
  };
}

/** The dimensions of makeTier's tier with others added or put in their place. */
export function withDimensions(dimensions: Tier["dimensions"]): Tier {
  const tier = makeTier();
  return { ...tier, dimensions: { ...tier.dimensions, ...dimensions } };
}
