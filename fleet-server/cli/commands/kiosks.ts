import type { KioskRow } from "../../api/contract/kiosks.ts";
import { kioskChangeSchema, kioskQuerySchema } from "../../api/contract/kiosks.ts";
import { type FleetCommand, flag, input, instant, list, text, UsageError, wholeNumber, word } from "../command.ts";

/** Kiosks that are asked for at a time. */
const PAGE = 200;

const COLUMNS = {
  kiosk: (row: KioskRow) => row.id,
  condition: (row: KioskRow) => row.condition,
  service: (row: KioskRow) => row.service,
  release: (row: KioskRow) => row.release,
  ring: (row: KioskRow) => row.ring,
  "last seen": (row: KioskRow) => (row.connected ? "connected" : instant(row.lastSeen)),
  place: (row: KioskRow) => `${row.site}, ${row.place}`,
  wrong: (row: KioskRow) => row.alerts.map(({ code, subject, who }) => `${code}${subject && ` ${subject}`} [${who}]`),
};

export const KIOSK_COMMANDS: Readonly<Record<string, FleetCommand>> = {
  now: {
    usage: "now",
    summary: "What is broken now, worst first",
    words: [0, 0],
    async run({ client, output }) {
      const page = await client.call("now");
      const counts = Object.entries(page.totals).map(([condition, count]) => `${count} ${condition}`);
      output.say(`${counts.join(", ")}; journeys today: ${page.journeys.today}, completed ${page.journeys.completed}`);
      output.rows(page.kiosks, COLUMNS, "Nothing is broken.");
      return true;
    },
  },
  kiosks: {
    usage:
      "kiosks [--search T] [--condition C] [--axis A] [--who W] [--site S] [--ring R] [--release V] [--sort S] [--limit N]",
    summary: "Kiosks by filter and search",
    options: Object.fromEntries(
      ["search", "condition", "axis", "who", "site", "ring", "release", "sort", "limit"].map((name) => [
        name,
        { type: "string" } as const,
      ]),
    ),
    words: [0, 0],
    async run(context) {
      const limit = wholeNumber(context, "limit") ?? Number.POSITIVE_INFINITY;
      const { limit: _limit, ...filters } = context.options;
      const query = input(kioskQuerySchema.omit({ limit: true, after: true }), filters);
      const rows: KioskRow[] = [];
      let after: string | undefined;
      do {
        const size = Math.max(1, Math.min(PAGE, limit - rows.length));
        const page = await context.client.call("kiosks", { query: { ...query, limit: size, after } });
        rows.push(...page.kiosks);
        after = page.next ?? undefined;
      } while (after !== undefined && rows.length < limit);
      context.output.rows(rows, COLUMNS, "No kiosk fits.");
      return true;
    },
  },
  kiosk: {
    usage: "kiosk <id>",
    summary: "All about one kiosk",
    words: [1, 1],
    async run(context) {
      const kiosk = await context.client.call("kiosk", { params: { kiosk: word(context, 0) } });
      const current = kiosk.certificates.find((certificate) => certificate.current);
      context.output.one(kiosk, {
        ...{ kiosk: kiosk.id, place: `${kiosk.site}, ${kiosk.place}`, ring: kiosk.ring, tags: kiosk.tags },
        ...{ condition: kiosk.condition, service: kiosk.service, connected: kiosk.connected ? "yes" : "no" },
        ...{ "last seen": instant(kiosk.lastSeen), release: kiosk.release, update: kiosk.update, notes: kiosk.notes },
        "shall run": kiosk.desired.release,
        packages: Object.entries(kiosk.desired.services).map(([service, version]) => `${service} ${version}`),
        devices: kiosk.state.devices?.map(({ device, readiness }) => `${device} ${readiness}`),
        "certificate until": current === undefined ? undefined : instant(current.expiresAt),
        readiness: kiosk.readiness && `${instant(kiosk.readiness.takenAt)}, ${kiosk.readiness.failed} failed`,
        wrong: COLUMNS.wrong(kiosk),
      });
      return true;
    },
  },
  change: {
    usage:
      "change <kiosk> [--place P] [--site S] [--ring R] [--tag T …] [--time-zone Z] [--notes N] [--retire | --restore]",
    summary: "Changes what is known of a kiosk",
    options: {
      ...Object.fromEntries(
        ["place", "site", "ring", "time-zone", "notes"].map((name) => [name, { type: "string" } as const]),
      ),
      tag: { type: "string", multiple: true },
      retire: { type: "boolean" },
      restore: { type: "boolean" },
    },
    words: [1, 1],
    async run(context) {
      if (flag(context, "retire") && flag(context, "restore")) throw new UsageError("either --retire or --restore");
      const body = input(kioskChangeSchema, {
        ...{ place: text(context, "place"), site: text(context, "site"), ring: text(context, "ring") },
        ...{ timeZone: text(context, "time-zone"), notes: text(context, "notes"), tags: list(context, "tag") },
        retired: flag(context, "retire") ? true : flag(context, "restore") ? false : undefined,
      });
      if (Object.keys(body).length === 0) throw new UsageError("nothing to change was named");
      const kiosk = await context.client.call("changeKiosk", { params: { kiosk: word(context, 0) }, body });
      context.output.rows([kiosk], COLUMNS, "");
      return true;
    },
  },
  timeline: {
    usage: "timeline <kiosk> [--limit N]",
    summary: "What happened to a kiosk, newest first",
    options: { limit: { type: "string" } },
    words: [1, 1],
    async run(context) {
      const query = { limit: wholeNumber(context, "limit") };
      const { entries } = await context.client.call("timeline", { params: { kiosk: word(context, 0) }, query });
      const columns = {
        at: (entry: (typeof entries)[number]) => instant(entry.at),
        kind: (entry: (typeof entries)[number]) => entry.kind,
        what: (entry: (typeof entries)[number]) => entry.code,
        by: (entry: (typeof entries)[number]) => entry.actor,
        text: (entry: (typeof entries)[number]) => entry.text,
      };
      context.output.rows(entries, columns, "Nothing has happened yet.");
      return true;
    },
  },
  journeys: {
    usage: "journeys <kiosk> [--days N]",
    summary: "Ended journeys by hour, service and result",
    options: { days: { type: "string" } },
    words: [1, 1],
    async run(context) {
      const query = { days: wholeNumber(context, "days") };
      const { hours } = await context.client.call("journeys", { params: { kiosk: word(context, 0) }, query });
      type Hour = (typeof hours)[number];
      const columns = {
        hour: (row: Hour) => instant(row.hour),
        service: (row: Hour) => row.service,
        result: (row: Hour) => row.result,
        count: (row: Hour) => row.count,
        "mean seconds": (row: Hour) => Math.round(row.seconds / row.count),
      };
      context.output.rows(hours, columns, "No journey has ended.");
      return true;
    },
  },
  readiness: {
    usage: "readiness <kiosk>",
    summary: "The technician's newest readiness report",
    words: [1, 1],
    async run(context) {
      const report = await context.client.call("readiness", { params: { kiosk: word(context, 0) } });
      context.output.one(report, {
        ...{ kiosk: report.kiosk, place: report.place, taken: instant(report.takenAt), by: report.technician },
        ...Object.fromEntries(report.checks.map(({ check, verdict, detail }) => [check, `${verdict} ${detail}`])),
      });
      return true;
    },
  },
};
