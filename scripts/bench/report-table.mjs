/** Tables in Markdown. Pure. */

/** @returns {string} a table in Markdown */
export function table(heads, rows) {
  const cells = (list) => `| ${list.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  const rules = heads.map((_, i) =>
    rows.every((row) => /^[-–\d., ()x×%]*$/.test(String(row[i]))) ? '---:' : '---',
  )
  return [cells(heads), cells(rules), ...rows.map(cells)].join('\n')
}
