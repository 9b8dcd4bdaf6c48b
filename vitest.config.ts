import { defineConfig } from "vitest/config";

/** `poll`: what is waited for comes as soon as it can; how long that may take is no test's business. */
const common = { testTimeout: 30_000, hookTimeout: 30_000, expect: { poll: { timeout: 15_000 } } };

/** What fills the machine by itself, or looks at how a whole machine behaves. */
const alone = [
  "tests/{usb-lab,reliability,bench,fuzz}/**/*.test.ts",
  "tests/{e2e/shell,security/privacy}/**/*.test.ts",
];

/**
 * `unit`: beside the code. `system`: what crosses folders, needs a browser or starts whole parts. `alone`: the same, one file at a time and nothing
 * beside it. `journeys`: whole kiosks.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "unit",
          // By default one processor is left free: of two that is half of what there is.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
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
          exclude: ["tests/architecture/**", "tests/e2e/journeys/**", ...alone],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...common,
          name: "alone",
          include: alone,
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...common,
          name: "journeys",
          include: ["tests/e2e/journeys/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          // They wait far more than they work: each has a kiosk of its own.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
