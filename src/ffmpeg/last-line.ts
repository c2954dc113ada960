/** The last that a program said before it ended; empty where it said nothing. @param cause what its start was refused with */
export function lastLine(cause: unknown): string {
  const { stderr } = cause as { stderr?: unknown }
  return typeof stderr === 'string' ? (stderr.trimEnd().split('\n').at(-1)?.trim() ?? '') : ''
}
