import { formatPesos } from "../../../base/money.ts";
import { Button } from "../components/button/button.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Pager } from "../components/pager/pager.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./review.css";

/** As many answers as the smallest screen shows at once: what is about to count is seen whole. */
const PER_PAGE = 7;
/** So many of the first rows, when they cannot be changed, stand beside the heading: nothing there is to be touched. */
const MOST_FIXED = 2;

/** Everything that was answered, right before it counts. */
export function Review({ screen }: ScreenProps<"review">) {
  const { t } = useKiosk();
  const { rows } = screen;
  const changeable = rows.findIndex((row) => row.changeable);
  const fixed = Math.min(changeable === -1 ? rows.length : changeable, MOST_FIXED, rows.length - 1);
  return (
    <Layout
      title={screen.title}
      shape="wide"
      offers={[{ intent: { type: "CONFIRM" }, label: screen.action.text }]}
      controls={
        <Pager items={rows.slice(fixed)} perPage={PER_PAGE}>
          {(page) => (
            <dl class="review">
              {page.map((row) => (
                <Answer key={row.id} row={row} />
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
    >
      {fixed > 0 && (
        <dl class="review review--fixed">
          {rows.slice(0, fixed).map((row) => (
            <Answer key={row.id} row={row} />
          ))}
        </dl>
      )}
    </Layout>
  );
}

function Answer({ row }: { readonly row: ScreenProps<"review">["screen"]["rows"][number] }) {
  const { can, t } = useKiosk();
  return (
    <div class="review__row">
      <dt>{row.label.text}</dt>
      <dd>{row.value}</dd>
      {row.changeable && can("CHANGE") && (
        <dd class="review__change">
          <Button label={t.change} name={t.changeRow(row.label.text)} intent={{ type: "CHANGE", row: row.id }} />
        </dd>
      )}
    </div>
  );
}
