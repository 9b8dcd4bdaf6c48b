import { err, ok, type Result } from "../../base/result.ts";
import type { SimpleField } from "./export.ts";
import { conditionOf, type Lookup } from "./rule.ts";

/**
 * When a field is to be seen, as a condition; `undefined` when always.
 *
 * @returns in words what is not understood otherwise.
 */
export function visibility(field: SimpleField, lookUp: Lookup): Result<string | undefined, string> {
  if (field.condiciones_extra_visible === null) return err("its list of conditions, which cannot be read");
  const all = [
    {
      name: field.dependiente_campo,
      value: field.dependiente_valor,
      relation: field.dependiente_relacion,
      type: field.dependiente_tipo,
    },
    ...(field.condiciones_extra_visible ?? []).map(({ campo, valor, igualdad, tipo }) => ({
      name: campo,
      value: valor,
      relation: igualdad,
      type: tipo,
    })),
  ].filter(({ name }) => name !== "");
  const parts: string[] = [];
  for (const one of all) {
    const part = compared(one, lookUp);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  return ok(parts.length === 0 ? undefined : parts.join(" and "));
}

type Dependence = { readonly name: string; readonly value: string; readonly relation: string; readonly type: string };

function compared({ name, value, relation, type }: Dependence, lookUp: Lookup): Result<string, string> {
  const variable = name.replace(/\[\]$/, "");
  if (!/^\w+$/.test(variable)) return err(`a part of an answer (${name})`);
  if (!["", "string", "regex", "numeric"].includes(type)) return err(`a comparison of the type "${type}"`);
  const operator = relation === "" ? "==" : relation;
  const known = lookUp(variable);
  if (known?.type === "list") {
    const option = known.names?.get(value);
    if (type === "regex" || option === undefined) return err(`the comparison of several answers (${variable})`);
    return ok(operator === "!=" ? `not '${option}' in ${known.path}` : `'${option}' in ${known.path}`);
  }
  if (type === "regex") return matched(variable, value, operator, lookUp);
  return conditionOf(`@@${variable} ${operator} '${value.replace(/[\\']/g, "\\$&")}'`, lookUp);
}

/** A pattern over answers that are chosen is the list of the answers that it matches. */
function matched(variable: string, pattern: string, operator: string, lookUp: Lookup): Result<string, string> {
  const known = lookUp(variable);
  if (known?.names === undefined) return err(`the pattern /${pattern}/ over what is typed`);
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, "u");
  } catch {
    return err(`the pattern /${pattern}/`);
  }
  const options = [...known.names].filter(([value]) => expression.test(value)).map(([, name]) => `'${name}'`);
  if (options.length === 0 || options.length === known.names.size)
    return err(`the pattern /${pattern}/, which decides nothing`);
  const condition = `${known.path} in [${options.join(", ")}]`;
  return ok(operator === "!=" ? `not ${condition}` : condition);
}
