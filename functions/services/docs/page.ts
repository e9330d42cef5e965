import type { ApiDescription } from "../path-description.ts";
import { html, Markup, paragraphs } from "./markup.ts";
import { operationMarkup, type Placed } from "./operation.ts";
import { namedSchemaMarkup } from "./schema.ts";
import { STYLE } from "./style.ts";

const placedIn = ({ paths }: ApiDescription): Placed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

const anchorOf = (area: string): string => `area-${area.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;

interface Area {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly Placed[];
}

const navigation = (areas: readonly Area[]): Markup =>
  html`<nav aria-label="Areas">
    <ul>
      ${areas.map(
        ({ name, operations }) =>
          html`<li>
            <a href="#${anchorOf(name)}">${name}</a>
            <ul>
              ${operations.map(({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}
            </ul>
          </li> `,
      )}
      <li><a href="#schemas">Schemas</a></li>
    </ul>
  </nav>`;

const areaMarkup = ({ name, description, operations }: Area, baseUrl: string): Markup =>
  html`<section aria-labelledby="${anchorOf(name)}">
    <h2 id="${anchorOf(name)}">${name}</h2>
    <p>${description}</p>
    ${operations.map((placed) => operationMarkup(placed, baseUrl))}
  </section> `;

/** Exactly the text whose hash the policy has, down to its blanks. */
const STYLE_ELEMENT = new Markup(`<style>${STYLE}</style>`);

/** The description as a page to read: no script, nothing from elsewhere, one style whose hash the policy names. */
export const docsPage = (description: ApiDescription): string => {
  const { info, tags, servers, components } = description;
  const baseUrl = servers[0]?.url.replace(/\/$/, "") ?? "";
  const placed = placedIn(description);
  const areas = tags.map(({ name, description: about }) => ({
    name,
    description: about,
    operations: placed.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Tidemark API</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <div class="page">
          ${navigation(areas)}
          <main id="content" tabindex="-1">
            <header class="lead">
              <h1>Tidemark API</h1>
              ${paragraphs(String(info["description"]))}
              <p>
                At <code>${baseUrl === "" ? "/" : baseUrl}</code>. The same for machines:
                <a href="/openapi.json">openapi.json</a> (OpenAPI ${description.openapi}).
              </p>
            </header>
            ${areas.map((area) => areaMarkup(area, baseUrl))}
            <section aria-labelledby="schemas">
              <h2 id="schemas">Schemas</h2>
              ${Object.entries(components["schemas"] ?? {}).map(([name, schema]) => namedSchemaMarkup(name, schema))}
            </section>
          </main>
        </div>
      </body>
    </html> `.text;
};
