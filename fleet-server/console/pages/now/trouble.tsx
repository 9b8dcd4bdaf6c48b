import type { Who } from "../../../../base/registry/entry.ts";
import type { Alert, KioskRow } from "../../../api/contract/kiosks.ts";
import { Icon } from "../../components/icon.tsx";
import { Since } from "../../components/since.tsx";
import { t } from "../../texts/texts.ts";
import { alertWords } from "../../words/alert-words.ts";
import { alertDetail } from "../../words/detail.ts";
import { storyOf } from "../../words/story.ts";

/** Kiosks in trouble: each with its worst alert in full (of those that wait for `who`), and the others by name. */
export function TroubleList({ kiosks, who }: { readonly kiosks: readonly KioskRow[]; readonly who: Who | undefined }) {
  return (
    <ul class="troubles">
      {kiosks.map((kiosk) => (
        <Trouble key={kiosk.id} kiosk={kiosk} who={who} />
      ))}
    </ul>
  );
}

function Trouble({ kiosk, who }: { readonly kiosk: KioskRow; readonly who: Who | undefined }) {
  const story = storyOf(kiosk.alerts, who);
  if (story === undefined) return null;
  const { lead: main, cause } = story;
  const others = kiosk.alerts.filter((alert) => alert !== main && alert !== cause);
  return (
    <li class={`trouble tone-${main.severity}`} data-kiosk={kiosk.id}>
      <div class="trouble__what">
        <Icon name={main.severity} />
        <div>
          <p class="trouble__title">
            <span class="unseen">{t.value.severities[main.severity]}: </span>
            {alertWords(main).title}
          </p>
          <p class="trouble__where">
            <a href={`/kiosks/${encodeURIComponent(kiosk.id)}`}>{kiosk.place}</a>{" "}
            {!kiosk.place.includes(kiosk.site) && <span class="soft">{kiosk.site}</span>}
          </p>
          {cause && <p class="trouble__cause">{alertWords(cause).title}</p>}
          <Detail alert={cause ?? main} />
        </div>
      </div>
      <AlertFacts alert={main} cause={cause} />
      {others.length > 0 && <Others alerts={others} />}
    </li>
  );
}

function Detail({ alert }: { readonly alert: Alert }) {
  const detail = alertDetail(alert);
  return detail === "" ? null : <p class="soft trouble__detail">{detail}</p>;
}

/** Since when, what citizens see, who must act and what they do. */
export function AlertFacts({
  alert,
  cause = alert,
  full = false,
}: {
  readonly alert: Alert;
  /** Another one that must be cleared for this one to go. */
  readonly cause?: Alert | undefined;
  readonly full?: boolean;
}) {
  const { now: words, who } = t.value;
  const { citizens } = alertWords(alert);
  const { action } = alertWords(cause);
  return (
    <dl class="facts">
      <div class="facts__since">
        <dt>{words.since}</dt>
        <dd>
          <Since at={alert.since} full={full} />
        </dd>
      </div>
      <div class="facts__citizens">
        <dt>{words.citizens}</dt>
        <dd>{citizens}</dd>
      </div>
      <div class="facts__who">
        <dt>{words.who}</dt>
        <dd>
          <strong>
            <Icon name="person" />
            {who[cause.who]}
          </strong>{" "}
          <span class="facts__action">{action}</span>
        </dd>
      </div>
    </dl>
  );
}

function Others({ alerts }: { readonly alerts: readonly Alert[] }) {
  return (
    <details class="others">
      <summary>{t.value.now.others(alerts.length)}</summary>
      <ul>
        {alerts.map((alert) => (
          <li key={alert.id}>
            <Icon name={alert.severity} />
            <span>
              <strong>{alertWords(alert).title}</strong> · <Since at={alert.since} /> · {t.value.who[alert.who]}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
