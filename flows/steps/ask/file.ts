import { assign } from "xstate";
import { attachmentsSchema } from "../../../base/contracts/attachment.ts";
import type { Outcome } from "../../../base/outcome.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { DELAYS } from "../../engine/delays.ts";
import { valueAt } from "../../engine/expression.ts";
import type { JourneyState } from "../../engine/journey.ts";
import type { ScannedPaper } from "../../engine/ports.ts";
import {
  arriveAt,
  begin,
  change,
  changeOn,
  endWith,
  forgotten,
  gathered,
  isPassedOver,
  problem,
  stored,
} from "../moves.ts";
import type { BuildEnv } from "../step.ts";
import type { AskInput } from "./schema.ts";

export type FileStep = AskInput<"file">;

type Now = { readonly context: JourneyContext };

/** The pages that stand under the step's name, in their order. */
export function pagesOf({ data }: JourneyContext, step: FileStep): readonly ScannedPaper[] {
  return (valueAt(data, [step.id, "value"]) as readonly ScannedPaper[] | undefined) ?? [];
}

/** Of all papers of the journey, by hash. */
function allPages({ data }: JourneyContext): readonly string[] {
  return Object.values(data).flatMap((answer) => {
    const pages = attachmentsSchema.safeParse(valueAt({ answer }, ["answer", "value"])).data ?? [];
    return pages.map(({ sha256 }) => sha256);
  });
}

/**
 * A paper, scanned page by page: each page is kept as soon as it is there and can be taken out again; the citizen says when these are all.
 * An optional question is passed over on a kiosk that has no scanner.
 */
export function fileState(step: FileStep, env: BuildEnv): JourneyState {
  const hasPages = ({ context }: Now) => pagesOf(context, step).length > 0;
  const hasRoom = ({ context }: Now) => pagesOf(context, step).length < step.max;
  const keep = (context: JourneyContext, pages: readonly ScannedPaper[]) =>
    pages.length === 0
      ? forgotten(context, step.id, env.dependents)
      : stored(context, step.id, { value: pages }, env.dependents);
  const passOver = { target: env.next, actions: change(({ context }) => stored(context, step.id, {}, env.dependents)) };
  const gathering = { target: `#${step.id}.gathering`, actions: problem(null) };
  const scan = { target: "scanning", actions: problem(null) };
  return {
    entry: begin,
    initial: "arriving",
    states: {
      arriving: {
        always: [
          // Nobody comes back to a page that is not shown.
          { guard: (now) => step.optional && now.context.away.includes("scanner") && !hasPages(now), ...passOver },
          { guard: ({ context }) => isPassedOver(context, step.id), target: env.next, actions: arriveAt(step.id) },
          { target: "gathering", actions: arriveAt(step.id) },
        ],
      },
      gathering: {
        tags: "citizen",
        on: {
          BACK: [...env.back],
          SCAN: { guard: hasRoom, ...scan },
          REMOVE: {
            actions: changeOn<"REMOVE">(({ context, event }) =>
              keep(
                context,
                pagesOf(context, step).filter(({ sha256 }) => sha256 !== event.page),
              ),
            ),
          },
          CONTINUE: { guard: hasPages, target: env.next },
          SKIP: { guard: (now) => step.optional && !hasPages(now), ...passOver },
        },
      },
      scanning: {
        initial: "waiting",
        invoke: {
          src: "scanPage",
          input: ({ context, self }) => ({
            ports: context.ports,
            page: pagesOf(context, step).length + 1,
            held: allPages(context),
            notify: (event) => self.send(event),
          }),
          onDone: [
            {
              guard: ({ event }) => event.output.outcome === "ok",
              target: "gathering",
              actions: assign(({ context, event }) =>
                event.output.outcome === "ok" ? keep(context, withPage(context, step, event.output.value)) : {},
              ),
            },
            {
              guard: ({ event }) => troubleOf(event.output) !== undefined,
              target: "gathering",
              actions: assign(({ event }) => ({ problem: troubleOf(event.output) ?? null })),
            },
            { target: "gone" },
          ],
          onError: "gone",
        },
        after: { [DELAYS.paper]: "gone" },
        states: {
          waiting: {
            tags: "citizen",
            entry: change(({ context }) => gathered(context, { scanner: "insert" })),
            on: {
              PAPER_PROGRESS: { guard: ({ event }) => event.progress === "scanning", target: "working" },
              BACK: gathering,
            },
          },
          working: {
            tags: "busy",
            entry: change(({ context }) => gathered(context, { scanner: "scanning" })),
            after: { [DELAYS.scanning]: `#${step.id}.gone` },
          },
        },
      },
      /** The scanner does not work. What was scanned before is there still. */
      gone: {
        tags: "citizen",
        on: {
          RETRY: scan,
          BACK: gathering,
          FINISH: { target: "#ending", actions: endWith({ result: "nothing-done", page: "left" }) },
        },
      },
    },
  };
}

/** A page that is there already is not there twice. */
function withPage(context: JourneyContext, step: FileStep, page: ScannedPaper): readonly ScannedPaper[] {
  const pages = pagesOf(context, step);
  return pages.some(({ sha256 }) => sha256 === page.sha256) ? pages : [...pages, page];
}

/** Scans that bring nothing and that the citizen can do something about, each with the text that says so, below `ask.`. */
const TROUBLES: { readonly [code: string]: string } = {
  "document-scanner.no-paper": "file-no-paper",
  "document-scanner.jammed": "file-jammed",
  "document-scanner.cover-open": "file-cover-open",
  "document-scanner.full": "file-full",
};

function troubleOf(outcome: Outcome<ScannedPaper>): string | undefined {
  return outcome.outcome === "error" ? TROUBLES[outcome.error.code] : undefined;
}
