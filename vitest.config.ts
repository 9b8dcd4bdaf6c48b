import { defineConfig } from "vitest/config";

const common = { testTimeout: 20_000, hookTimeout: 30_000 };

/** `unit`: beside the code. `system`: what crosses folders, needs a browser or starts whole parts; one file at a time. `journeys`: whole kiosks. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "unit",
          include: [
            "{base,drivers,flows,kiosk,gateway,simulators,fleet-agent,fleet-server,provisioning}/**/*.test.{ts,tsx}",
            "tests/architecture/**/*.test.ts",
          ],
        },
      },
      {
        test: {
          ...common,
          name: "system",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/architecture/**", "tests/e2e/journeys/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...common,
          name: "journeys",
          include: ["tests/e2e/journeys/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // They wait far more than they work: each has a kiosk of its own.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
