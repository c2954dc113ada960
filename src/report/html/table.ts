/** Tables that turn into one card per row on a narrow page. */
import { type Html, type Part, html } from './html.ts'

interface Column {
  readonly head: string
  /** Figures are right-aligned. */
  readonly isFigure?: boolean
}

/** @param rows one cell per column; an empty text is not shown on a narrow page */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Html {
  const look = ({ isFigure = false }: Column) => (isFigure ? 'figure' : '')
  // The roles are explicit because a table laid out as cards loses them.
  return html`<table class="stack" role="table">
    <caption class="sr">
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((one) => html`<th scope="col" role="columnheader" class="${look(one)}">${one.head}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) =>
          html`<tr role="row">
            ${columns.map((one, at) => html`<td role="cell" class="${look(one)}" data-head="${one.head}"><span>${cells[at]}</span></td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`
}
