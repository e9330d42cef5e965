import type { Schema } from "../../core/json-schema.ts";
import { html, inline, Markup } from "./markup.ts";

const REFERENCE = "#/components/schemas/";
/** Objects inside objects are shown this deep; what is deeper has a name, or is in the example. */
const DEPTH = 4;

const nameIn = (schema: Schema): string | undefined => {
  const { $ref } = schema;
  return typeof $ref === "string" && $ref.startsWith(REFERENCE) ? $ref.slice(REFERENCE.length) : undefined;
};

const asSchema = (value: unknown): Schema | undefined =>
  typeof value === "object" && value !== null ? (value as Schema) : undefined;
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const joined = (parts: readonly Markup[], by: string): Markup => new Markup(parts.map(({ text }) => text).join(by));

/** «1 to 5», «at least 1», «at most 5»; undefined when neither end is said. */
const between = (least: unknown, most: unknown): string | undefined => {
  // The largest exact whole number is no bound that anybody chose.
  const isLeast = typeof least === "number" && least !== Number.MIN_SAFE_INTEGER;
  const isMost = typeof most === "number" && most !== Number.MAX_SAFE_INTEGER;
  if (isLeast && isMost) return `${least} to ${most}`;
  if (isLeast) return `at least ${least}`;
  return isMost ? `at most ${most}` : undefined;
};

const boundsOf = (schema: Schema): string[] => {
  const size = between(schema["minLength"], schema["maxLength"]);
  const otherwise = schema["default"];
  return [
    between(schema["minimum"], schema["maximum"]),
    size === undefined ? undefined : `${size} characters`,
    otherwise === undefined ? undefined : `${JSON.stringify(otherwise)} by default`,
  ].filter((one) => one !== undefined);
};

const plainType = ({ type, format }: Schema): string => {
  const names = typeof type === "string" ? [type] : asList(type);
  return `${names.length === 0 ? "any" : names.join(" or ")}${typeof format === "string" ? ` (${format})` : ""}`;
};

/** What a value is, in one line. */
export const typeOf = (schema: Schema): Markup => {
  const name = nameIn(schema);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  const choices = [...asList(schema["anyOf"]), ...asList(schema["oneOf"])]
    .map(asSchema)
    .filter((one) => one !== undefined);
  if (choices.length > 0) return joined(choices.map(typeOf), " or ");
  if (schema["const"] !== undefined) return html`<code>${JSON.stringify(schema["const"])}</code>`;
  const values = asList(schema["enum"]);
  if (values.length > 0)
    return joined(
      values.map((one) => html`<code>${String(one)}</code>`),
      ", ",
    );
  const items = asSchema(schema["items"]);
  if (items !== undefined) return html`list of ${typeOf(items)}`;
  const bounds = boundsOf(schema);
  return html`${plainType(schema)}${bounds.length === 0 ? "" : `, ${bounds.join(", ")}`}`;
};

const descriptionOf = ({ description }: Schema): Markup =>
  typeof description === "string" ? html`<p>${inline(description)}</p>` : html``;

const fieldOf = (name: string, schema: Schema, isRequired: boolean, depth: number): Markup =>
  html`<dt><code>${name}</code> <span class="type">${typeOf(schema)}${isRequired ? "" : ", optional"}</span></dt>
    <dd>${descriptionOf(schema)}${fieldsOf(schema, depth)}</dd> `;

/** The fields of an object, of a list's objects, or of what may be null. */
const fieldsOf = (schema: Schema, depth: number): Markup => {
  const inner = [schema, asSchema(schema["items"]), ...asList(schema["anyOf"]).map(asSchema)].find(
    (one) => asSchema(one?.["properties"]) !== undefined,
  );
  const properties = asSchema(inner?.["properties"]);
  if (inner === undefined || properties === undefined || depth === 0) return html``;
  const required = asList(inner["required"]);
  return html`<dl>
    ${Object.entries(properties).map(([name, value]) =>
      fieldOf(name, asSchema(value) ?? {}, required.includes(name), depth - 1),
    )}
  </dl>`;
};

/** A schema as a reader wants it: what it is, and its fields. */
export const schemaMarkup = (schema: Schema): Markup =>
  html`<p class="type">${typeOf(schema)}</p>
    ${fieldsOf(schema, DEPTH)}`;

/** The section of a schema that has a name. */
export const namedSchemaMarkup = (name: string, schema: Schema): Markup =>
  html`<section class="schema" id="schema-${name}">
    <h3><a href="#schema-${name}">${name}</a></h3>
    ${descriptionOf(schema)}${schemaMarkup(schema)}
  </section> `;
