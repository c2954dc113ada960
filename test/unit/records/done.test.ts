import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { type Done, askVersions, doneBefore, madeFrom, writeDone } from '../../../src/records/done.ts'
import { JobError } from '../../../src/errors.ts'
import type { OwnPlace } from '../../../src/records/job-files.ts'
import { makeResult } from '../../../src/report/result.ts'
import type { ObjectFacts, Storage } from '../../../src/storage/storage.ts'
import { makeJob, makeRecording } from '../../harness/builders.ts'

const { entry } = makeRecording()
const FACTS: Parameters<typeof madeFrom>[0] = {
  job: makeJob(),
  conf: defaultConf(),
  roomStartMs: 0,
  entries: [entry],
  versions: new Map([[entry.key, 'v1']]),
  pictures: ['p1'],
  makers: { worker: '1', ffmpeg: '7' },
}
type Facts = typeof FACTS
const S3 = {
  kind: 's3',
  vendor: 's3',
  bucket: 'b',
  region: 'r',
  endpoint: 'https://s3.example.com',
  pathStyle: true,
} as const

describe('what a job is made from', () => {
  const { job, conf } = FACTS
  it.each<[string, Partial<Facts>]>([
    ['its layout', { job: makeJob({ fit: 'cover' }) }],
    [
      'its updates',
      { job: { ...job, stretches: [...job.stretches, { ...job.stretches[0], fromFrame: 10 }] } },
    ],
    ['its canvas', { job: { ...job, canvas: { ...job.canvas, width: 320 } } }],
    ['where it goes', { job: { ...job, outputKey: 'elsewhere.mp4' } }],
    ['its bucket', { job: { ...job, storage: { kind: 'local', folder: '/other', bucket: 'recordings' } } }],
    ['a second bucket', { job: { ...job, backupStorage: { target: S3, outputKey: 'out.mp4' } } }],
    ['the preset', { conf: { ...conf, video: { ...conf.video, preset: 'slow' } } }],
    ['what happens to cameras that stall', { conf: { ...conf, layout: { ...conf.layout, holdMs: 1 } } }],
    ['the zone of times', { conf: { ...conf, watermark: { ...conf.watermark, zone: 'UTC' } } }],
    ['the time of the room', { roomStartMs: 1 }],
    ['its recordings', { entries: [] }],
    ['the time of a recording', { entries: [{ ...entry, startMs: entry.startMs + 1 }] }],
    ['the content of a recording', { versions: new Map([[entry.key, 'v2']]) }],
    ['a recording that is gone', { versions: new Map([[entry.key, null]]) }],
    ['a watermark', { pictures: ['p2'] }],
    ['the ffmpeg', { makers: { worker: '1', ffmpeg: '8' } }],
  ])('is something else with another: %s', (_, changes) => {
    expect(madeFrom({ ...FACTS, ...changes })).not.toBe(madeFrom(FACTS))
  })

  it('is the same whoever asks, whoever is told, and with whatever credentials and patience', () => {
    const told = { service: 'job.oss', dialect: 'ucloud', url: 'http://x', token: '', key: '' } as const
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
    const s3 = { ...FACTS, job: { ...job, storage: S3 } }
    expect(madeFrom({ ...s3, job: { ...s3.job, storage: { ...S3, credentials } } })).toBe(madeFrom(s3))
    const others = { ...job, token: 't', requestId: 'r', notify: [told] }
    const patience = { ...conf, limits: { ...conf.limits, fetches: 1 } }
    expect(madeFrom({ ...FACTS, job: others, conf: patience })).toBe(madeFrom(FACTS))
  })
})

describe('a job that is done', () => {
  let doneFile: string
  let at: OwnPlace
  const bucket = (objects: Record<string, ObjectFacts>) =>
    ({ stat: (key: string) => Promise.resolve(objects[key]) }) as unknown as Storage
  const object = { bytes: 10, version: 'out-1' }
  const full = bucket({ 'out.mp4': object })

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'owt-done-'))
    doneFile = join(folder, 'job.done.json')
    at = { logFolder: folder, jobId: 'job', mode: 0o600 }
    return () => rm(folder, { recursive: true, force: true })
  })

  function doneOf(changes: Partial<Done> & { warned?: boolean } = {}): Done {
    const { warned = false, ...rest } = changes
    const result = makeResult({
      ...{ jobId: 'job-1', exitCode: 0, skipped: [] },
      warnings: warned ? [{ code: 'silentAsAsked', params: {} }] : [],
      timings: { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0, totalMs: 0 },
      versions: { worker: '1', ffmpeg: '7', node: 'v20' },
    })
    const landed = { key: 'out.mp4', ...object, beside: [], backedUp: false }
    return { madeFrom: madeFrom(FACTS), landed, strict: false, result, ...rest }
  }
  const before = (changes: Partial<Parameters<typeof doneBefore>[0]> = {}) =>
    doneBefore({
      ...{ doneFile, strict: false, facts: FACTS, storage: full, backup: undefined },
      versionsNow: () => Promise.resolve(FACTS.versions),
      signal: new AbortController().signal,
      ...changes,
    })

  it('is found again by its record, of which nobody sees half', async () => {
    await writeDone(at, doneOf())
    expect(await readdir(join(doneFile, '..'))).toEqual(['job.done.json'])
    expect(await before()).toEqual(doneOf())
  })

  it('asks the bucket for nothing where there is no record, or none that can be read', async () => {
    const never = () => Promise.reject(new Error('asked'))
    expect(await before({ versionsNow: never })).toBeUndefined()
    await writeFile(doneFile, '{"madeFrom": "ab')
    expect(await before({ versionsNow: never })).toBeUndefined()
  })

  it.each([
    ['a recording was replaced', { versionsNow: () => Promise.resolve(new Map([[entry.key, 'v2']])) }],
    ['its object is gone', { storage: bucket({}) }],
    ['its object is another', { storage: bucket({ 'out.mp4': { ...object, version: 'out-2' } }) }],
    ['its object is shorter', { storage: bucket({ 'out.mp4': { ...object, bytes: 9 } }) }],
  ])('is not when %s', async (_, changes) => {
    await writeDone(at, doneOf())
    expect(await before(changes)).toBeUndefined()
  })

  it('is looked for in the second bucket when that has it', async () => {
    const { landed } = doneOf()
    await writeDone(at, doneOf({ landed: { ...landed, backedUp: true } }))
    expect(await before()).toBeUndefined()
    expect(await before({ storage: bucket({}), backup: full })).toBeDefined()
  })

  it('is whole with what lies beside it only', async () => {
    const { landed } = doneOf()
    const beside = ['out.jpg', 'out/index.m3u8'].map((key) => ({ key, bytes: 3, version: key }))
    await writeDone(at, doneOf({ landed: { ...landed, beside } }))
    const [poster, playlist] = beside.map(({ bytes, version }) => ({ bytes, version }))
    const main = { 'out.mp4': object }
    const all = { ...main, 'out.jpg': poster, 'out/index.m3u8': playlist } as Record<string, ObjectFacts>
    expect(await before({ storage: bucket(all) })).toBeDefined()
    expect(await before()).toBeUndefined()
    const replaced = { ...all, 'out/index.m3u8': { bytes: 3, version: 'another' } }
    expect(await before({ storage: bucket(replaced) })).toBeUndefined()
  })

  it('is not under --strict when its run had something to warn of', async () => {
    await writeDone(at, doneOf())
    expect(await before({ strict: true })).toBeDefined()
    await writeDone(at, doneOf({ warned: true }))
    expect(await before({ strict: true })).toBeUndefined()
    expect(await before()).toBeDefined()
    await writeDone(at, doneOf({ warned: true, strict: true }))
    expect(await before({ strict: true })).toBeDefined()
  })
})

describe('versions of recordings', () => {
  const ask = (identify: Storage['identify'], signal = new AbortController().signal) =>
    askVersions({ storage: { identify }, entries: [entry, entry], atOnce: 2, signal })

  it('are asked for once per object; one that cannot be had has none', async () => {
    const asked: string[] = []
    const found = await ask((key) => {
      asked.push(key)
      return Promise.resolve('v1')
    })
    expect([...found]).toEqual([[entry.key, 'v1']])
    expect(asked).toEqual([entry.key])
    expect([...(await ask(() => Promise.resolve(undefined)))]).toEqual([[entry.key, null]])
    const denied = new JobError({ code: 'internal', params: { detail: 'denied' } })
    expect([...(await ask(() => Promise.reject(denied)))]).toEqual([[entry.key, null]])
  })

  it('end with the job', async () => {
    const stopped = AbortSignal.abort(new Error('stopped'))
    const denied = new JobError({ code: 'internal', params: { detail: 'denied' } })
    await expect(ask(() => Promise.reject(denied), stopped)).rejects.toThrow('stopped')
  })
})
