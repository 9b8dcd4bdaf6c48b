import { Icon, type IconName } from "../components/icon/icon.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Pager } from "../components/pager/pager.tsx";
import { Paragraphs } from "../components/text/text.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./status.css";

type Step = ScreenProps<"status">["screen"]["timeline"][number];

const ICONS: Record<Step["state"], IconName> = { done: "check", current: "info", pending: "clock" };

/** As many steps as the lowest screen shows: those of one line without a pager, those of two with it. */
const PER_PAGE = { all: 5, some: 3 };
/** Characters of a label that stays on one line. */
const SHORT = 34;

/** Where a case stands: the state in words, then what has happened and what is to come. */
export function Status({ screen }: ScreenProps<"status">) {
  const { t } = useKiosk();
  const { timeline } = screen;
  const all = timeline.length <= PER_PAGE.all && timeline.every(({ label }) => label.text.length <= SHORT);
  const offers = screen.actions.map(({ intent, label }) => ({ intent: { type: intent }, label: label.text }));
  return (
    <Layout
      title={screen.title}
      problem={screen.problem}
      offers={offers.reverse()}
      controls={
        <div class="status">
          <h2>{t.progress}</h2>
          <Pager
            items={timeline}
            perPage={all ? PER_PAGE.all : PER_PAGE.some}
            startAt={timeline.findIndex(({ state }) => state === "current")}
          >
            {(page) => (
              <ol>
                {page.map((step) => (
                  <li key={step.id} class={`status__step status__step--${step.state}`}>
                    <span class="status__mark">
                      <Icon name={ICONS[step.state]} />
                    </span>
                    <strong>{step.label.text}</strong>
                    <span>{step.date ?? t.stepStates[step.state]}</span>
                  </li>
                ))}
              </ol>
            )}
          </Pager>
        </div>
      }
    >
      <Paragraphs texts={screen.body} />
    </Layout>
  );
}
