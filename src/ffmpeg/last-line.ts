/** The last line a program wrote to stderr; empty if there is none. @param cause the error with which it failed */
export function lastLine(cause: unknown): string {
  const { stderr } = cause as { stderr?: unknown }
  return typeof stderr === 'string' ? (stderr.trimEnd().split('\n').at(-1)?.trim() ?? '') : ''
}
