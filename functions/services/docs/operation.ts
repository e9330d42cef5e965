import type { Schema } from "../../core/json-schema.ts";
import type { PathAnswer, PathContent, PathOperation, PathParameter } from "../path-description.ts";
import { html, inline, Markup, paragraphs } from "./markup.ts";
import { schemaMarkup, typeOf } from "./schema.ts";

/** An operation where it is. */
export interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: PathOperation;
}

/** Where the page shows credentials, the shell's variables stand. */
const VARIABLES: Readonly<Record<string, string>> = {
  bearer: "authorization: Bearer $TIDEMARK_KEY",
  rocketchatToken: "X-Auth-Token: $AUTH_TOKEN",
  rocketchatUser: "X-User-Id: $USER_ID",
  imkitKey: "IM-API-KEY: $IMKIT_KEY",
};

const filled = (path: string, parameters: readonly PathParameter[]): string =>
  parameters
    .filter(({ in: where }) => where === "path")
    .reduce((text, { name, example }) => text.replace(`{${name}}`, encodeURIComponent(String(example))), path);

const queryOf = (parameters: readonly PathParameter[]): string => {
  const needed = parameters.filter(({ in: where, required }) => where === "query" && required);
  return needed.length === 0
    ? ""
    : `?${needed.map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`).join("&")}`;
};

/** A text as an argument of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const firstExample = ({ examples }: PathContent): unknown => Object.values(examples)[0]?.value;

const dataOf = (type: string, example: unknown): string => {
  if (typeof example === "string") return example;
  return type === "application/x-www-form-urlencoded"
    ? new URLSearchParams(example as Record<string, string>).toString()
    : JSON.stringify(example);
};

/** The operation as a call of curl that a reader can paste. */
export const curlOf = ({ method, path, operation }: Placed, baseUrl: string): string => {
  const { parameters = [], security, requestBody } = operation;
  const credentials = Object.keys(security[0] ?? {}).flatMap((name) => VARIABLES[name] ?? []);
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const lines = [
    `curl${method === "GET" ? "" : ` -X ${method}`} ${quoted(`${baseUrl}${filled(path, parameters)}${queryOf(parameters)}`)}`,
    // In double quotes the shell fills in the variable.
    ...credentials.map((header) => `-H "${header}"`),
    ...(type === undefined || content === undefined
      ? []
      : [`-H ${quoted(`content-type: ${type}`)}`, `--data-binary ${quoted(dataOf(type, firstExample(content)))}`]),
  ];
  return lines.join(" \\\n  ");
};

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

/** Long ones scroll, so the keyboard must be able to reach them. */
const block = (label: string, text: string): Markup =>
  html`<pre tabindex="0" role="group" aria-label="${label}"><code>${text}</code></pre>`;

const contentMarkup = ({ schema, examples }: PathContent): Markup =>
  html`${schemaMarkup(schema)}
  ${Object.entries(examples).map(
    ([name, { value }]) =>
      html`<p class="note">Example: ${name.replaceAll("-", " ")}</p>
        ${block(`Example: ${name}`, shown(value))}`,
  )}`;

const parameterMarkup = ({ name, in: where, description, required, schema, example }: PathParameter): Markup =>
  html`<dt>
      <code>${name}</code>
      <span class="type">in ${where}, ${typeOf(schema as Schema)}${required ? "" : ", optional"}</span>
    </dt>
    <dd>
      <p>${inline(description)}</p>
      <p class="note">For example <code>${String(example)}</code></p>
    </dd> `;

const slugMarkup = (slug: string): Markup => html`<a href="/problems/${slug}"><code>${slug}</code></a>`;

const isProblem = ([type]: readonly [string, PathContent]): boolean => type === "application/problem+json";

/** Of a problem its page tells more than an example. */
const failureMarkup = (content: Readonly<Record<string, PathContent>>): Markup =>
  html`${Object.entries(content).map((entry) =>
    isProblem(entry)
      ? html`<p>
          Problems:
          ${new Markup(
            Object.keys(entry[1].examples)
              .map((slug) => slugMarkup(slugOf(entry[1], slug)).text)
              .join(", "),
          )}
        </p>`
      : html`${Object.entries(entry[1].examples).map(([name, { value }]) => block(`Example: ${name}`, shown(value)))}`,
  )}`;

/** The last part of the problem's own type; a name of ours may differ from it. */
const slugOf = ({ examples }: PathContent, name: string): string => {
  const { type } = (examples[name]?.value ?? {}) as { readonly type?: string };
  return type?.split("/").at(-1) ?? name;
};

const headersMarkup = (headers: Readonly<Record<string, Schema>>): Markup => {
  const names = Object.keys(headers);
  return names.length === 0
    ? html``
    : html`<p class="note">Headers: ${new Markup(names.map((name) => html`<code>${name}</code>`.text).join(", "))}</p>`;
};

const FAILED = 400;

const answerMarkup = (
  status: string,
  { description, headers = {}, content = {} }: PathAnswer,
  isFirst: boolean,
): Markup => {
  const body =
    Number(status) < FAILED
      ? html`${Object.entries(content).map(
          ([type, one]) =>
            html`<h4>${type}</h4>
              ${contentMarkup(one)}`,
        )}`
      : failureMarkup(content);
  return html`<details${isFirst ? html` open` : ""}><summary><span class="status">${status}</span> ${inline(description)}</summary>
${headersMarkup(headers)}${body}</details>
`;
};

const needsOf = ({ security }: PathOperation): Markup => {
  const [first] = security;
  if (first === undefined) return html`<p class="note">For everybody.</p>`;
  const scopes = [...new Set(Object.values(first).flat())];
  return scopes.length === 0
    ? html`<p class="note">For any user who is logged in.</p>`
    : html`<p class="note">Needs <code>${scopes.join(" ")}</code>.</p>`;
};

/** All about one operation. */
export const operationMarkup = (placed: Placed, baseUrl: string): Markup => {
  const { method, path, operation } = placed;
  const { operationId: id, parameters = [], requestBody, responses } = operation;
  return html`<article id="${id}" aria-labelledby="${id}-title">
    <h3 id="${id}-title"><a href="#${id}">${operation.summary}</a></h3>
    <p class="route"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></p>
    ${paragraphs(operation.description)} ${needsOf(operation)}
    ${
      parameters.length === 0
        ? ""
        : html`<h4>Parameters</h4>
            <dl>${parameters.map(parameterMarkup)}</dl>`
    }
    ${
      requestBody === undefined
        ? ""
        : html`<h4>Body${requestBody.required ? "" : ", optional"}</h4>
            <p>${inline(requestBody.description)}</p>
            ${Object.entries(requestBody.content).map(
              ([type, one]) =>
                html`<details>
                  <summary>${type}</summary>
                  ${contentMarkup(one)}
                </details>`,
            )}`
    }
    <h4>Call</h4>
    ${block(`A call of curl: ${operation.summary}`, curlOf(placed, baseUrl))}
    <h4>Answers</h4>
    ${Object.entries(responses).map(([status, answer], at) => answerMarkup(status, answer, at === 0))}
  </article> `;
};
