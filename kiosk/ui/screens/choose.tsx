import { Layout } from "../components/layout/layout.tsx";
import { OptionCard } from "../components/option-card/option-card.tsx";
import { Pager } from "../components/pager/pager.tsx";
import { formatPesos } from "../format/money.ts";
import type { ScreenProps } from "./props.ts";

const PER_PAGE = 6;

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
          perPage={PER_PAGE}
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
