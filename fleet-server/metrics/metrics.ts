import { sql } from "kysely";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { ALERT_SEVERITIES } from "../../base/registry/alerts.ts";
import { KIOSK_CONDITIONS } from "../api/contract/kiosks.ts";
import { chainHead } from "../audit/audit.ts";
import type { FleetContext } from "../context.ts";

/** Gauges of prom-client's own set whose names say that they count up: `promtool check metrics` refuses them. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What the process can tell of itself beside what the database tells. */
export type Sources = { readonly socketsOpen: () => number; readonly batchesWaiting: () => number };

/** Prometheus metrics of the fleet as a whole: no label names a kiosk. */
export class FleetMetrics {
  readonly #registry = new Registry();
  readonly #reports = this.#counter("reports_total", "Reports written.", []);
  readonly #refused = this.#counter("device_requests_refused_total", "Device requests refused, by code.", ["code"]);
  readonly #requests = new Histogram({
    name: "ventanilla_fleet_device_request_seconds",
    help: "Duration of device requests, by route.",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers: [this.#registry],
  });

  constructor(context: FleetContext, sources: Sources) {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    this.#gauge("sockets_open", "Kiosks with a connection to this instance.", [], (gauge) =>
      gauge.set(sources.socketsOpen()),
    );
    this.#gauge("batches_waiting", "Batches of reports that wait for their transaction.", [], (gauge) =>
      gauge.set(sources.batchesWaiting()),
    );
    this.#gauge("kiosks", "Kiosks, by condition.", ["condition"], async (gauge) => {
      const { rows } = await sql<{ condition: string; count: number }>`
        select condition, count(*)::integer as count from kiosk group by condition`.execute(context.db);
      for (const condition of KIOSK_CONDITIONS) gauge.set({ condition }, 0);
      for (const { condition, count } of rows) gauge.set({ condition }, count);
    });
    this.#gauge("kiosks_connected", "Kiosks with a connection to any instance.", [], async (gauge) => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::integer as count from kiosk_live where connected_to is not null`.execute(context.db);
      gauge.set(rows[0]?.count ?? 0);
    });
    this.#gauge("audit_entries", "Number of the audit trail's last entry; it never falls.", [], async (gauge) =>
      gauge.set((await chainHead(context.db))?.number ?? 0),
    );
    this.#gauge("alerts", "Standing alerts, by code and severity.", ["code", "severity"], async (gauge) => {
      const { rows } = await sql<{ code: string; severity: string; count: number }>`
        select code, severity, count(*)::integer as count from alert where until is null group by code, severity`.execute(
        context.db,
      );
      gauge.reset();
      for (const { code, severity, count } of rows)
        if (ALERT_SEVERITIES.some((known) => known === severity)) gauge.set({ code, severity }, count);
    });
  }

  reports(count: number): void {
    this.#reports.inc(count);
  }

  refused(code: string): void {
    this.#refused.inc({ code });
  }

  /** @param seconds from the request's first byte to the answer's last. */
  request(route: string, seconds: number): void {
    this.#requests.observe({ route }, seconds);
  }

  /** Text of the exposition format and its media type. */
  async exposition(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({
      name: `ventanilla_fleet_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
    });
  }

  #gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    look: (gauge: Gauge) => void | Promise<void>,
  ): void {
    new Gauge({
      name: `ventanilla_fleet_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect() {
        return look(this);
      },
    });
  }
}
