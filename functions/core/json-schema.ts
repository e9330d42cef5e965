/** Short ways to write JSON Schema (draft 2020-12), which OpenAPI 3.1 takes as it is. */

/** A schema of JSON Schema, draft 2020-12. */
export type Schema = Readonly<Record<string, unknown>>;

/** An object; what is not named optional is always there. Others' fields are allowed, so that answers can grow. */
export const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", ...(required.length === 0 ? {} : { required }), properties };
};

/** An object whose fields are not ours to say. */
export const anyObject = (description: string): Schema => ({ type: "object", description, additionalProperties: true });

/** An object beside whose own fields stand others that are not ours to say. */
export const withOthers = (own: Schema, description: string): Schema => ({
  ...own,
  additionalProperties: { description },
});

/** An object that holds a value of the same kind under each name. */
export const mapOf = (values: Schema, description: string): Schema => ({
  type: "object",
  description,
  additionalProperties: values,
});

/** A list of what `items` says. */
export const arrayOf = (items: Schema, description?: string): Schema => ({
  type: "array",
  ...(description === undefined ? {} : { description }),
  items,
});

/** A text; `more` adds keywords such as `pattern`. */
export const text = (description: string, more: Schema = {}): Schema => ({ type: "string", description, ...more });

/** ISO 8601 UTC with milliseconds. */
export const instant = (description: string): Schema => ({ type: "string", format: "date-time", description });

/** A whole number from 0 up. */
export const count = (description: string): Schema => ({ type: "integer", minimum: 0, description });
/** Any number. */
export const number = (description: string): Schema => ({ type: "number", description });
/** True or false. */
export const flag = (description: string): Schema => ({ type: "boolean", description });

/** One of these texts. */
export const oneOf = (values: readonly string[], description: string): Schema => ({
  type: "string",
  enum: values,
  description,
});
/** This value and no other. */
export const only = (value: string | number | boolean): Schema => ({ const: value });

/** The same, or null for «not known» or «none». */
export const orNull = (schema: Schema): Schema => {
  const { type, description } = schema;
  if (typeof type === "string" && schema["enum"] === undefined) return { ...schema, type: [type, "null"] };
  const { description: _, ...rest } = schema;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: "null" }] };
};

/** A schema that stands under its name in the document's components. */
export const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
