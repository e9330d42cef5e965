import { html, type Part } from "./html.ts";

const plain = (columns: readonly string[], rows: readonly (readonly string[])[]): Part =>
  html`<div class="wide-table" tabindex="0" role="group" aria-label="Table">
    <table>
      <thead>
        <tr>
          ${columns.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = "", ...others]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${others.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** A table; one with a name stands behind it, for whoever wants the numbers of a chart. */
export const table = (name: string | null, columns: readonly string[], rows: readonly (readonly string[])[]): Part =>
  name === null
    ? plain(columns, rows)
    : html`<details>
        <summary>${name}, as a table</summary>
        ${plain(columns, rows)}
      </details>`;
