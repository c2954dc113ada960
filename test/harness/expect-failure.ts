/** What has to hold after a job that failed or was stopped. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import { JOB_ID } from './cfg.ts'
import type { Ended, Workplace } from './workplace.ts'

/** The vendor's rule for a job that fails: it says why, and nothing of it is left. */
export async function expectFailure(options: {
  place: Workplace
  ended: Ended
  code: number
  says: RegExp
  before?: Record<string, string>
  jobId?: string
}): Promise<Result> {
  const { place, ended, code, says, before, jobId } = options
  expect(ended).toMatchObject({ code })
  expect(ended.stderr).toMatch(says)
  expect(ended.stderr).toMatch(/^error: /m)
  expect(ended.stderr).not.toMatch(/^\s+at |internal error|undefined|\[object/m)
  if (before) expect(await place.bucketFiles()).toEqual(before)
  await expectWorkInOrder(place, jobId)
  expect(await place.processes()).toEqual([])
  const result = await place.result(jobId)
  expect(result).toMatchObject({ status: 'failed', exitCode: code })
  expect(result.output).toBeUndefined()
  expect(ended.stderr).toContain(`error: ${result.error?.message}\n`)
  return result
}

/** What is left to go on with, after an end in order: whole outputs with their keys, and downloads with their notes. */
export async function expectWorkInOrder(place: Workplace, jobId = JOB_ID): Promise<void> {
  const left = await place.workLeft()
  expect(left.filter((name) => name !== jobId)).toEqual([])
  if (left.length === 0) return
  const names = await readdir(join(place.workDir, jobId))
  const isNote = (name: string) => /\.key$|\.version\.json$|\.upload-\w+$/.test(name)
  expect(names.filter(isNote)).not.toEqual([])
  const halves = names.filter((name) => name.endsWith('.part'))
  const notes = halves.map((name) => name.replace(/\.part$/, '.version.json'))
  expect(names).toEqual(expect.arrayContaining(notes))
}
