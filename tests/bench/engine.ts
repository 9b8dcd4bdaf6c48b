import { assign, createActor, createMachine } from "xstate";
import { assertOk } from "../../base/result.ts";
import { compileService } from "../../flows/compiler/compile.ts";
import type { CompiledService } from "../../flows/compiler/compiled.ts";
import { ScriptedPorts } from "../../flows/testing/scripted-ports.ts";
import { type Figures, median, round } from "./figures.ts";
import { generated } from "./support/generated-service.ts";

const QUESTIONS = 30;
const JOURNEYS = 60;
const ROUNDS = 5;
/**
 * Of bare XState. Each step of ours is two nested states with an eventless transition, checks what was typed, keeps the way back and voids what hangs on
 * an answer; that is worth a tenth of a millisecond to somebody who types for seconds, and no more.
 */
const LIMIT = 0.08;

/** Steps a second of a journey through questions in a row, against a bare XState machine with as many states that takes the same events. */
export async function run(): Promise<Figures> {
  const service = assertOk(compileService(generated(QUESTIONS)), "the generated service");
  const bare = bareMachine();
  const [ours, drawn, peers]: [number[], number[], number[]] = [[], [], []];
  // The first round of each warms it up.
  for (let turn = 0; turn <= ROUNDS; turn++) {
    const figures = [
      rate(() => journey(service, false)),
      rate(() => journey(service, true)),
      rate(() => walkBare(bare)),
    ];
    if (turn === 0) continue;
    for (const [index, list] of [ours, drawn, peers].entries()) list.push(figures[index] ?? 0);
  }
  const [figure, peer] = [median(ours), median(peers)];
  return {
    figure: round(figure, 0),
    unit: "steps of a journey a second",
    peer: round(peer, 0),
    peerName: "XState, a machine of as many states without checks, way back and dependents",
    limit: LIMIT,
    ratio: round(figure / peer, 3),
    pass: figure / peer >= LIMIT,
    samples: ROUNDS,
    withEachScreenDrawn: round(median(drawn), 0),
  };
}

function rate(walk: () => void): number {
  const began = performance.now();
  for (let count = 0; count < JOURNEYS; count++) walk();
  return (JOURNEYS * (QUESTIONS + 1)) / ((performance.now() - began) / 1000);
}

function journey(service: CompiledService, draws: boolean): void {
  const actor = createActor(service.machine, {
    input: {
      ports: new ScriptedPorts(),
      site: { kiosk: "K-1", place: "Banco de pruebas", demo: true },
      startedAt: "2026-11-29T10:00:00",
      locale: "es",
      away: [],
    },
  }).start();
  const step = (event: Parameters<typeof actor.send>[0]) => {
    actor.send(event);
    if (draws) service.view(actor.getSnapshot());
  };
  step({ type: "CONTINUE" });
  for (let question = 0; question < QUESTIONS; question++) step({ type: "SUBMIT", value: "x" });
  actor.stop();
}

type Answers = { readonly data: { readonly [name: string]: string } };
type Typed = { readonly type: "SUBMIT"; readonly value: string } | { readonly type: "CONTINUE" };

function bareMachine() {
  const names = Array.from({ length: QUESTIONS }, (_, index) => `q${index + 1}`);
  const asking = names.map((name, index) => [
    name,
    {
      on: {
        SUBMIT: {
          target: names[index + 1] ?? "done",
          actions: assign<Answers, Typed, undefined, Typed, never>(({ context, event }) => ({
            data: { ...context.data, [name]: event.type === "SUBMIT" ? event.value : "" },
          })),
        },
      },
    },
  ]);
  return createMachine({
    types: {} as { context: Answers; events: Typed },
    context: { data: {} },
    initial: "start",
    states: { start: { on: { CONTINUE: "q1" } }, ...Object.fromEntries(asking), done: {} },
  });
}

function walkBare(machine: ReturnType<typeof bareMachine>): void {
  const actor = createActor(machine).start();
  actor.send({ type: "CONTINUE" });
  for (let question = 0; question < QUESTIONS; question++) actor.send({ type: "SUBMIT", value: "x" });
  actor.stop();
}
