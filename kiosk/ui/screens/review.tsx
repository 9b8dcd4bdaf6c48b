import { Button } from "../components/button/button.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Pager } from "../components/pager/pager.tsx";
import { formatPesos } from "../format/money.ts";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./review.css";

/** As many answers as the smallest screen shows at once: what is about to count is seen whole. */
const PER_PAGE = 7;

/** Everything that was answered, right before it counts. */
export function Review({ screen }: ScreenProps<"review">) {
  const { can, t } = useKiosk();
  return (
    <Layout
      title={screen.title}
      shape="wide"
      offers={[{ intent: { type: "CONFIRM" }, label: screen.action.text }]}
      controls={
        <Pager items={screen.rows} perPage={PER_PAGE}>
          {(page) => (
            <dl class="review">
              {page.map((row) => (
                <div class="review__row" key={row.id}>
                  <dt>{row.label.text}</dt>
                  <dd>{row.value}</dd>
                  {row.changeable && can("CHANGE") && (
                    <dd class="review__change">
                      <Button
                        label={t.change}
                        name={t.changeRow(row.label.text)}
                        intent={{ type: "CHANGE", row: row.id }}
                      />
                    </dd>
                  )}
                </div>
              ))}
              {screen.total !== undefined && (
                <div class="review__row review__row--total">
                  <dt>{t.total}</dt>
                  <dd>{formatPesos(screen.total)}</dd>
                </div>
              )}
            </dl>
          )}
        </Pager>
      }
    />
  );
}
