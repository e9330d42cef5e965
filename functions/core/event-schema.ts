import { count, type Field, id, instant } from "./event-field.ts";
import { EVENT_TYPES, type EventType } from "./event.ts";

/** JSON Schema (2020-12) of one event of a type, made from the table that the parser reads. */
export const eventSchema = (type: EventType): object => {
  const fields = Object.entries(EVENT_TYPES[type] as Record<string, Field>);
  return {
    type: "object",
    required: ["id", "source", "type", "time", ...(fields.length > 0 ? ["data"] : [])],
    properties: {
      specversion: { const: "1.0" },
      id: id.schema,
      source: id.schema,
      type: { const: type },
      time: instant.schema,
      sequence: { anyOf: [count.schema, { type: "string", pattern: "^\\d{1,16}$" }] },
      ...(fields.length === 0
        ? {}
        : {
            data: {
              type: "object",
              required: fields.filter(([, field]) => !field.optional).map(([name]) => name),
              properties: Object.fromEntries(fields.map(([name, field]) => [name, field.schema])),
            },
          }),
    },
  };
};
