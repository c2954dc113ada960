/** Formats findings for people, each with its place, its message and the line it refers to. */
import { say } from '../messages/index.ts'
import { type Shown, excerptAt } from './excerpt.ts'
import type { Finding, Severity } from './validation.ts'
import { harmless } from '../text/harmless.ts'

/** Maximum number of findings shown per severity. */
const MOST = 20

const ORDER: readonly Severity[] = ['error', 'warning', 'note']

/** Writes text in a style. */
type Paint = (style: Severity | 'dim' | 'bold', text: string) => string

export const plain: Paint = (_, text) => text

const CODES = { error: '1;31', warning: '1;33', note: '1;36', dim: '2', bold: '1' } as const

export const colours: Paint = (style, text) => `\u001B[${CODES[style]}m${text}\u001B[0m`

/**
 * Formats errors first, then warnings, then notes, each in the given order.
 * @param sources by name, the files that the findings refer to
 */
export function findingsText(input: {
  findings: readonly Finding[]
  sources: ReadonlyMap<string, Shown>
  paint: Paint
}): string {
  const { findings, sources, paint } = input
  const blocks = ORDER.flatMap((severity) => {
    const ofOne = findings.filter((finding) => finding.severity === severity)
    const shown = ofOne.slice(0, MOST).map((finding) => block({ finding, sources, paint }))
    const rest = ofOne.length - shown.length
    return rest > 0 ? [...shown, `${say({ code: 'moreFindings', params: { count: rest } })}\n`] : shown
  })
  return blocks.join('\n')
}

function block(input: { finding: Finding; sources: ReadonlyMap<string, Shown>; paint: Paint }): string {
  const { finding, sources, paint } = input
  const { severity, file, line, column, path, message } = finding
  const spot = line === undefined ? file : `${file}:${line}:${column}`
  const place = harmless(path === '' ? spot : `${spot} ${path}`)
  const prefix = say({ code: 'prefix', params: { severity } })
  const heading = prefix.trimEnd()
  const lines = [
    paint(severity, heading) + prefix.slice(heading.length) + paint('bold', place),
    `  ${message}`,
  ]
  const source = sources.get(file)
  const excerpt =
    source && line !== undefined && column !== undefined ? excerptAt(source, { line, column }) : undefined
  if (excerpt) {
    const number = String(excerpt.line).padStart(5)
    lines.push(`${paint('dim', `${number} |`)} ${excerpt.text}`)
    lines.push(`${paint('dim', '      |')} ${paint(severity, excerpt.carets)}`)
  }
  return `${lines.join('\n')}\n`
}
