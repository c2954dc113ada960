/** Tables that become one card per row where the page is narrow. */
import { type Html, type Part, html } from './html.ts'

interface Column {
  readonly head: string
  /** Figures stand at the right. */
  readonly isFigure?: boolean
}

/** @param rows a cell for every column; an empty text is not shown on a narrow page */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Part[])[]): Html {
  const look = ({ isFigure = false }: Column) => (isFigure ? 'figure' : '')
  // The roles are said because a table that is laid out as cards loses them.
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
