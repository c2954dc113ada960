/** One line of a terminal that is drawn again and again. */

export interface Out {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

interface RedrawnLine {
  /** How wide it may be now. The last column stays free: a terminal that was written full may begin a new line. */
  columns(): number
  /** Puts `text` in its place. */
  draw(text: string): void
  /** Takes it away where it is drawn: what is written next begins at the left. */
  clear(): void
}

/** A terminal may say that it has none. */
const USUAL_COLUMNS = 80

/** @param term the kind of terminal; one that is "dumb" cannot */
export function canRedraw(out: Out, term = process.env['TERM']): boolean {
  return out.isTTY === true && term !== 'dumb'
}

/**
 * @param out a terminal that can redraw
 * @param isBackground whether it belongs to another process now: what was drawn there is left as it is
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
