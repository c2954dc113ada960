/** Commands as shell scripts: what was measured can be read, and run again by hand. Pure. */

/** @param {readonly (string | number)[]} tokens */
export function line(tokens) {
  return tokens.map((token) => quoted(String(token))).join(' ')
}

/** @param {string} token as a shell reads it again */
export function quoted(token) {
  return /^[\w@%+=:,./-]+$/.test(token) ? token : `'${token.replaceAll("'", "'\\''")}'`
}

/** A script that stops at the first failure. @param {readonly string[]} lines */
export function script(lines) {
  return ['set -e', ...lines, ''].join('\n')
}

/**
 * Rows of commands beside one another, each row one after the other; fails when one of them does.
 * @param {readonly (readonly string[])[]} rows
 */
export function sideBySide(rows) {
  const started = rows
    .filter((row) => row.length > 0)
    .map((row, i) => `(set -e; ${row.join('; ')}) & row${i}=$!`)
  return [...started, ...started.map((_, i) => `wait $row${i}`)]
}
