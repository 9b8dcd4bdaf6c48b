import { formatPesos } from "../../../base/money.ts";
import { Layout } from "../components/layout/layout.tsx";
import { OptionCard } from "../components/option-card/option-card.tsx";
import { Pager } from "../components/pager/pager.tsx";
import type { ScreenProps } from "./props.ts";

/** Answers a page; names that take a second line leave room for fewer. */
const PER_PAGE = { short: 6, long: 4 };
const SHORT = { label: 30, detail: 40 };

/** How many answers stand on one page. */
export function answersPerPage(options: ScreenProps<"choose">["screen"]["options"]): number {
  const long = options.some(
    ({ label, detail }) => label.text.length > SHORT.label || (detail?.text.length ?? 0) > SHORT.detail,
  );
  return long ? PER_PAGE.long : PER_PAGE.short;
}

/** One question with a few answers; a touch is the answer. */
export function Choose({ screen }: ScreenProps<"choose">) {
  return (
    <Layout
      title={screen.title}
      problem={screen.problem}
      shape="wide"
      controls={
        <Pager
          items={screen.options}
          perPage={answersPerPage(screen.options)}
          startAt={screen.options.findIndex((option) => option.id === screen.selected)}
        >
          {(page) => (
            <div class="options">
              {page.map((option) => (
                <OptionCard
                  key={option.id}
                  label={option.label.text}
                  detail={option.detail?.text}
                  price={option.price === undefined ? undefined : formatPesos(option.price)}
                  selected={option.id === screen.selected}
                  intent={{ type: "SELECT", option: option.id }}
                />
              ))}
            </div>
          )}
        </Pager>
      }
    >
      {screen.hint && <p>{screen.hint.text}</p>}
    </Layout>
  );
}
