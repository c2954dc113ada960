/** The shapes of JSON, the source tree and the version that pages tell of are those of the code. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { plannedOf } from '../../../src/events/planned.ts'
import { makeResult, outputOf } from '../../../src/report/result.ts'
import { makeJob, makeRecording, makeTimeline } from '../../harness/builders.ts'
import { plainBlocksOf, textOf, walk } from '../../harness/pages.ts'

const SOURCE = walk('src', '.ts').map(textOf).join('\n')

/** Names of the fields in blocks that show the shape of some JSON. */
const fieldsOf = (page: string): Set<string> =>
  new Set(
    plainBlocksOf(textOf(page))
      .filter((block) => block.startsWith('{'))
      .flatMap((block) => block.replaceAll(/"[^"]*"/g, '').match(/[a-z]\w*/gi) ?? []),
  )

describe.each(['docs/result.md', 'docs/cli.md', 'docs/operations.md'])('%s', (page) => {
  it('shows fields that the code has', () => {
    const fields = [...fieldsOf(page)].filter((name) => name !== 'null')
    expect(fields.length).toBeGreaterThan(10)
    const isKnown = (name: string) => new RegExp(`\\b${name}\\b`).test(SOURCE)
    expect(fields.filter((name) => !isKnown(name))).toEqual([])
  })
})

it('docs/result.md has every field of a result', () => {
  const job = makeJob()
  const timeline = makeTimeline([makeRecording()])
  const files = [{ key: 'a.jpg', bytes: 1, kind: 'poster' as const }]
  const result = makeResult({
    jobId: 'job',
    exitCode: 1,
    error: { code: 'empty', params: { detail: '' } },
    output: outputOf({ job, timeline, bytes: 1, path: '/a.mp4', files }),
    planned: plannedOf(timeline, 'both'),
    skipped: [{ streamId: 'a_1', name: 'a.webm', reason: '' }],
    warnings: [{ code: 'empty', params: { detail: '' }, where: 'a.webm' }],
    timings: { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0, totalMs: 1 },
    versions: { worker: '', ffmpeg: '', node: '' },
  })
  const names = new Set<string>()
  JSON.stringify(result, (key, value: unknown) => {
    if (/^[a-z]/i.test(key)) names.add(key)
    return value
  })
  expect(names.size).toBeGreaterThan(30)
  const shown = fieldsOf('docs/result.md')
  expect([...names].filter((name) => !shown.has(name))).toEqual([])
})

it('docs/architecture.md describes every folder of the source', () => {
  const page = textOf('docs/architecture.md')
  const folders = readdirSync(new URL('../../../src/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `src/${name}/`)
  expect(folders.length).toBeGreaterThan(10)
  expect(folders.filter((folder) => !page.includes(`| \`${folder}\``))).toEqual([])
})

describe('CHANGELOG.md', () => {
  const headings = [...textOf('CHANGELOG.md').matchAll(/^## \[(.+?)\](?: - (.+))?$/gm)]
  const versions = headings.filter(([, version]) => version !== 'Unreleased')

  it('has the version of package.json as its newest', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string }
    expect(versions[0]?.[1]).toBe(version)
  })

  it('lists versions with their days, newest first', () => {
    const days = versions.map(([, , day = '']) => day)
    for (const day of days) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(days).toEqual(days.toSorted().toReversed())
  })
})
