import { expect, test } from "vitest";
import type { CompiledService } from "../compiler/compiled.ts";
import type { JourneyMachine } from "../compiler/journey-machine.ts";
import { initialContext } from "../engine/context.ts";
import { journey } from "../engine/journey.ts";
import type { JourneyPorts } from "../engine/ports.ts";
import { TestKiosk } from "../testing/kiosk.ts";
import { miniService } from "../testing/mini-service.ts";
import type { ScriptedPorts } from "../testing/scripted-ports.ts";

const service = miniService(
  `
- { id: start, kind: inform }
- { id: identify, kind: identify }
- { id: done, kind: finish }
`,
  ["code-reader"],
);

test("ports that throw at every touch do not keep a citizen prisoner", async () => {
  const kiosk = new TestKiosk([service]);
  const broken = new Proxy({} as JourneyPorts, {
    get() {
      throw new Error("broken ports");
    },
  });
  kiosk.ports = broken as ScriptedPorts;
  await kiosk.open("test/mini");
  await kiosk.act("CONTINUE");
  expect(kiosk.screen).toBe("problem common/identify.reader-title");
  await kiosk.act("FINISH");
  expect(kiosk.screen).toBe("finish nothing-done common/finish.left-title");
  await kiosk.act("FINISH");
  expect(kiosk.screen).toBe("attract");
});

test("a journey that crashes is given up and logged, and the next citizen is served", async () => {
  const machine = journey.createMachine({
    context: ({ input }) => initialContext(input),
    initial: "start",
    states: {
      start: {
        tags: "citizen",
        on: {
          CONTINUE: {
            actions: () => {
              throw new Error("a defect");
            },
          },
        },
      },
    },
  }) as unknown as JourneyMachine;
  const faulty: CompiledService = { ...service, machine };
  const kiosk = new TestKiosk([faulty]);
  await kiosk.open("test/mini");
  await kiosk.act("CONTINUE");
  expect(kiosk.screen).toBe("attract");
  expect(kiosk.logged.at(-1)).toMatchObject({ event: "journey.crashed", fields: { service: "test/mini" } });
  await kiosk.open("test/mini");
  expect(kiosk.screen).toBe("inform");
});
