import { defineConfig } from "vitest/config";

const common = { testTimeout: 20_000, hookTimeout: 30_000 };

/** `unit`: beside the code. `system`: what crosses folders, needs a browser or starts whole parts; one file at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "unit",
          include: [
            "{base,drivers,flows,kiosk,gateway,simulators}/**/*.test.{ts,tsx}",
            "tests/architecture/**/*.test.ts",
          ],
        },
      },
      {
        test: {
          ...common,
          name: "system",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/architecture/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
