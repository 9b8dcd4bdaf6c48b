import { expect, test } from "vitest";
import type { Intent, SessionView } from "../../base/contracts/view.ts";
import { Subject } from "../../base/observable.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { Session, SessionOptions } from "./interface.ts";
import { createReplaceableSession } from "./replaceable.ts";

const service = (id: string) => ({ id }) as CompiledService;

function showing(services: readonly CompiledService[]): SessionView {
  const names = services.map(({ id }) => id).join(" ");
  return {
    screen: { kind: "attract", title: { id: "t", text: names }, call: { id: "c", text: "" } },
    intents: ["START"],
    locale: "es",
    locales: [{ id: "es", name: "Español" }],
    audio: [],
  };
}

/** A session that only tells what it was made with and whether it was stopped. */
class OneSession implements Session {
  readonly view: Subject<SessionView>;
  readonly serving = new Subject(false);
  readonly intents: Intent[] = [];
  stopped = false;
  wasAway = 0;

  constructor(options: SessionOptions) {
    this.view = new Subject(showing(options.services));
  }

  send(intent: Intent): boolean {
    this.intents.push(intent);
    return true;
  }

  away(): void {
    this.wasAway++;
  }

  async stop(): Promise<void> {
    this.stopped = true;
  }
}

function setUp() {
  const made: OneSession[] = [];
  const options = { services: [service("a")] } as unknown as SessionOptions;
  const session = createReplaceableSession((given) => {
    const one = new OneSession(given);
    made.push(one);
    return one;
  }, options);
  const shown = () => (session.view.value.screen.kind === "attract" ? session.view.value.screen.title.text : "");
  return { made, session, shown };
}

test("services change at once when nobody is served", () => {
  const { made, session, shown } = setUp();
  session.replace([service("a"), service("b")]);
  expect(shown()).toBe("a b");
  expect(made[0]?.stopped).toBe(true);
  expect(session.send({ type: "START" })).toBe(true);
  expect(made[1]?.intents).toEqual([{ type: "START" }]);
  session.away();
  expect(made.map(({ wasAway }) => wasAway)).toEqual([0, 1]);
});

test("a citizen who is served keeps the services that they began with", async () => {
  const { made, session, shown } = setUp();
  made[0]?.serving.set(true);
  session.replace([service("b")]);
  session.replace([service("c")]);
  expect(shown()).toBe("a");
  expect(session.services.value).toEqual([service("a")]);
  made[0]?.serving.set(false);
  await Promise.resolve();
  expect(shown()).toBe("c");
  expect(session.serving.value).toBe(false);
});

test("a stopped session is not made again", async () => {
  const { made, session } = setUp();
  made[0]?.serving.set(true);
  session.replace([service("b")]);
  await session.stop();
  made[0]?.serving.set(false);
  await Promise.resolve();
  expect(made).toHaveLength(1);
});
