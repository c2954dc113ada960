/** A terminal line that is redrawn in place. */

export interface Out {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

interface RedrawnLine {
  /** Its current maximum width. The last column stays free: a terminal may wrap after a full line. */
  columns(): number
  /** Replaces its text with `text`. */
  draw(text: string): void
  /** Erases it if it is drawn; the next output starts at the left. */
  clear(): void
}

/** A terminal may report 0 columns. */
const USUAL_COLUMNS = 80

/** @param term the terminal type; "dumb" cannot redraw */
export function canRedraw(out: Out, term = process.env['TERM']): boolean {
  return out.isTTY === true && term !== 'dumb'
}

/**
 * @param out a terminal that can redraw
 * @param isBackground whether another process now owns the terminal: what was drawn is then left as it is
 */
export function redrawnLine(out: Out, isBackground: () => boolean): RedrawnLine {
  let isDrawn = false
  const clear = () => {
    if (isDrawn && !isBackground()) out.write('\r\x1b[2K')
    isDrawn = false
  }
  return {
    columns: () => (out.columns || USUAL_COLUMNS) - 1,
    draw(text) {
      clear()
      out.write(text)
      isDrawn = true
    },
    clear,
  }
}
