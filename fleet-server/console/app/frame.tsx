import type { ComponentChildren } from "preact";
import type { Operation } from "../../api/contract/operations.ts";
import { can } from "../api/session.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { t } from "../texts/texts.ts";
import { AccountMenu } from "./account-menu.tsx";
import { LiveSign } from "./live-sign.tsx";
import { useNow } from "./now-resource.tsx";
import { location, wall } from "./router.ts";

type Section = {
  readonly name: "now" | "kiosks" | "releases" | "enrolment" | "staff" | "audit";
  readonly address: string;
  readonly operation: Operation;
  /** Beginnings of the paths that belong to it. */
  readonly under: readonly string[];
};

const SECTIONS: readonly Section[] = [
  { name: "now", address: "/", operation: "now", under: [] },
  { name: "kiosks", address: "/kiosks", operation: "kiosks", under: ["/kiosks/"] },
  { name: "releases", address: "/releases", operation: "rollouts", under: ["/rollouts/"] },
  { name: "enrolment", address: "/enrolment", operation: "enrolments", under: [] },
  { name: "staff", address: "/staff", operation: "staff", under: [] },
  { name: "audit", address: "/audit", operation: "audit", under: [] },
];

/** Skip link, banner, sections and the main part; on a wall screen the main part alone. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  if (wall.value) return <main class="wall">{children}</main>;
  return (
    <div class="frame">
      <a class="skip" href="#main">
        {t.value.skip}
      </a>
      <header class="banner">
        <a class="brand" href="/">
          <span class="brand__flag" aria-hidden="true" />
          <span class="brand__name">{t.value.product}</span>
          <span class="brand__part">{t.value.console}</span>
        </a>
        <LiveSign />
        <AccountMenu />
      </header>
      <Sections />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function Sections() {
  const { path } = location.value;
  const critical = useNow().data?.totals.critical ?? 0;
  return (
    <nav class="sections" aria-label={t.value.nav.label}>
      <ul>
        {SECTIONS.filter(({ operation }) => can(operation)).map(({ name, address, under }) => {
          const current =
            path === address ? "page" : under.some((start) => path.startsWith(start)) ? "true" : undefined;
          return (
            <li key={name}>
              <a href={address} aria-current={current}>
                <Icon name={name satisfies IconName} />
                <span class="sections__word">{t.value.nav[name]}</span>
                {name === "now" && critical > 0 && (
                  <span class="sections__count">
                    <span aria-hidden="true">{critical}</span>
                    <span class="unseen">{t.value.now.headline.critical(critical)}</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
